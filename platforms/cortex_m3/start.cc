// What runs before and after main() on a Cortex-M3: the vector table, the sections of data, and the
// end, which semihosting tells the emulator of.
#include <stdint.h>

#include "platforms/cortex_m3/semihosting.h"

extern "C" {

int main();

// The linker script's.
extern uint32_t data_begin[], data_end[], data_source[], bss_begin[], bss_end[], stack_end[];

[[noreturn]] void abort() { semihosting_exit(false); }

[[noreturn]] static void fault() {
  semihosting_write("hard fault\n");
  semihosting_exit(false);
}

[[noreturn]] void reset() {
  for (uint32_t *to = data_begin, *from = data_source; to != data_end;) *to++ = *from++;
  for (uint32_t* to = bss_begin; to != bss_end;) *to++ = 0;
  semihosting_exit(main() == 0);
}

[[gnu::used, gnu::section(".vectors")]] void (*const vectors[])() = {
    reinterpret_cast<void (*)()>(stack_end), reset, fault, fault, fault, fault, fault};
}
