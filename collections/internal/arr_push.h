// How elements get into an arr$: the work behind the members of cex/arr.h. `elements` is the
// handle's pointer, and follows where a growth moves the array.
#ifndef CEX_COLLECTIONS_INTERNAL_ARR_PUSH_H_
#define CEX_COLLECTIONS_INTERNAL_ARR_PUSH_H_

#include <string.h>

#include <new>
#include <span>  // for the concepts of std::ranges, at a third of the cost of <ranges>
#include <type_traits>

#include "cex/collections/internal/arr_block.h"
#include "cex/collections/internal/element.h"
#include "cex/length.h"

namespace cex::detail {

template <typename R, typename T>
concept ArrSource =
    std::ranges::input_range<R> && std::is_convertible_v<std::ranges::range_reference_t<R>, T>;

// The check that every operation that adds elements begins with, but for a push of one
// (see there): that there is an array at all is seen in every build.
template <typename T>
inline void arr_require(const T* elements, const Op& op) {
  if (elements == nullptr) [[unlikely]]
    arr_die_of_null(op.name, op.site);
  arr_check(elements, arr_layout<T>(), op.name, op.site);
}

// Room for `more` elements; false, and the array as it was, where there is no memory.
template <typename T>
inline bool arr_reserve(T*& elements, size_t more, const Op& op) {
  arr_require(elements, op);
  const ArrHeader* header = arr_header(elements);
  if (more <= header->capacity - header->length) return true;
  // By value in and out, so that the handle's address does not escape and loops
  // can keep it in a register.
  void* const grown = arr_grow(elements, arr_layout<T>(), more, op);
  if (grown == nullptr) return false;
  elements = static_cast<T*>(grown);
  return true;
}

// arr_grow with the elements' own type. A function, and one that is not inlined, since a
// conversion from void* in the loop makes clang 14 lose that the length it stores is the
// one that it loads next. It is not given an Op, which would be made in memory with each push.
template <typename T>
[[gnu::noinline, gnu::cold]] T* arr_grown(T* elements, ArrLayout layout, OnFailure on_failure,
                                          const char* call, Site site) {
  return static_cast<T*>(arr_grow(elements, layout, 1, {call, site, on_failure}));
}

// Makes a full array grow; false, and the array as it was, where there is no memory.
template <typename T>
[[gnu::always_inline]] inline bool arr_grow_by_one(T*& elements, Op op) {
  // By value in and out, so that the handle's address does not escape and loops can keep
  // it in a register.
  T* const grown = arr_grown(elements, arr_layout<T>(), op.on_failure, op.name, op.site);
  if (op.on_failure == OnFailure::kDie && grown == nullptr) __builtin_unreachable();
  if (grown == nullptr) return false;
  elements = grown;
  return true;
}

// The handle's pointer. A function of its own, and one that is inlined late: clang 14 would
// otherwise read it as a void* here and as a T* there, and not see that the two are the same.
template <typename T>
inline T* arr_read(T* const& handle) {
  return handle;
}

// Appends where there is room, as element `length`, which is the array's length.
template <typename T>
[[gnu::always_inline]] inline T* arr_put(T* const& handle, size_t length, const T& value,
                                         Site site) {
  T* const elements = arr_read(handle);
  arr_use(elements, arr_layout<T>(), length, 1, site);
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
[[gnu::always_inline]] inline T* arr_push_one(T*& elements, const T& value, Op op) {
  arr_check(elements, arr_layout<T>(), op.name, op.site);
  T* const before = arr_read(elements);
  size_t length = arr_header(before)->length;
  // The value may be an element of the array, which moves when that grows, so it is copied first:
  // a small one always, into a register, so that there is one store, behind the growth,
  // that reads the handle anew. Only then does gcc take that load out of loops that are
  // given the array by reference. A larger one would be copied by way of the stack.
  if constexpr (sizeof(T) <= 2 * sizeof(void*)) {
    const T kept(value);
    if (length == arr_header(before)->capacity) [[unlikely]] {
      if (!arr_grow_by_one(elements, op)) return nullptr;
      length = arr_header(elements)->length;
    }
    return arr_put(elements, length, kept, op.site);
  } else {
    if (length == arr_header(before)->capacity) [[unlikely]] {
      const T kept(value);
      if (!arr_grow_by_one(elements, op)) return nullptr;
      return arr_put(elements, length, kept, op.site);
    }
    return arr_put(elements, length, value, op.site);
  }
}

template <typename T>
T* arr_append(T*& elements, const T* source, size_t count, const Op& op) {
  arr_require(elements, op);
  const size_t length = arr_header(elements)->length;
  // As numbers, since pointers into different objects have no order.
  const uintptr_t distance =
      reinterpret_cast<uintptr_t>(source) - reinterpret_cast<uintptr_t>(elements);
  const bool inside = distance < length * sizeof(T);
  if (!arr_reserve(elements, count, op)) return nullptr;
  if (inside) {
    if (count > length - distance / sizeof(T)) {
      die(op.site, "%s: the source begins inside the array and ends behind its last element",
          op.name);
    }
    source = static_cast<const T*>(
        static_cast<const void*>(reinterpret_cast<const char*>(elements) + distance));
  }
  T* const slot = elements + length;
  arr_use(elements, arr_layout<T>(), length, count, op.site);
  // memcpy may not have a null source, even for no bytes.
  if (count != 0) memcpy(static_cast<void*>(slot), source, count * sizeof(T));
  arr_header(elements)->length = length + count;
  return slot;
}

// Elements that are appended one by one. They go again where not all come: there is no memory, or
// the range throws.
template <typename T>
struct ArrAppending {
  T*& elements;
  const size_t length;  // before the first
  bool done = false;

  ~ArrAppending() {
    if (done) return;
    ArrHeader* const header = arr_header(elements);
    arr_drop(elements, arr_layout<T>(), length, header->length - length);
    header->length = length;
  }
};

template <typename T, typename R>
T* arr_append_range(T*& elements, R& range, const Op& op) {
  // A handle checks itself: here with the caller's line, which the calls below don't know.
  if constexpr (kChecked && requires { range.size(op.site); }) {
    static_cast<void>(range.size(op.site));
  }
  if constexpr (std::ranges::contiguous_range<R> && std::ranges::sized_range<R>) {
    using Source = decltype(std::ranges::data(range));  // to what is volatile, maybe
    if constexpr (std::is_same_v<std::ranges::range_value_t<R>, T> &&
                  std::is_convertible_v<Source, const T*>) {
      return arr_append<T>(elements, std::ranges::data(range),
                           static_cast<size_t>(std::ranges::size(range)), op);
    }
  }
  arr_require(elements, op);
  if constexpr (std::ranges::sized_range<R> || std::ranges::forward_range<R>) {
    if (!arr_reserve(elements, arr_len(range, op.site), op)) return nullptr;
  }
  ArrAppending<T> appending{elements, arr_header(elements)->length};
  for (auto&& element : range) {
    if constexpr (std::is_same_v<decltype(element), T&>) {
      if (arr_push_one<T>(elements, element, op) == nullptr) return nullptr;
    } else {
      const T value(static_cast<T>(element));
      if (arr_push_one(elements, value, op) == nullptr) return nullptr;
    }
  }
  appending.done = true;
  return elements + appending.length;
}

template <typename T>
T* arr_insert(T*& elements, size_t i, const T& value, const Op& op) {
  arr_require(elements, op);
  const size_t length = arr_header(elements)->length;
  if (i > length) die_of_index(op.site, op.name, i, length);
  const T kept(value);  // it may be an element of the array, which moves now
  if (!arr_reserve(elements, 1, op)) return nullptr;
  T* const slot = elements + i;
  arr_use(elements, arr_layout<T>(), length, 1, op.site);
  memmove(static_cast<void*>(slot + 1), slot, (length - i) * sizeof(T));
  arr_header(elements)->length = length + 1;
  return ::new (static_cast<void*>(slot)) T(kept);
}

// That there is an element, under CEX_TEST.
template <typename T>
inline void arr_require_some([[maybe_unused]] const T* elements, [[maybe_unused]] const Op& op) {
  if constexpr (kChecked) {
    arr_check(elements, arr_layout<T>(), op.name, op.site);
    if (arr_header(elements)->length == 0) arr_die_of_empty(op.name, op.site);
  }
}

// What is left of the elements while some of them go; the rest moves down in the end, also where
// that is an exception.
template <typename T>
struct ArrCompaction {
  T* elements;
  size_t from = 0;  // the next to be looked at
  size_t to = 0;    // where it goes if it stays

  ~ArrCompaction() {
    if (to == from) return;
    ArrHeader* const header = arr_header(elements);
    const size_t left = header->length - from;
    memmove(static_cast<void*>(elements + to), elements + from, left * sizeof(T));
    header->length = to + left;
    arr_drop(elements, arr_layout<T>(), header->length, from - to);
  }
};

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_ARR_PUSH_H_
