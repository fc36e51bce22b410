// A sanitizer's own malloc ends the program when it is asked for too much; these
// tests ask for that, and want nullptr as malloc gives.
extern "C" {
const char* __asan_default_options();
const char* __msan_default_options();
const char* __tsan_default_options();
const char* __asan_default_options() { return "allocator_may_return_null=1"; }
const char* __msan_default_options() { return "allocator_may_return_null=1"; }
const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
}
