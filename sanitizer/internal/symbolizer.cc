#include "cex/sanitizer/internal/symbolizer.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <time.h>

#include <mutex>

#include "absl/debugging/symbolize.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/fork_mutex.h"

namespace cex::detail {
namespace {

// Symbols are looked up in the program's own file, which a relative argv[0]
// no longer finds once the working directory has changed.
void initialize() {
  [[maybe_unused]] static const bool done = (absl::InitializeSymbolizer("/proc/self/exe"), true);
}

// Abseil keeps files open, and moves to a place in them and reads there in two calls. A child
// of fork() has the same open files: so all that come from one process take turns.
class Turns {
 public:
#ifdef __APPLE__  // where it asks the dynamic linker
  bool lock() { return true; }
  void unlock() {}
#else
  Turns() {
    void* const p =  // NOLINTNEXTLINE(misc-non-copyable-objects): no copy
        mmap(nullptr, sizeof(*mutex_), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return;
    mutex_ = static_cast<pthread_mutex_t*>(p);
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);  // whoever has it may be killed
    pthread_mutex_init(mutex_, &kind);
    pthread_mutexattr_destroy(&kind);
  }

  // False where another process has it, and has stopped.
  bool lock() {
    if (mutex_ == nullptr) return true;
    timespec end{};
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 10;
    const int error = pthread_mutex_timedlock(mutex_, &end);
    if (error == EOWNERDEAD) pthread_mutex_consistent(mutex_);
    return error == 0 || error == EOWNERDEAD;
  }

  void unlock() {
    if (mutex_ != nullptr) pthread_mutex_unlock(mutex_);
  }

 private:
  pthread_mutex_t* mutex_ = nullptr;
#endif
};

Turns& turns() {
  static Turns instance;  // has no destructor
  return instance;
}

// It allocates, which a heap that was overwritten no longer does: hence before main(). And
// before any child.
[[maybe_unused]] const bool initialized_early = (initialize(), turns(), true);

constinit thread_local bool is_busy = false;

}  // namespace

// Abseil has locks of its own, which a child must find free, and which ThreadSanitizer does not
// see in a prebuilt library. Not local: libraries that share symbols share it with find_symbol().
constinit ForkMutex symbol_mutex{ForkMutex::Rank::kSymbols};
// A report may come under another mutex.
[[maybe_unused]] static const int listed = symbol_mutex.enlist();

bool find_symbol(const void* address, char* name, size_t room) {
  if (is_busy) return false;
  initialize();
  const std::lock_guard lock(symbol_mutex);
  if (!turns().lock()) return false;
  is_busy = true;
  const bool found = absl::Symbolize(address, name, static_cast<int>(room));
  is_busy = false;
  turns().unlock();
  // A prebuilt Abseil is not instrumented: MemorySanitizer saw nothing written.
  if (found) unpoison_defined(name, room);
  return found;
}

}  // namespace cex::detail
