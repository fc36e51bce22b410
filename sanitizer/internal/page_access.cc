#include "cex/sanitizer/internal/page_access.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#ifdef __linux__
#include <ucontext.h>
#endif

#include <atomic>

namespace cex::detail {
namespace {

// What a touch of memory that is there and forbidden is.
#ifdef __APPLE__
constexpr int kSignal = SIGBUS;
#else
constexpr int kSignal = SIGSEGV;
#endif

std::atomic<void (*)(const Fault&)> looker{nullptr};
bool is_installed = false;
struct sigaction previous = {};

Fault fault_of(const siginfo_t* info, [[maybe_unused]] const void* context) {
  Fault fault = {.address = static_cast<const char*>(info->si_addr)};
#if !defined(__linux__)
  // It is not known here which words of the context say more.
#elif defined(__x86_64__)
  const mcontext_t& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
  constexpr greg_t kWrite = 2;  // a bit of the page fault's error code
  fault.kind = (machine.gregs[REG_ERR] & kWrite) != 0 ? Fault::Kind::kWrite : Fault::Kind::kRead;
  fault.instruction = reinterpret_cast<const void*>(machine.gregs[REG_RIP]);
  if (fault.instruction == fault.address) {
    fault.kind = Fault::Kind::kUnknown;
    fault.caller = *reinterpret_cast<const void* const*>(machine.gregs[REG_RSP]);
  }
#elif defined(__aarch64__)
  const mcontext_t& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
  fault.instruction = reinterpret_cast<const void*>(machine.pc);
  fault.caller = reinterpret_cast<const void*>(machine.regs[30]);
#elif defined(__riscv)
  const mcontext_t& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
  fault.instruction = reinterpret_cast<const void*>(machine.__gregs[REG_PC]);
  fault.caller = reinterpret_cast<const void*>(machine.__gregs[REG_RA]);
#endif
  return fault;
}

void set_default(int signal) {
  struct sigaction fatal = {};
  fatal.sa_handler = SIG_DFL;
  sigaction(signal, &fatal, nullptr);
}

// What the system does before it calls a handler; what is blocked ends with ours.
void prepare_call(int signal, const struct sigaction& handler) {
  constexpr int kOnce = static_cast<int>(SA_RESETHAND);
  if ((handler.sa_flags & kOnce) != 0) set_default(signal);
  if ((handler.sa_flags & SA_NODEFER) != 0) {
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, signal);
    pthread_sigmask(SIG_UNBLOCK, &own, nullptr);
  }
  pthread_sigmask(SIG_BLOCK, &handler.sa_mask, nullptr);
}

// As if the handler from before had been called by the system.
void go_on(int signal, siginfo_t* info, void* context) {
  if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    prepare_call(signal, previous);
    if ((previous.sa_flags & SA_SIGINFO) != 0) return previous.sa_sigaction(signal, info, context);
    previous.sa_handler(signal);
  } else if (info->si_code > 0) {
    // The instruction runs again when this returns, and the fault finds the default, which
    // the system also takes for a fault that is ignored.
    set_default(signal);
  } else if (previous.sa_handler == SIG_DFL) {  // sent by a program
    sigaction(signal, &previous, nullptr);
    raise(signal);
  }
}

void on_signal(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  const auto look = looker.load(std::memory_order_acquire);
  if (info->si_code > 0 && look != nullptr) look(fault_of(info, context));
  errno = error;
  go_on(signal, info, context);
}

}  // namespace

void watch_faults(void (*look)(const Fault& fault)) {
  looker.store(look, std::memory_order_release);
  if (is_installed) return;  // perhaps below another one, which would call it twice
  if (sigaction(kSignal, nullptr, &previous) != 0) return;
  struct sigaction ours = {};
  ours.sa_sigaction = on_signal;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  is_installed = sigaction(kSignal, &ours, nullptr) == 0;
}

void stop_watching_faults() {
  looker.store(nullptr, std::memory_order_release);
  struct sigaction now = {};
  if (!is_installed || sigaction(kSignal, nullptr, &now) != 0) return;
  if ((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_signal) {
    is_installed = sigaction(kSignal, &previous, nullptr) != 0;
  }
}

}  // namespace cex::detail
