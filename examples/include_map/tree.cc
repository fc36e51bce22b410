#include "examples/include_map/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "examples/include_map/scan.h"
#include "examples/include_map/scratch.h"
#include "examples/include_map/strings.h"

namespace include_map {
namespace {

// Reading a FIFO that took the place of a file must not wait for its other end.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// Closes a descriptor at the end of the block.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class Stream {
 public:
  explicit Stream(DIR* stream) : stream_(stream) {}
  ~Stream() {
    if (stream_ != nullptr) closedir(stream_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  DIR* get() const { return stream_; }

 private:
  DIR* stream_;
};

struct Entry {
  std::string_view name;
  unsigned char type;  // DT_…
};

// What `stream` has but for "." and "..", by name. Returns 0 or an errno; what
// came before an error is in `entries`.
int list_entries(DIR* stream, arr$(Entry) & entries, IAllocator a) {
  for (;;) {
    errno = 0;
    const dirent* const entry = readdir(stream);
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") arr$push(entries, copy_string(name, a), entry->d_type);
  }
  const int error = errno;
  arr$sort(entries, [](const Entry& x, const Entry& y) { return x.name < y.name; });
  return error;
}

// All that `fd` gives, in memory of `a`. `expected` is how much that probably is.
// Returns 0 or an errno.
int read_all(int fd, size_t expected, std::string_view* content, IAllocator a) {
  size_t capacity = expected + 1;
  char* bytes = mem$malloc(a, capacity, 1);
  if (bytes == nullptr) return ENOMEM;
  for (size_t size = 0;;) {
    const ssize_t got = read(fd, bytes + size, capacity - size);
    if (got < 0 && errno != EINTR) return errno;
    if (got == 0) {
      *content = {bytes, size};
      return 0;
    }
    if (got > 0) size += static_cast<size_t>(got);
    if (size == capacity) {
      capacity *= 2;
      char* const more = mem$realloc(a, bytes, capacity, 1);
      if (more == nullptr) return ENOMEM;
      bytes = more;
    }
  }
}

const char* why_not_opened(mode_t mode) {
  if (S_ISFIFO(mode)) return "is a FIFO, not a file; not opened";
  if (S_ISSOCK(mode)) return "is a socket, not a file; not opened";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "is a device, not a file; not opened";
  return "is not a file";
}

class Walk {
 public:
  Walk(Graph& graph, Problems& problems)
      : graph_(graph), problems_(problems), shows_progress_(isatty(STDERR_FILENO) != 0) {
    hm$new(seen_, graph.arena);
    arr$new(links_, graph.arena);
  }

  void add_root(std::string_view path) {
    struct stat info;
    if (stat(path.data(), &info) != 0) {
      fail(path, errno);
    } else if (!S_ISDIR(info.st_mode)) {
      add_problem(problems_, path, "not a directory");
    } else {
      arr$push(graph_.directories, path);
    }
  }

  // Links wait until everything that has a place of its own is read, so that a
  // file is known by that place. What they lead to may hold more of both.
  void run() {
    DirectoryId directory = 0;
    for (size_t link = 0;;) {
      if (directory < arr$len(graph_.directories)) {
        read_directory(directory++);
      } else if (link < arr$len(links_)) {
        follow(links_[link++]);
      } else {
        break;
      }
    }
    if (shows_progress_) fputs("\033[K", stderr);
  }

 private:
  struct Link {
    std::string_view path;
    DirectoryId directory;
  };

  // How to open a file: by `name` from the directory `at`. `path` is its full name.
  struct Place {
    int at;
    std::string_view name;
    std::string_view path;
    DirectoryId directory;
  };

  void fail(std::string_view path, int error) { add_problem(problems_, path, strerror(error)); }

  void read_directory(DirectoryId directory) {
    const std::string_view path = graph_.directories[directory];
    // fdopendir() takes the descriptor over, so it is not an Fd.
    const int fd = open(path.data(), kOpenFlags | O_DIRECTORY);
    if (fd < 0) return fail(path, errno);
    const Stream stream(fdopendir(fd));
    if (stream.get() == nullptr) {
      fail(path, errno);
      close(fd);
      return;
    }
    struct stat info;
    if (fstat(fd, &info) != 0) return fail(path, errno);
    // Without this, a link to a directory above would lead round for ever.
    if (hm$getp(seen_, identity_of(info)) != nullptr) return;
    hm$set(seen_, identity_of(info), directory);

    mem$scope(scratch(), _) {
      arr$(Entry) entries = arr$new(entries, _, .capacity = 128);
      if (const int error = list_entries(stream.get(), entries, _)) fail(path, error);
      for$each (entry, entries) {
        mem$scope(scratch(), inner) {
          const Place place = {fd, entry.name, join_path(path, entry.name, inner), directory};
          visit_entry(place, entry.type);
        }
      }
    }
  }

  void visit_entry(const Place& place, unsigned char type) {
    if (type != DT_UNKNOWN) return visit(place, static_cast<mode_t>(DTTOIF(type)));
    struct stat info;
    if (fstatat(place.at, place.name.data(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail(place.path, errno);
    }
    visit(place, info.st_mode);
  }

  void visit(const Place& place, mode_t mode) {
    if (S_ISDIR(mode)) {
      arr$push(graph_.directories, copy_string(place.path, graph_.arena));
    } else if (S_ISLNK(mode)) {
      arr$push(links_, copy_string(place.path, graph_.arena), place.directory);
    } else if (kind_of_name(base_name(place.path)) == NameKind::kOther) {
      return;
    } else if (S_ISREG(mode)) {
      read_file(place);
    } else {
      add_problem(problems_, place.path, why_not_opened(mode));
    }
  }

  void follow(const Link& link) {
    struct stat info;
    if (stat(link.path.data(), &info) == 0) {
      visit({AT_FDCWD, link.path, link.path, link.directory}, info.st_mode);
    } else if (errno == ENOENT) {
      add_problem(problems_, link.path, "broken symbolic link");
    } else {
      fail(link.path, errno);
    }
  }

  void read_file(const Place& place) {
    const Fd fd(openat(place.at, place.name.data(), kOpenFlags));
    if (fd.get() < 0) return fail(place.path, errno);
    struct stat info;
    if (fstat(fd.get(), &info) != 0) return fail(place.path, errno);
    if (!S_ISREG(info.st_mode)) {
      return add_problem(problems_, place.path, why_not_opened(info.st_mode));
    }
    if (const FileId* known = hm$getp(graph_.by_identity, identity_of(info))) {
      return add_alias(graph_, place.path, *known);
    }
    if (kind_of_name(base_name(place.path)) == NameKind::kUnknown) {
      char head[kHeadBytes];
      const ssize_t size = pread(fd.get(), head, sizeof(head), 0);
      if (size < 0) return fail(place.path, errno);
      if (!looks_like_header({head, static_cast<size_t>(size)})) return;
    }
    mem$scope(scratch(), _) {
      std::string_view text;
      const int error = read_all(fd.get(), static_cast<size_t>(info.st_size), &text, _);
      if (error != 0) return fail(place.path, error);
      add_file(graph_, place.path, place.directory, identity_of(info), text);
    }
    if (shows_progress_ && graph_.files_read % 256 == 0) {
      // Ends at the line's beginning, where a message would begin.
      fprintf(stderr, "%zu files\r", graph_.files_read);
    }
  }

  Graph& graph_;
  Problems& problems_;
  bool shows_progress_;
  hm$(Identity, DirectoryId) seen_;  // directories
  arr$(Link) links_;
};

}  // namespace

void read_tree(const Options& options, Graph& graph, Problems& problems) {
  Walk walk(graph, problems);
  for$each (root, options.roots) walk.add_root(root);
  walk.run();
}

void check_include_dirs(const Options& options, Problems& problems) {
  for$each (path, options.include_dirs) {
    struct stat info;
    if (stat(path.data(), &info) != 0) {
      add_problem(problems, path, strerror(errno));
    } else if (!S_ISDIR(info.st_mode)) {
      add_problem(problems, path, "not a directory");
    }
  }
}

}  // namespace include_map
