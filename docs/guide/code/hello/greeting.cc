#include "greeting.h"

#include <cstdio>
#include <cstring>

char* make_greeting(IAllocator a, const char* name) {
  const size_t size = strlen(name) + sizeof("Hello, !");
  char* text = mem$malloc(a, size);
  if (text == nullptr) return nullptr;
  snprintf(text, size, "Hello, %s!", name);
  return text;
}
