#include "examples/include_map/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cex/arena.h"
#include "cex/tempmem.h"
#include "cex/trace.h"
#include "examples/include_map/analyze.h"
#include "examples/include_map/graph.h"
#include "examples/include_map/options.h"
#include "examples/include_map/output.h"
#include "examples/include_map/problems.h"
#include "examples/include_map/report.h"
#include "examples/include_map/scratch.h"
#include "examples/include_map/strings.h"
#include "examples/include_map/tree.h"

namespace include_map {
namespace {

constexpr size_t kGraphPageBytes = size_t{1} << 20;
constexpr size_t kOptionsPageBytes = 4096;
constexpr size_t kOutputBytes = size_t{64} << 10;

// Exit statuses, as --help has them.
constexpr int kFine = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

// A closed standard stream would leave its number to the next file opened, and a
// report might go into that.
void keep_standard_streams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
      // Only for reading, so that writing to it is the error that it should be.
      [[maybe_unused]] const int opened = open("/dev/null", O_RDONLY);
    }
  }
}

// Writes what `write(Output&)` puts to `fd`, called `name` in the message if that
// fails.
template <typename Write>
bool write_output(int fd, std::string_view name, Write write) {
  int error = 0;
  mem$scope(scratch(), _) {
    Output out(fd, new_chars(kOutputBytes, _), kOutputBytes);
    write(out);
    error = out.finish();
  }
  if (error != 0) complain(name, strerror(error));
  return error == 0;
}

template <typename Write>
bool write_stdout(Write write) {
  return write_output(STDOUT_FILENO, "standard output", write);
}

bool write_dot_file(std::string_view path, const Graph& graph) {
  const int fd = open(path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    complain(path, strerror(errno));
    return false;
  }
  const bool written = write_output(fd, path, [&](Output& out) { write_dot(graph, out); });
  // A file system may say only here that there was no room.
  if (close(fd) == 0 || !written) return written;
  complain(path, strerror(errno));
  return false;
}

// The whole work, in memory of `arena`; `memory` is the same, or stands before it.
bool map_includes(const Options& options, IAllocator arena, IAllocator memory) {
  Problems problems(memory);
  check_include_dirs(options, problems);
  Graph graph = new_graph(memory);
  read_tree(options, graph, problems);
  resolve_includes(graph, options);
  const Analysis analysis = analyze(graph, options.top, memory);

  const bool dot_written = options.dot_file.empty() || write_dot_file(options.dot_file, graph);
  const bool report_written = write_stdout([&](Output& out) {
    const Report report = {options,          graph, analysis, problems, AllocatorArena.stats(arena),
                           cex::temp_stats()};
    options.json ? write_json(report, out) : write_text(report, out);
  });
  return dot_written && report_written && arr$len(problems.list) == 0;
}

bool write_trace_file(std::string_view path, cex::Trace& trace) {
  const bool written = path.ends_with(".html")
                           ? trace.write_html(path.data(), "The memory of include_map")
                           : trace.write_chrome_json(path.data());
  if (!written) complain(path, strerror(errno));
  return written;
}

// The same, seen by a trace: the graph, its pages, and scratch.
bool map_includes_traced(const Options& options, IAllocator pages) {
  cex::Trace trace;
  const cex::ArenaBlock arena(kGraphPageBytes,
                              {.backing = trace.wrap_pages(pages, "pages of the graph")});
  const IAllocator memory = trace.wrap(arena.allocator(), "graph (arena)");
  traced_scratch = trace.wrap(tmem$, "scratch (tmem$)");
  const bool ok = map_includes(options, arena.allocator(), memory);
  traced_scratch = nullptr;
  return write_trace_file(options.trace_file, trace) && ok;
}

bool map_includes_untraced(const Options& options, IAllocator pages) {
  const cex::ArenaBlock arena(kGraphPageBytes, {.backing = pages});
  return map_includes(options, arena.allocator(), arena.allocator());
}

int run_in(IAllocator arena, int argc, char** argv, IAllocator pages) {
  Options options;
  if (!parse_options(argc, argv, &options, arena)) return kUsage;
  bool ok = false;
  if (options.help) {
    ok = write_stdout([](Output& out) { out.put(help_text()); });
  } else if (options.version) {
    ok = write_stdout([](Output& out) { out.put("include_map 0.1.0\n"); });
  } else if (options.trace_file.empty()) {
    ok = map_includes_untraced(options, pages);
  } else {
    ok = map_includes_traced(options, pages);
  }
  return ok ? kFine : kFailed;
}

}  // namespace

int run(int argc, char** argv, IAllocator pages) {
  keep_standard_streams();
  // A reader that went away is an error of write(), with a message.
  signal(SIGPIPE, SIG_IGN);
  const cex::ArenaBlock options(kOptionsPageBytes, {.backing = pages});
  return run_in(options.allocator(), argc, argv, pages);
}

}  // namespace include_map
