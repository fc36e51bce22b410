#include "examples/c_interop_text.h"

#include <ctype.h>
#include <string.h>

char* text_upper(IAllocator a, const char* text) {
  const size_t size = strlen(text) + 1;
  char* const upper = a->malloc(a, size, 1);
  if (upper == NULL) return NULL;
  for (size_t i = 0; i < size; ++i) upper[i] = (char)toupper((unsigned char)text[i]);
  return upper;
}

long text_sum(const int* numbers, size_t count) {
  long sum = 0;
  for (size_t i = 0; i < count; ++i) sum += numbers[i];
  return sum;
}
