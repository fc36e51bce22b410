#include <stdio.h>
#include <stdlib.h>

#include "examples/device/console.h"

void print(const char* text, size_t number) { printf("%s %zu\n", text, number); }

void print_report(const char* text, size_t size) {
  if (text == nullptr) exit(1);
  fwrite(text, 1, size, stdout);
}
