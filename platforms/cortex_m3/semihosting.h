// Arm's semihosting: a breakpoint that the emulator, or a debugger, answers.
#ifndef CEX_PLATFORMS_CORTEX_M3_SEMIHOSTING_H_
#define CEX_PLATFORMS_CORTEX_M3_SEMIHOSTING_H_

inline int semihosting_call(int operation, const void* argument) {
  register int r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

// Text that ends with a NUL.
inline void semihosting_write(const char* text) {
  constexpr int kWrite0 = 4;
  semihosting_call(kWrite0, text);
}

[[noreturn]] inline void semihosting_exit(bool is_good) {
  constexpr int kExit = 0x18;
  constexpr unsigned kApplicationExit = 0x20026;
  constexpr unsigned kRunTimeError = 0x20023;
  for (;;) {
    semihosting_call(kExit,
                     reinterpret_cast<const void*>(is_good ? kApplicationExit : kRunTimeError));
  }
}

#endif  // CEX_PLATFORMS_CORTEX_M3_SEMIHOSTING_H_
