// The standard library's containers as a program names them, twice: with std's own
// allocator and with std::pmr over a monotonic buffer, so that one twin is both.
#ifndef CEX_BENCH_PROGRAMS_LIBRARY_H_
#define CEX_BENCH_PROGRAMS_LIBRARY_H_

#include <functional>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cex::bench {

// So that texts are found without making a string of them.
struct ViewHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// memory() is what each container's constructor gets.
struct Std {
  static constexpr const char* kName = "std";
  static constexpr bool kGoesWithItsMemory = false;
  using String = std::string;
  template <typename T>
  using Vector = std::vector<T>;
  template <typename V>
  using Map = std::unordered_map<String, V, ViewHash, std::equal_to<>>;
  using Memory = std::allocator<char>;
  Memory memory() { return {}; }
};

struct StdPmr {
  static constexpr const char* kName = "std_pmr";
  // What lives in a monotonic buffer needs no destructor to be called.
  static constexpr bool kGoesWithItsMemory = true;
  using String = std::pmr::string;
  template <typename T>
  using Vector = std::pmr::vector<T>;
  template <typename V>
  using Map = std::pmr::unordered_map<String, V, ViewHash, std::equal_to<>>;
  using Memory = std::pmr::polymorphic_allocator<char>;
  Memory memory() { return &resource; }

  std::pmr::monotonic_buffer_resource resource{size_t{256} << 10};
};

}  // namespace cex::bench

#endif  // CEX_BENCH_PROGRAMS_LIBRARY_H_
