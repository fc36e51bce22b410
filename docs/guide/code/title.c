#include "title.h"

#include <string.h>

char* make_title(IAllocator a, const char* text) {
  const size_t length = strlen(text);
  char* title = a->malloc(a, length + 5, 1);
  if (title == NULL) return NULL;
  memcpy(title, "* ", 2);
  memcpy(title + 2, text, length);
  memcpy(title + 2 + length, " *", 3);
  return title;
}
