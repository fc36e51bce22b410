// keep(): the compiler has to have a value, and does not know what is done with it. In the place
// of benchmark::DoNotOptimize(), whose form for variables also claims to change them: g++ 16 loses
// their values, and so did g++ 12 those of array elements.
#ifndef CEX_BENCH_KEEP_H_
#define CEX_BENCH_KEEP_H_

#include <type_traits>

namespace cex::bench {

template <typename T>
[[gnu::always_inline]] inline void keep(const T& value) {
  if constexpr (std::is_integral_v<T> || std::is_pointer_v<T>) {
    asm volatile("" : : "r"(value) : "memory");
  } else {
    asm volatile("" : : "m"(value) : "memory");
  }
}

}  // namespace cex::bench

#endif  // CEX_BENCH_KEEP_H_
