#include "cex/oom_sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <new>
#include <optional>
#include <utility>

#include "cex/failing_allocator.h"
#include "cex/leak_check.h"
#include "cex/report.h"
#include "cex/tempmem.h"
#include "cex/testing/internal/allocation_failure.h"
#include "cex/testing/internal/stuck_child.h"

namespace cex::testing {

namespace {

constexpr size_t kMaxFindingsShown = 10;
constexpr size_t kMaxStderr = 4000;           // bytes of a child's that a finding shows
constexpr timespec kLook = {0, 200'000'000};  // until a child that runs is looked at
constexpr timespec kNap = {0, 10'000'000};    // where its end is to be looked for

// What there is to say about one run.
struct Run {
  bool succeeded = false;
  bool has_failed_allocation = false;
  std::string crash;      // how it died; empty if it didn't
  std::string exception;  // what left the callable; empty if nothing did
  std::string failure;    // the failing allocation
  std::string leaks;
  std::string mismatch;                     // how it differed from the first run
  std::vector<AllocationRequest> requests;  // of the first run only
};

struct Sweep {
  detail::SweepCall call;
  void* callable;
  const SweepOptions& options;
  Site site;
  std::vector<AllocationRequest> reference;
};

std::string describe(const AllocationRequest& request) {
  return cex::detail::count_of(request.size, "byte") + " at alignment " +
         std::to_string(request.alignment);
}

// How the run's first `count` allocations differ from those of the first run.
std::string compare(const Sweep& sweep, const std::vector<AllocationRequest>& requests,
                    uint64_t count) {
  for (size_t i = 0; i < count; ++i) {
    const std::string before = "allocation " + std::to_string(i + 1) + " was of " +
                               describe(sweep.reference[i]) + " in the first run";
    if (i >= requests.size()) return before + ", and was not made in this one\n";
    if (requests[i] != sweep.reference[i]) {
      return before + ", and of " + describe(requests[i]) + " in this one\n";
    }
  }
  return {};
}

// One run, here and now, with allocation `nth` failing; 0: none. What failed is kept in
// `last` from that moment on.
Run run_here(const Sweep& sweep, uint64_t nth, cex::detail::LastFailure* last) {
  Run run;
  LeakCheck check(sweep.site);
  uint32_t left_open = 0;  // scopes of tmem$
  FailurePlan plan;
  (sweep.options.keep_failing ? plan.from : plan.nth) = nth;
  {
    FailingAllocator failing(sweep.options.allocator, plan, last);
    failing.record_requests(true);
    detail::SweepOutcome outcome = {};
    {
      std::optional<MemScope> scope;
      IAllocator a = failing.allocator();
      if (a->meta.is_arena) a = scope.emplace(a, sweep.site).allocator();
      const uint32_t depth = temp_stats().scope_depth;
      outcome = sweep.call(sweep.callable, a);
      // Now, since the end of a scope of tmem$ would end them.
      const uint32_t now = temp_stats().scope_depth;
      if (now > depth) left_open = now - depth;
      run.has_failed_allocation = failing.failures() != 0;
    }
    // What is kept of the run is no leak of it, where operator new is mem$.
    const AllowLeaks own;
    run.succeeded = outcome.succeeded;
    run.exception = outcome.exception;  // a copy: that one's memory is the callable's
    run.failure = failing.describe_failure();
    // (What lay in the scope has gone with it.)
    if (failing.live_blocks() != 0) {
      run.leaks = cex::detail::count_of(failing.live_blocks(), "block") + ", " +
                  cex::detail::count_of(failing.live_bytes(), "byte") + " not freed\n" +
                  failing.describe_live();
    }
    if (nth == 0) {
      run.requests = failing.requests();
    } else {
      run.mismatch = compare(sweep, failing.requests(), nth);
    }
  }
  const Leaks leaks = check.leaks();
  if (run.leaks.empty() && leaks.any()) run.leaks = leaks.text + "\n";
  // Without the checks a LeakCheck knows of nothing.
  if (run.leaks.empty() && left_open != 0) {
    run.leaks = "leak: " + cex::detail::count_of(left_open, "scope") + " of tmem$ still open\n";
  }
  if (leaks.any()) {
    check.dismiss();
  } else {
    check.check();  // overwritten guard bytes end the run, as a crash
  }
  return run;
}

// A run's way from the child to its parent, through a file in memory: who writes and who reads
// passes the same parts in the same order. All of it is plain bytes; lengths come first.
class Wire {
 public:
  Wire(FILE* file, bool is_writing) : file_(file), is_writing_(is_writing) { rewind(file_); }

  // False where not all could be passed.
  bool pass(Run& run) {
    pass_bytes(&run.succeeded, 1);
    pass_bytes(&run.has_failed_allocation, 1);
    for (std::string* text : {&run.exception, &run.failure, &run.leaks, &run.mismatch}) {
      pass_elements(*text);
    }
    pass_elements(run.requests);
    return fflush(file_) == 0 && is_complete_;
  }

 private:
  template <typename Container>
  void pass_elements(Container& all) {
    size_t size = all.size();
    pass_bytes(&size, sizeof(size));
    all.resize(is_complete_ ? size : 0);
    pass_bytes(all.data(), all.size() * sizeof(all[0]));
  }

  void pass_bytes(void* p, size_t size) {
    if (size == 0) return;  // `p` may be null then
    const size_t passed = is_writing_ ? fwrite(p, 1, size, file_) : fread(p, 1, size, file_);
    if (passed != size) is_complete_ = false;
  }

  FILE* file_;
  bool is_writing_;
  bool is_complete_ = true;
};

FILE* memory_file(Site site) {
  const int made = memfd_create("cex sweep", MFD_CLOEXEC);
  // Where the program has closed stderr, the file must not get its number: the child's stderr does.
  const int fd = made < 0 ? made : fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (made >= 0) close(made);
  FILE* const file = fd >= 0 ? fdopen(fd, "w+") : nullptr;
  if (file == nullptr) die(site, "out of memory sweep: memfd_create: %s", strerror(errno));
  return file;
}

// Memory that a child and its parent share, so that what is in it outlives the child.
cex::detail::LastFailure* shared_failure(Site site) {
  void* const p = mmap(nullptr, sizeof(cex::detail::LastFailure), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) die(site, "out of memory sweep: mmap: %s", strerror(errno));
  return new (p) cex::detail::LastFailure;
}

// How a child ended.
struct End {
  std::optional<int> status;  // none: the system, or a handler of the program, took it
  bool was_stuck = false;     // ended for it
  bool was_late = false;      // likewise
};

// Of a child that did not end well, and what it said.
std::string describe_end(const End& end, unsigned timeout, FILE* said) {
  const std::optional<int>& status = end.status;
  std::string text;
  if (end.was_stuck) {
    text =
        "waits for ever, for a lock or for another thread\n"
        "    a child of fork() has none of the program's other threads, and the locks that they "
        "had "
        "stay locked there: use .fork = false for code that needs them\n";
  } else if (end.was_late) {
    text = "did not come to an end within " + std::to_string(timeout) + " seconds\n";
  } else if (!status) {
    text = "ended; its status is lost: the program ignores SIGCHLD, or waits for all children\n";
  } else if (WIFSIGNALED(*status)) {
    text = "killed by signal " + std::to_string(WTERMSIG(*status)) + " (" +
           strsignal(WTERMSIG(*status)) + ")\n";
  } else {
    text = "exited with status " + std::to_string(WEXITSTATUS(*status)) + "\n";
  }
  rewind(said);
  char stderr_text[kMaxStderr];
  const size_t size = fread(stderr_text, 1, sizeof(stderr_text), said);
  text.append(stderr_text, size);
  if (size != 0 && text.back() != '\n') text += '\n';
  return text;
}

// What a child does. An exception that got out of here would go on with the parent's
// program, test framework and all, a second time; it ends the child, as a crash.
[[noreturn]] void be_child(const Sweep& sweep, uint64_t nth, FILE* result, FILE* said,
                           cex::detail::LastFailure* last) noexcept {
  dup2(fileno(said), STDERR_FILENO);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody else would end one that hangs
  Run run = run_here(sweep, nth, last);
  Wire(result, true).pass(run);
  // No destructors or exit handlers: they are the parent's to run.
  _exit(0);
}

// What a file of the child's tells, where the system has none: an old one, or Valgrind.
bool has_ended(pid_t child) {
  siginfo_t info = {};
  const int error = waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT);
  return error != 0 || info.si_pid != 0;
}

// Waits for a child to end. Ends it where it is stuck, or late. Not by an alarm() of the child's:
// SIGALRM is the program's to block or to handle.
End wait_for(pid_t child, const Sweep& sweep) {
  End end;
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  const auto begin = std::chrono::steady_clock::now();
  const std::chrono::seconds limit(sweep.options.timeout_seconds);
  bool was_waiting = false;
  // Blocked while it waits: an interrupted wait would look like the child's end.
  sigset_t all_signals;
  sigfillset(&all_signals);
  pollfd ended = {fd, POLLIN, 0};
  while (ppoll(&ended, 1, fd >= 0 ? &kLook : &kNap, &all_signals) == 0) {
    if (fd < 0 && has_ended(child)) break;
    // Twice, since one that waits for itself to be scheduled looks alike.
    const bool is_waiting = fd >= 0 && cex::detail::is_stuck(child);
    end.was_late = limit.count() != 0 && std::chrono::steady_clock::now() - begin >= limit;
    end.was_stuck =
        is_waiting && was_waiting && (end.was_late || !cex::detail::may_be_woken(child));
    was_waiting = is_waiting;
    if (!end.was_stuck && !end.was_late) continue;
    kill(child, SIGKILL);
    break;
  }
  if (fd >= 0) close(fd);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno == ECHILD) return end;
    if (errno != EINTR) die(sweep.site, "out of memory sweep: waitpid: %s", strerror(errno));
  }
  end.status = status;
  return end;
}

Run run_in_child(const Sweep& sweep, uint64_t nth) {
  FILE* const result = memory_file(sweep.site);
  FILE* const said = memory_file(sweep.site);
  cex::detail::LastFailure* const last = shared_failure(sweep.site);
  fflush(nullptr);  // or the child would print it a second time
  const pid_t child = fork();
  if (child < 0) die(sweep.site, "out of memory sweep: fork: %s", strerror(errno));
  if (child == 0) be_child(sweep, nth, result, said, last);
  const End end = wait_for(child, sweep);
  Run run;
  const bool is_whole = Wire(result, false).pass(run);
  // Valgrind turns leaks into an exit status; what is known of them says more.
  const bool ended_well =
      !end.status || *end.status == 0 || (WIFEXITED(*end.status) && !run.leaks.empty());
  if (!is_whole || !ended_well) {
    run = Run{};
    run.crash = describe_end(end, sweep.options.timeout_seconds, said);
    run.failure = cex::detail::describe(last->get());
  }
  fclose(result);
  fclose(said);
  munmap(last, sizeof(*last));
  return run;
}

Run run_once(const Sweep& sweep, uint64_t nth) {
  return sweep.options.fork ? run_in_child(sweep, nth) : run_here(sweep, nth, nullptr);
}

// What is known of the allocation that was to fail in a run which died before.
std::string describe_request(const Sweep& sweep, uint64_t nth) {
  if (nth == 0) return {};
  return "allocation " + std::to_string(nth) + ", " +
         describe(sweep.reference[static_cast<size_t>(nth - 1)]) + "\n";
}

void judge(const Sweep& sweep, uint64_t nth, const Run& run, std::vector<SweepFinding>& findings) {
  const auto add = [&](SweepFault fault, const std::string& text) {
    findings.push_back({fault, nth, text + run.failure});
  };
  if (!run.crash.empty()) {
    add(SweepFault::kCrashed,
        run.failure.empty() ? run.crash + describe_request(sweep, nth) : run.crash);
    return;
  }
  if (!run.mismatch.empty()) add(SweepFault::kNotDeterministic, run.mismatch);
  if (!run.leaks.empty()) add(SweepFault::kLeaked, run.leaks);
  if (!run.exception.empty()) {
    add(SweepFault::kThrew, run.exception);
  } else if (nth == 0 && !run.succeeded) {
    add(SweepFault::kFailedAnyway, "");
  }
  if (run.has_failed_allocation && run.succeeded && !sweep.options.may_recover) {
    add(SweepFault::kSwallowed, "");
  }
}

}  // namespace

const char* sweep_fault_name(SweepFault fault) {
  switch (fault) {
    case SweepFault::kSwallowed:
      return "swallowed";
    case SweepFault::kLeaked:
      return "leaked";
    case SweepFault::kCrashed:
      return "crashed";
    case SweepFault::kNotDeterministic:
      return "not deterministic";
    case SweepFault::kFailedAnyway:
      return "failed anyway";
    case SweepFault::kThrew:
      return "threw";
  }
  return "unknown";
}

std::string SweepResult::text() const {
  std::string text = "cex: " + std::string(site.file != nullptr ? site.file : "(unknown line)") +
                     ":" + std::to_string(site.line) +
                     ": out of memory sweep: " + cex::detail::count_of(findings.size(), "finding") +
                     ", " + std::to_string(runs) + " of " +
                     cex::detail::count_of(allocations, "allocation") + " made to fail\n";
  for (size_t i = 0; i < findings.size() && i < kMaxFindingsShown; ++i) {
    const SweepFinding& finding = findings[i];
    text += "  ";
    text += sweep_fault_name(finding.fault);
    text += finding.allocation != 0
                ? " when allocation " + std::to_string(finding.allocation) + " failed:\n"
                : std::string(" when no allocation failed:\n");
    text += finding.text;
  }
  if (findings.size() > kMaxFindingsShown) {
    text += "  and " + cex::detail::count_of(findings.size() - kMaxFindingsShown, "more finding") +
            "\n";
  }
  return text;
}

SweepResult detail::sweep(SweepCall call, void* callable, const SweepOptions& options, Site site) {
  Sweep sweep{call, callable, options, site, {}};
  SweepResult result;
  result.site = site;
  Run first = run_once(sweep, 0);
  judge(sweep, 0, first, result.findings);
  sweep.reference = std::move(first.requests);
  result.allocations = sweep.reference.size();
  // Failing on top of a fault that is there anyway would only repeat it.
  if (!result.ok()) return result;
  const uint64_t runs =
      result.allocations < options.max_runs ? result.allocations : options.max_runs;
  result.skipped = result.allocations - runs;
  for (uint64_t i = 0; i < runs; ++i) {
    // i * allocations / runs, in steps that don't overflow.
    const uint64_t before =
        i * (result.allocations / runs) + i * (result.allocations % runs) / runs;
    judge(sweep, before + 1, run_once(sweep, before + 1), result.findings);
    ++result.runs;
  }
  return result;
}

}  // namespace cex::testing
