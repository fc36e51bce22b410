#include "testing/tests/at_exit.h"

namespace at_exit {
namespace {

void make(const Call& call) {
  if (call.function != nullptr) call.function(call.argument);
}

// Made before anything of the program is.
struct StaticObject {
  StaticObject() {}
  ~StaticObject() { make(in_static_object); }
} static_object;

[[gnu::destructor]] void at_unload() { make(in_destructor_function); }

}  // namespace

Call in_static_object;
Call in_destructor_function;

}  // namespace at_exit
