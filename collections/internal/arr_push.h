// How elements get into an arr$: the work behind the functions of cex/arr.h.
#ifndef CEX_COLLECTIONS_INTERNAL_ARR_PUSH_H_
#define CEX_COLLECTIONS_INTERNAL_ARR_PUSH_H_

#include <string.h>

#include <memory>
#include <new>
#include <ranges>
#include <type_traits>
#include <utility>

#include "cex/collections/internal/arr_handle.h"

namespace cex::detail {

template <typename R, typename T>
concept ArrSource =
    std::ranges::input_range<R> && std::is_convertible_v<std::ranges::range_reference_t<R>, T>;

template <typename T>
Arr<T> arr_make(Arr<T>& a, IAllocator allocator, size_t capacity, OnFailure on_failure,
                const char* call, Site site) {
  void* const elements =
      arr_allocate(allocator, ArrAccess::layout(a), capacity, on_failure, call, site);
  // Made anew, not assigned to: `a` may be the variable whose initializer this is.
  return *std::construct_at(&a, ArrAccess::make<T>(static_cast<T*>(elements)));
}

// The check that every operation that adds elements begins with, but for a push of one
// (see there): that there is an array at all is seen in every build.
template <typename T>
inline void arr_require(const Arr<T>& a, const char* call, Site site) {
  if (a == nullptr) [[unlikely]]
    arr_die_of_null(call, site);
  arr_check(a.data(), ArrAccess::layout(a), call, site);
}

// Room for `more` elements; false, and `a` as it was, where there is no memory.
template <typename T>
inline bool arr_reserve(Arr<T>& a, size_t more, OnFailure on_failure, const char* call, Site site) {
  arr_require(a, call, site);
  const ArrHeader* header = arr_header(a.data());
  if (more <= header->capacity - header->length) return true;
  // By value in and out, so that the handle's address does not escape and loops
  // can keep it in a register.
  void* const grown = arr_grow(a.data(), ArrAccess::layout(a), more, on_failure, call, site);
  if (grown == nullptr) return false;
  ArrAccess::elements(a) = static_cast<T*>(grown);
  return true;
}

// arr_grow with the elements' own type. A function, and one that is not inlined, since a
// conversion from void* in the loop makes clang 14 lose that the length it stores is the
// one that it loads next.
template <typename T>
[[gnu::noinline, gnu::cold]] T* arr_grown(T* elements, ArrLayout layout, OnFailure on_failure,
                                          const char* call, Site site) {
  return static_cast<T*>(arr_grow(elements, layout, 1, on_failure, call, site));
}

// Makes a full array grow; false, and `a` as it was, where there is no memory.
template <typename T>
[[gnu::always_inline]] inline bool arr_grow_by_one(Arr<T>& a, OnFailure on_failure,
                                                   const char* call, Site site) {
  // By value in and out, so that the handle's address does not escape and loops can keep
  // it in a register.
  T* const grown = arr_grown(a.data(), ArrAccess::layout(a), on_failure, call, site);
  if (on_failure == OnFailure::kDie && grown == nullptr) __builtin_unreachable();
  if (grown == nullptr) return false;
  ArrAccess::elements(a) = grown;
  return true;
}

// Appends where there is room, as element `length`, which is the array's length.
template <typename T>
[[gnu::always_inline]] inline T* arr_put(Arr<T>& a, size_t length, const T& value, Site site) {
  T* const elements = a.data();
  arr_use(elements, ArrAccess::layout(a), length, 1, site);
  T* const slot = ::new (static_cast<void*>(elements + length)) T(value);
  arr_header(elements)->length = length + 1;
  return slot;
}

// What a loop of pushes waits for is the length: stored by one push, it is read by the
// next, and many processors take four to nine cycles from a store to a load of it.
// Compilers keep it in a register from one push to the next, and only store it, as long as
// each push reads it without a condition and stores it last. Hence no test for a null array
// but under CEX_TEST: elsewhere the read faults, 24 bytes below address 0.
template <typename T>
[[gnu::always_inline]] inline T* arr_push_one(Arr<T>& a, const T& value, OnFailure on_failure,
                                              const char* call, Site site) {
  arr_check(a.data(), ArrAccess::layout(a), call, site);
  size_t length = arr_header(a.data())->length;
  // The value may be an element of `a`, which moves when that grows, so it is copied first:
  // a small one always, into a register, so that there is one store, behind the growth,
  // that reads the handle anew. Only then does gcc take that load out of loops that are
  // given the array by reference. A larger one would be copied by way of the stack.
  if constexpr (sizeof(T) <= 2 * sizeof(void*)) {
    const T kept = value;
    if (length == arr_header(a.data())->capacity) [[unlikely]] {
      if (!arr_grow_by_one(a, on_failure, call, site)) return nullptr;
      length = arr_header(a.data())->length;
    }
    return arr_put(a, length, kept, site);
  } else {
    if (length == arr_header(a.data())->capacity) [[unlikely]] {
      const T kept = value;
      if (!arr_grow_by_one(a, on_failure, call, site)) return nullptr;
      return arr_put(a, length, kept, site);
    }
    return arr_put(a, length, value, site);
  }
}

template <typename T>
T* arr_append(Arr<T>& a, const T* source, size_t count, OnFailure on_failure, const char* call,
              Site site) {
  arr_require(a, call, site);
  const size_t length = arr_header(a.data())->length;
  // As numbers, since pointers into different objects have no order.
  const uintptr_t distance =
      reinterpret_cast<uintptr_t>(source) - reinterpret_cast<uintptr_t>(a.data());
  const bool inside = distance < length * sizeof(T);
  if (!arr_reserve(a, count, on_failure, call, site)) return nullptr;
  if (inside) {
    if (count > length - distance / sizeof(T)) {
      die(site, "%s: the source begins inside the array and ends behind its last element", call);
    }
    source = reinterpret_cast<const T*>(reinterpret_cast<const char*>(a.data()) + distance);
  }
  T* const slot = a.data() + length;
  arr_use(a.data(), ArrAccess::layout(a), length, count, site);
  // memcpy may not have a null source, even for no bytes.
  if (count != 0) memcpy(static_cast<void*>(slot), source, count * sizeof(T));
  arr_header(a.data())->length = length + count;
  return slot;
}

template <typename T, typename R>
T* arr_append_range(Arr<T>& a, R& range, OnFailure on_failure, const char* call, Site site) {
  // A handle checks itself: here with the caller's line, which the calls below don't know.
  if constexpr (kChecked && requires { range.size(site); }) static_cast<void>(range.size(site));
  if constexpr (std::ranges::contiguous_range<R> && std::ranges::sized_range<R>) {
    if constexpr (std::is_same_v<std::ranges::range_value_t<R>, T>) {
      return arr_append<T>(a, std::ranges::data(range),
                           static_cast<size_t>(std::ranges::size(range)), on_failure, call, site);
    }
  }
  arr_require(a, call, site);
  const size_t length = arr_header(a.data())->length;
  if constexpr (std::ranges::sized_range<R> || std::ranges::forward_range<R>) {
    const auto count = static_cast<size_t>(std::ranges::distance(range));
    if (!arr_reserve(a, count, on_failure, call, site)) return nullptr;
  }
  for (auto&& element : range) {
    const T value = static_cast<T>(element);
    if (arr_push_one(a, value, on_failure, call, site) == nullptr) {
      arr_drop(a.data(), ArrAccess::layout(a), length, a.size(site) - length);
      arr_header(a.data())->length = length;
      return nullptr;
    }
  }
  return a.data() + length;
}

template <typename T>
T* arr_insert(Arr<T>& a, size_t i, const T& value, OnFailure on_failure, const char* call,
              Site site) {
  arr_require(a, call, site);
  const size_t length = arr_header(a.data())->length;
  if (i > length) die_of_index(site, call, i, length);
  const T kept = value;  // it may be an element of `a`, which moves now
  if (!arr_reserve(a, 1, on_failure, call, site)) return nullptr;
  T* const slot = a.data() + i;
  arr_use(a.data(), ArrAccess::layout(a), length, 1, site);
  memmove(static_cast<void*>(slot + 1), slot, (length - i) * sizeof(T));
  arr_header(a.data())->length = length + 1;
  return ::new (static_cast<void*>(slot)) T(kept);
}

template <typename T>
inline void arr_require_some([[maybe_unused]] const Arr<T>& a, [[maybe_unused]] const char* call,
                             [[maybe_unused]] Site site) {
  if constexpr (kChecked) {
    arr_check(a.data(), ArrAccess::layout(a), call, site);
    if (a.size(site) == 0) arr_die_of_empty(call, site);
  }
}

}  // namespace cex::detail

// Declares what a plain pointer where an arr$ is meant runs into: an overload that
// matches it and says so. (Decayed C arrays run into it too.)
#define CEX_DETAIL_PLAIN_POINTER(T)                                                              \
  static_assert(::cex::detail::kAlwaysFalse<T>,                                                  \
                "cex: this is a plain T*, not an arr$(T) handle, so it has no length, capacity " \
                "or allocator. Declare the variable or parameter as arr$(T) (arr$(T)& where "    \
                "elements are added).");
#define CEX_DETAIL_NEEDS_ARR(function)    \
  template <typename T, typename... Rest> \
  void function(T*, Rest&&...) {          \
    CEX_DETAIL_PLAIN_POINTER(T)           \
  }
#define CEX_DETAIL_NEEDS_ARR_2(function)      \
  template <typename T, typename... Rest>     \
  void function(::cex::Site, T*, Rest&&...) { \
    CEX_DETAIL_PLAIN_POINTER(T)               \
  }
#define CEX_DETAIL_NEEDS_ARR_LIST(function)                           \
  template <typename T>                                               \
  void function(T*, std::initializer_list<std::type_identity_t<T>>) { \
    CEX_DETAIL_PLAIN_POINTER(T)                                       \
  }

#endif  // CEX_COLLECTIONS_INTERNAL_ARR_PUSH_H_
