#include "trace/internal/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "cex/sanitizer/internal/symbolizer.h"

namespace cex::detail {
namespace {

// The byte before the one that a call returns to: the latter may belong to the next
// line, or the next function.
uintptr_t call_at(const void* address) { return reinterpret_cast<uintptr_t>(address) - 1; }

// The file that an address was loaded from, and the address in that file's own terms.
struct InModule {
  uintptr_t address = 0;
  std::string module;
  uintptr_t offset = 0;
};

// Whether the address lies in what was loaded from that file.
bool holds(const dl_phdr_info* info, uintptr_t address) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    const uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD && address - begin < header.p_memsz) return true;
  }
  return false;
}

int find_module(dl_phdr_info* info, size_t, void* argument) {
  auto* const found = static_cast<InModule*>(argument);
  if (!holds(info, found->address)) return 0;
  found->offset = found->address - info->dlpi_addr;
  if (info->dlpi_name[0] != '\0') {
    found->module = info->dlpi_name;
  } else {
    char self[4096];
    const ssize_t size = readlink("/proc/self/exe", self, sizeof(self));
    if (size > 0) found->module.assign(self, static_cast<size_t>(size));
  }
  return 1;
}

struct InSystem {
  uintptr_t address;
  bool is_in;
};

// Without a string's memory: it may be asked in the midst of an allocation.
int find_system_library(dl_phdr_info* info, size_t, void* argument) {
  auto* const found = static_cast<InSystem*>(argument);
  if (!holds(info, found->address)) return 0;
  const std::string_view path = info->dlpi_name;
  const std::string_view file = path.substr(path.rfind('/') + 1);
  for (const char* const library : {"libstdc++.", "libc++.", "libc.", "libpthread.", "ld-musl"}) {
    if (file.starts_with(library)) found->is_in = true;
  }
  return 1;
}

struct Lines {
  std::string function;
  std::string place;
};

// Whether a line is of the C++ library, through which cex is called too, or of a public
// header, cex/NAME.h or cex/PACKAGE/internal/NAME.h.
bool is_in_library(const std::string& place) {
  if (place.find("/include/c++/") != std::string::npos) return true;
  std::string directory = place.substr(0, place.rfind('/') + 1);
  if (directory.ends_with("/internal/")) {
    directory.resize(directory.size() - 10);
    directory.resize(directory.rfind('/') + 1);
  }
  return directory.ends_with("/cex/") && place.find(".h:") != std::string::npos;
}

// Bazel compiles below a name that means nothing to a reader.
std::string readable(const std::string& path) {
  for (const char* const prefix : {"/proc/self/cwd/", "./"}) {
    if (path.rfind(prefix, 0) == 0) return path.substr(std::string(prefix).size());
  }
  return path;
}

// addr2line's answer for one address: a function and a place, in turns, of the innermost
// inlined function first. What was inlined from a library is not of interest.
Lines first_of_user(const std::vector<std::string>& answer) {
  Lines found;
  for (size_t i = 0; i + 1 < answer.size(); i += 2) {
    const std::string& place = answer[i + 1];
    if (place.rfind("??", 0) == 0) continue;
    found.function = answer[i];
    found.place = readable(place.substr(0, place.find(" (discriminator")));
    const bool has_line =
        found.place.size() > 2 && !found.place.ends_with(":?") && !found.place.ends_with(":0");
    if (!has_line) found.place.clear();
    // Names of inlined functions come without their namespace.
    if (found.function.rfind("cex::", 0) != 0 && !is_in_library(found.place)) return found;
  }
  // For some inlined calls clang's line table has the header's line and no more.
  if (is_in_library(found.place)) found.place.clear();
  return found;
}

// Files in memory, so that neither side waits for the other.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("cex-trace", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int fd() const { return fd_; }

  bool write_all(const std::string& text) const {
    size_t done = 0;
    while (done < text.size()) {
      const ssize_t n = write(fd_, text.data() + done, text.size() - done);
      if (n <= 0) return false;
      done += static_cast<size_t>(n);
    }
    return lseek(fd_, 0, SEEK_SET) == 0;
  }

  std::string read_all() const {
    std::string text;
    if (lseek(fd_, 0, SEEK_SET) != 0) return text;
    char buffer[8192];
    for (ssize_t n = 0; (n = read(fd_, buffer, sizeof(buffer))) > 0;) {
      text.append(buffer, static_cast<size_t>(n));
    }
    return text;
  }

 private:
  int fd_;
};

// What addr2line prints when it reads `input`; empty where it can't be run.
std::string run_addr2line(const std::string& module, const std::string& input) {
  const MemoryFile in;
  const MemoryFile out;
  if (in.fd() < 0 || out.fd() < 0 || !in.write_all(input)) return {};
  std::string words[] = {"addr2line", "-a", "-f", "-i", "-C", "-e", module};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                  words[4].data(), words[5].data(), words[6].data(), nullptr};
  posix_spawn_file_actions_t actions;
  if (posix_spawn_file_actions_init(&actions) != 0) return {};
  posix_spawn_file_actions_adddup2(&actions, in.fd(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.fd(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return {};
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return out.read_all();
}

// One entry for each of `offsets`, or fewer when something went wrong.
std::vector<Lines> look_up_lines(const std::string& module, const std::vector<uintptr_t>& offsets) {
  std::string input;
  for (const uintptr_t offset : offsets) {
    char line[32];
    snprintf(line, sizeof(line), "0x%zx\n", static_cast<size_t>(offset));
    input += line;
  }
  const std::string output = run_addr2line(module, input);
  std::vector<std::vector<std::string>> answers;
  for (size_t at = 0; at < output.size();) {
    size_t end = output.find('\n', at);
    if (end == std::string::npos) end = output.size();
    const std::string line = output.substr(at, end - at);
    at = end + 1;
    if (line.rfind("0x", 0) == 0) {
      answers.emplace_back();
    } else if (!answers.empty()) {
      answers.back().push_back(line);
    }
  }
  std::vector<Lines> lines;
  lines.reserve(answers.size());
  for (const auto& answer : answers) lines.push_back(first_of_user(answer));
  return lines;
}

// The file's name without its directories.
std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Whether `symbol`, as a demangler writes it, is the function `name`, which has no namespace.
bool is_symbol_of(std::string symbol, const std::string& name) {
  symbol.resize(std::min(symbol.find('('), symbol.size()));
  return symbol.ends_with("::" + name);
}

std::string describe(const InModule& where, const Lines& lines, const void* address) {
  char name[512];
  std::string function = lines.function;
  // Debug information that is kept small (clang's -g1) has names without namespaces.
  if (function_name(address, name, sizeof(name)) &&
      (function.empty() || is_symbol_of(name, function))) {
    function = name;
  }
  if (!lines.place.empty()) {
    return function.empty() ? lines.place : lines.place + " in " + function;
  }
  if (!function.empty()) return function;
  char offset[32];
  snprintf(offset, sizeof(offset), "+0x%zx", static_cast<size_t>(where.offset));
  return (where.module.empty() ? "(unknown)" : base_name(where.module)) + offset;
}

}  // namespace

bool function_name(const void* address, char* name, size_t room) {
  return find_symbol(reinterpret_cast<const void*>(call_at(address)), name, room);
}

bool is_in_system_library(const void* address) {
  InSystem search{.address = call_at(address), .is_in = false};
  dl_iterate_phdr(find_system_library, &search);
  // ThreadSanitizer starts a program's threads, and clang links it into the program.
  char name[32];
  return search.is_in ||
         (function_name(address, name, sizeof(name)) && strncmp(name, "__tsan_", 7) == 0);
}

std::vector<std::string> describe_addresses(const std::vector<const void*>& addresses,
                                            bool use_addr2line) {
  std::vector<InModule> wheres;
  std::map<std::string, std::vector<size_t>> by_module;
  for (const void* address : addresses) {
    InModule where;
    where.address = call_at(address);
    where.offset = where.address;
    dl_iterate_phdr(find_module, &where);
    if (!where.module.empty()) by_module[where.module].push_back(wheres.size());
    wheres.push_back(where);
  }
  std::vector<Lines> lines(addresses.size());
  if (use_addr2line) {
    for (const auto& [module, members] : by_module) {
      std::vector<uintptr_t> offsets;
      for (const size_t i : members) offsets.push_back(wheres[i].offset);
      const std::vector<Lines> found = look_up_lines(module, offsets);
      for (size_t i = 0; i < found.size() && i < members.size(); ++i) lines[members[i]] = found[i];
    }
  }
  std::vector<std::string> texts;
  texts.reserve(addresses.size());
  for (size_t i = 0; i < addresses.size(); ++i) {
    texts.push_back(describe(wheres[i], lines[i], addresses[i]));
  }
  return texts;
}

}  // namespace cex::detail
