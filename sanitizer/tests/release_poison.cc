// Compiled by release_poison_test.sh, which looks at what is left of it.
#include "cex/sanitizer.h"

extern "C" void poisons(void* p, size_t size) {
  cex::poison(p, size);
  cex::unpoison(p, size);
  cex::unpoison_defined(p, size);
}

extern "C" bool asks(void* p, size_t size) { return cex::is_poisoned(p, size); }

extern "C" void poisons_nothing(void*, size_t) {}

extern "C" bool asks_nothing(void*, size_t) { return true; }
