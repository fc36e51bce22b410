#include "examples/device/console.h"
#include "platforms/cortex_m3/semihosting.h"

void print(const char* text, size_t number) {
  semihosting_write(text);
  char digits[16] = " ";
  char* at = digits + sizeof(digits) - 1;
  *at = '\0';
  *--at = '\n';
  do {
    *--at = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  *--at = ' ';
  semihosting_write(at);
}

void print_report(const char* text, size_t size) {
  if (text == nullptr) semihosting_exit(false);
  for (; size > 0; ++text, --size) {
    const char letter[2] = {*text, '\0'};
    semihosting_write(letter);
  }
}
