// A mutex that is free in a child of fork(), whichever thread had it in the parent.
//
// fork() waits until no thread holds one of them (pthread_atfork), so that what they guard is
// whole in the child. It takes them in the order of their ranks, and those of one rank from the
// newest to the oldest. Whoever holds one may therefore take only one that comes after it.
// Without the handlers of pthread_atfork, as after vfork() or _Fork(), a child may not use cex.
#ifndef CEX_SANITIZER_INTERNAL_FORK_MUTEX_H_
#define CEX_SANITIZER_INTERNAL_FORK_MUTEX_H_

#include <stdint.h>
#ifndef _WIN32
#include <pthread.h>
#endif

#include <atomic>
#include <mutex>

namespace cex::detail {

// There from the start, and until the very end. A std::mutex is made at run time on Windows, and
// destroyed on macOS.
class SystemMutex {
 public:
  void lock();
  bool try_lock();
  void unlock();

 private:
#ifdef _WIN32
  void* lock_ = nullptr;
#else
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
#endif
};

class ForkMutex {
 public:
  enum class Rank : uint8_t {
    kObject,   // of a Trace, a FailingAllocator: held while other allocators work
    kLevels,   // of arenas, that have ended
    kThreads,  // that live
    kBlocks,   // the registry
    kPages,    // of guards: held while nothing but the system works
    kSymbols,  // held by reports, which may come from under any other
  };

  // Usable from the start and never destroyed: for static storage. `in_child` is called in each
  // child of fork() with the mutex held.
  constexpr explicit ForkMutex(Rank rank, void (*in_child)() = nullptr)
      : in_child_(in_child), rank_(rank) {}
  ForkMutex(const ForkMutex&) = delete;
  ForkMutex& operator=(const ForkMutex&) = delete;

  void lock();
  void unlock();

  // Makes it known to fork(), which lock() does where it has not been done. A thread that holds
  // another of them would wait here for a fork() that waits for the thread: hence earlier, for
  // one that may be locked under another.
  int enlist();

  // Registers the handlers; for its own source.
  static void register_handlers();

  // For the handler of a fault, which may have interrupted whoever has it.
  bool try_lock();

 protected:
  void retire();  // it is about to be destroyed

 private:
  // The handlers of pthread_atfork.
  static void before_fork();
  static void after_fork();
  static void after_fork_in_child();

  SystemMutex mutex_;
  void (*in_child_)();
  ForkMutex* next_ = nullptr;
  std::atomic<bool> is_listed_ = false;
  Rank rank_;
};

// The same, as a member of an object that ends.
class MemberForkMutex : public ForkMutex {
 public:
  explicit MemberForkMutex(Rank rank = Rank::kObject) : ForkMutex(rank) { enlist(); }
  ~MemberForkMutex() { retire(); }
};

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_FORK_MUTEX_H_
