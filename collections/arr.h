/// @file
/// arr$(T): a growing array of T in an allocator's memory, used through one pointer.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   arr$(int) primes = arr$new(primes, _, .capacity = 100);
///   arr$push(primes, 2);
///   arr$pushm(primes, 3, 5, 7);
///   for$each (p, primes) printf("%d\n", p);     // cex/for_each.h
///   primes[0] = 1;
///   std::ranges::sort(primes);                  // a contiguous, sized range
///   c_function(primes, arr$len(primes));        // converts to int*
/// }                                             // gone with the scope
/// ```
///
/// On the heap (mem$) an array is given back by arr$free. Capacities and lengths are
/// in elements; capacity starts at 16 or more and doubles, through mem_realloc.
///
/// T must be trivially copyable and trivially destructible, aligned to at most 64.
///
/// Out of memory: `arr$push` and every other plain form end the program with a
/// message; the `try` form of each returns nullptr or false and leaves the array
/// exactly as it was. Both are safe to use on values and sources that lie inside
/// the array itself.
///
/// Growth may move the elements: pointers to them, and copies of the handle, are
/// good until the next operation that adds elements. Pass `arr$(T)&` to functions
/// that add. An array grows at any depth of scopes: it stays in the memory of the scope
/// whose allocator it was made with.
///
/// Adding elements to a null array ends the program in every build: with a message, but
/// for a push where checks are off, which stays a load without a test and faults.
/// Under CEX_TEST these end the program with the caller's line: an index out of
/// range, pop or last on an empty array, and any use of an array that was freed,
/// has moved, or whose scope has ended. The room between length and capacity is not to be
/// touched: a write there is found when an element is added there, when the array grows and when
/// it is freed, and by AddressSanitizer at once.
///
/// Thread safety: as for std::vector, and as for the allocator where memory is taken or
/// given back. The macros are one call each of the typed
/// functions below, which may be used instead; `site` is the caller's line for the
/// messages, leave it out.
#ifndef CEX_COLLECTIONS_ARR_H_
#define CEX_COLLECTIONS_ARR_H_

#include <string.h>

#include <initializer_list>
#include <memory>
#include <new>
#include <ranges>
#include <type_traits>
#include <utility>

#include "cex/allocator.h"
#include "cex/collections/internal/arr_handle.h"
#include "cex/collections/internal/arr_push.h"
#include "cex/collections/internal/arr_sort.h"
#include "cex/collections/internal/length.h"

namespace cex {

/// What arr_new() may be told.
struct ArrOptions {
  Count capacity = 0;  ///< elements to make room for at once; at least 16 are
};

/// Makes `a` a fresh, empty array in memory of `allocator`, and returns it. What `a`
/// was before is not looked at, so it may be the variable being initialized. A null
/// allocator ends the program with a message in every build.
template <typename T>
Arr<T> arr_new(Arr<T>& a, IAllocator allocator, ArrOptions options = {},
               Site site = Site::current()) {
  return detail::arr_make(a, allocator, options.capacity.value(), detail::OnFailure::kDie,
                          "arr$new", site);
}

/// As arr_new(), but `a` is null (and so is what is returned) when there is no memory.
template <typename T>
[[nodiscard]] Arr<T> arr_try_new(Arr<T>& a, IAllocator allocator, ArrOptions options = {},
                                 Site site = Site::current()) {
  return detail::arr_make(a, allocator, options.capacity.value(), detail::OnFailure::kReturnNull,
                          "arr$try_new", site);
}

/// Gives the memory back and makes `a` null; a null `a` is fine.
template <typename T>
void arr_free(Arr<T>& a, Site site = Site::current()) {
  detail::arr_release(a.data(), detail::ArrAccess::layout(a), "arr$free", site);
  detail::ArrAccess::elements(a) = nullptr;
}

/// Makes the length 0 and keeps the capacity; a null `a` is fine.
template <typename T>
void arr_clear(Arr<T>& a, Site site = Site::current()) {
  const size_t length = a.size(site);
  if (length == 0) return;
  detail::arr_drop(a.data(), detail::ArrAccess::layout(a), 0, length);
  detail::arr_header(a.data())->length = 0;
}

/// How many elements there is room for; 0 for a null array.
template <typename T>
size_t arr_cap(const Arr<T>& a, Site site = Site::current()) {
  if (a == nullptr) return 0;
  detail::arr_check(a.data(), detail::ArrAccess::layout(a), "arr$cap", site);
  return detail::arr_header(a.data())->capacity;
}

/// Makes the capacity `capacity` elements, or the length or 16 where that is more. So
/// it reserves, and gives spare memory back too.
template <typename T>
void arr_setcap(Arr<T>& a, Count capacity, Site site = Site::current()) {
  detail::ArrAccess::elements(a) = static_cast<T*>(
      detail::arr_set_capacity(a.data(), detail::ArrAccess::layout(a), capacity.value(),
                               detail::OnFailure::kDie, "arr$setcap", site));
}

/// As arr_setcap(), but false, and `a` as it was, when there is no memory.
template <typename T>
[[nodiscard]] bool arr_try_setcap(Arr<T>& a, Count capacity, Site site = Site::current()) {
  void* const elements =
      detail::arr_set_capacity(a.data(), detail::ArrAccess::layout(a), capacity.value(),
                               detail::OnFailure::kReturnNull, "arr$try_setcap", site);
  if (elements == nullptr) return false;
  detail::ArrAccess::elements(a) = static_cast<T*>(elements);
  return true;
}

/// Whether there is room for `more` elements, after growing if need be: pushing
/// that many can't fail then. False, and `a` as it was, when there is no memory.
template <typename T>
[[nodiscard]] bool arr_grow_check(Arr<T>& a, Count more, Site site = Site::current()) {
  return detail::arr_reserve(a, more.value(), detail::OnFailure::kReturnNull, "arr$grow_check",
                             site);
}

/// Appends a copy of `value`; returns where it is now, never null. Inline: load the
/// length, compare, store the element, store the length.
template <typename T>
inline T* arr_push(Arr<T>& a, const std::type_identity_t<T>& value, Site site = Site::current()) {
  return detail::arr_push_one(a, value, detail::OnFailure::kDie, "arr$push", site);
}

/// As arr_push(), but nullptr, and `a` as it was, when there is no memory.
template <typename T>
[[nodiscard]] inline T* arr_try_push(Arr<T>& a, const std::type_identity_t<T>& value,
                                     Site site = Site::current()) {
  return detail::arr_push_one(a, value, detail::OnFailure::kReturnNull, "arr$try_push", site);
}

/// What arr$push calls: one value as it is, or several as the fields of an element,
/// `arr$push(points, 1, 2)`, or none for a zero element. Returns where it is now.
/// @{
template <typename T>
inline T* arr_emplace(Site site, Arr<T>& a, const std::type_identity_t<T>& value) {
  return detail::arr_push_one(a, value, detail::OnFailure::kDie, "arr$push", site);
}
template <typename T, typename... Vs>
requires(sizeof...(Vs) != 1) inline T* arr_emplace(Site site, Arr<T>& a, Vs&&... fields) {
  return detail::arr_push_one(a, detail::construct<T>(std::forward<Vs>(fields)...),
                              detail::OnFailure::kDie, "arr$push", site);
}
/// @}

/// As arr_emplace(), but nullptr, and `a` as it was, when there is no memory.
/// @{
template <typename T>
[[nodiscard]] inline T* arr_try_emplace(Site site, Arr<T>& a,
                                        const std::type_identity_t<T>& value) {
  return detail::arr_push_one(a, value, detail::OnFailure::kReturnNull, "arr$try_push", site);
}
template <typename T, typename... Vs>
requires(sizeof...(Vs) != 1)
    [[nodiscard]] inline T* arr_try_emplace(Site site, Arr<T>& a, Vs&&... fields) {
  return detail::arr_push_one(a, detail::construct<T>(std::forward<Vs>(fields)...),
                              detail::OnFailure::kReturnNull, "arr$try_push", site);
}
/// @}

/// Appends all of `values`; returns the first of them where it is now.
template <typename T>
T* arr_pushm(Arr<T>& a, std::initializer_list<std::type_identity_t<T>> values,
             Site site = Site::current()) {
  return detail::arr_append(a, values.begin(), values.size(), detail::OnFailure::kDie, "arr$pushm",
                            site);
}

/// As arr_pushm(), but nullptr, and `a` as it was, when there is no memory for all.
template <typename T>
[[nodiscard]] T* arr_try_pushm(Arr<T>& a, std::initializer_list<std::type_identity_t<T>> values,
                               Site site = Site::current()) {
  return detail::arr_append(a, values.begin(), values.size(), detail::OnFailure::kReturnNull,
                            "arr$try_pushm", site);
}

/// Appends `count` elements from `source`, which may lie inside `a`; returns the
/// first of them where it is now (where the next one will be, if there are none). A
/// source that begins inside `a` and ends behind its last element ends the program.
template <typename T>
T* arr_pusha(Arr<T>& a, const std::type_identity_t<T>* source, Count count,
             Site site = Site::current()) {
  return detail::arr_append(a, source, count.value(), detail::OnFailure::kDie, "arr$pusha", site);
}

/// As arr_pusha(), but nullptr, and `a` as it was, when there is no memory for all.
template <typename T>
[[nodiscard]] T* arr_try_pusha(Arr<T>& a, const std::type_identity_t<T>* source, Count count,
                               Site site = Site::current()) {
  return detail::arr_append(a, source, count.value(), detail::OnFailure::kReturnNull,
                            "arr$try_pusha", site);
}

/// Appends the elements of an arr$ (`a` itself, too), a C array or any other range,
/// converted to T. A string literal's closing NUL is one of its elements. A range
/// that reads `a` in another way, such as a reversed view of it, may not be used.
template <typename T, detail::ArrSource<T> R>
T* arr_pusha(Arr<T>& a, R&& range, Site site = Site::current()) {
  return detail::arr_append_range(a, range, detail::OnFailure::kDie, "arr$pusha", site);
}

/// As arr_pusha(), but nullptr, and `a` as it was, when there is no memory for all.
template <typename T, detail::ArrSource<T> R>
[[nodiscard]] T* arr_try_pusha(Arr<T>& a, R&& range, Site site = Site::current()) {
  return detail::arr_append_range(a, range, detail::OnFailure::kReturnNull, "arr$try_pusha", site);
}

/// Puts a copy of `value` before element `i`, or at the end where `i` is the length;
/// returns where it is now. An index beyond that ends the program in every build.
template <typename T>
T* arr_ins(Arr<T>& a, Index i, const std::type_identity_t<T>& value, Site site = Site::current()) {
  return detail::arr_insert(a, i.value(), value, detail::OnFailure::kDie, "arr$ins", site);
}

/// As arr_ins(), but nullptr, and `a` as it was, when there is no memory.
template <typename T>
[[nodiscard]] T* arr_try_ins(Arr<T>& a, Index i, const std::type_identity_t<T>& value,
                             Site site = Site::current()) {
  return detail::arr_insert(a, i.value(), value, detail::OnFailure::kReturnNull, "arr$try_ins",
                            site);
}

/// Removes element `i`; those behind it move down by one, and the capacity stays. An
/// index out of range ends the program in every build.
template <typename T>
void arr_del(Arr<T>& a, Index i, Site site = Site::current()) {
  const size_t length = a.size(site);
  if (i.value() >= length) detail::die_of_index(site, "arr$del", i.value(), length);
  T* const hole = a.data() + i.value();
  memmove(static_cast<void*>(hole), hole + 1, (length - i.value() - 1) * sizeof(T));
  detail::arr_drop(a.data(), detail::ArrAccess::layout(a), length - 1, 1);
  detail::arr_header(a.data())->length = length - 1;
}

/// Removes element `i` and puts the last one into its place: no moving, no order. An
/// index out of range ends the program in every build.
template <typename T>
void arr_delswap(Arr<T>& a, Index i, Site site = Site::current()) {
  const size_t length = a.size(site);
  if (i.value() >= length) detail::die_of_index(site, "arr$delswap", i.value(), length);
  T* const last = a.data() + length - 1;
  memmove(static_cast<void*>(a.data() + i.value()), last, sizeof(T));
  detail::arr_drop(a.data(), detail::ArrAccess::layout(a), length - 1, 1);
  detail::arr_header(a.data())->length = length - 1;
}

/// Removes the last element and returns it. On an empty array: ends the program
/// under CEX_TEST, undefined otherwise.
template <typename T>
inline T arr_pop(Arr<T>& a, Site site = Site::current()) {
  detail::arr_require_some(a, "arr$pop", site);
  if constexpr (kChecked) {
    const size_t last = --detail::arr_header(a.data())->length;
    const T value = a.data()[last];
    detail::arr_drop(a.data(), detail::ArrAccess::layout(a), last, 1);
    return value;
  }
  return a.data()[--detail::arr_header(a.data())->length];
}

/// The last element. On an empty array: as arr_pop().
template <typename T>
inline T& arr_last(const Arr<T>& a, Site site = Site::current()) {
  detail::arr_require_some(a, "arr$last", site);
  return a.data()[detail::arr_header(a.data())->length - 1];
}

/// Element `i`, and the end of the program where there is none, in every build:
/// for indices that come from outside. a[i] is the one that costs nothing.
template <typename T>
inline T& arr_at(const Arr<T>& a, Index i, Site site = Site::current()) {
  const size_t length = a.size(site);
  if (i.value() >= length) [[unlikely]] {
    detail::die_of_index(site, "arr$at", i.value(), length);
  }
  return a.data()[i.value()];
}

CEX_DETAIL_NEEDS_ARR(arr_free)
CEX_DETAIL_NEEDS_ARR(arr_clear)
CEX_DETAIL_NEEDS_ARR(arr_cap)
CEX_DETAIL_NEEDS_ARR(arr_setcap)
CEX_DETAIL_NEEDS_ARR(arr_try_setcap)
CEX_DETAIL_NEEDS_ARR(arr_grow_check)
CEX_DETAIL_NEEDS_ARR(arr_new)
CEX_DETAIL_NEEDS_ARR(arr_try_new)
CEX_DETAIL_NEEDS_ARR(arr_push)
CEX_DETAIL_NEEDS_ARR(arr_try_push)
CEX_DETAIL_NEEDS_ARR(arr_pusha)
CEX_DETAIL_NEEDS_ARR(arr_try_pusha)
CEX_DETAIL_NEEDS_ARR(arr_ins)
CEX_DETAIL_NEEDS_ARR(arr_try_ins)
CEX_DETAIL_NEEDS_ARR(arr_del)
CEX_DETAIL_NEEDS_ARR(arr_delswap)
CEX_DETAIL_NEEDS_ARR(arr_pop)
CEX_DETAIL_NEEDS_ARR(arr_last)
CEX_DETAIL_NEEDS_ARR(arr_at)
CEX_DETAIL_NEEDS_ARR(arr_sort)
CEX_DETAIL_NEEDS_ARR_2(arr_emplace)
CEX_DETAIL_NEEDS_ARR_2(arr_try_emplace)
CEX_DETAIL_NEEDS_ARR_LIST(arr_pushm)
CEX_DETAIL_NEEDS_ARR_LIST(arr_try_pushm)

}  // namespace cex

/// `arr$(T)`: the type of a handle, cex::Arr; null until arr$new.
#define arr$(...) ::cex::Arr<__VA_ARGS__>

/// `arr$(T) a = arr$new(a, allocator[, .capacity = n]);`, or as a statement. See
/// cex::arr_new().
#define arr$new(a, allocator, ...) ::cex::arr_new((a), (allocator), ::cex::ArrOptions{__VA_ARGS__})
/// arr$new, but `a` is null when there is no memory. See cex::arr_try_new().
#define arr$try_new(a, allocator, ...) \
  ::cex::arr_try_new((a), (allocator), ::cex::ArrOptions{__VA_ARGS__})
/// Gives the memory back and makes `a` null. See cex::arr_free().
#define arr$free(a) ::cex::arr_free(a)

/// Makes the length 0 and keeps the capacity. See cex::arr_clear().
#define arr$clear(a) ::cex::arr_clear(a)
/// `arr$len(x)`: how many elements an arr$, a hm$, a C array or any other range has. See
/// cex::arr_len().
#define arr$len(...) ::cex::arr_len(__VA_ARGS__)
/// How many elements there is room for. See cex::arr_cap().
#define arr$cap(a) ::cex::arr_cap(a)
/// `arr$setcap(a, n)`: reserves room, or gives spare memory back. See cex::arr_setcap().
#define arr$setcap(a, ...) ::cex::arr_setcap((a), __VA_ARGS__)
/// arr$setcap, but false when there is no memory. See cex::arr_try_setcap().
#define arr$try_setcap(a, ...) ::cex::arr_try_setcap((a), __VA_ARGS__)
/// `arr$grow_check(a, n)`: whether there is room for `n` more elements, after growing if need
/// be. See cex::arr_grow_check().
#define arr$grow_check(a, ...) ::cex::arr_grow_check((a), __VA_ARGS__)

/// `arr$push(a, value)`, `arr$push(a, {.x = 1})` or `arr$push(a, field1, field2)`:
/// appends one element; where it is now. See cex::arr_push() and cex::arr_emplace().
#define arr$push(a, ...) ::cex::arr_emplace(::cex::Site::current(), (a)__VA_OPT__(, ) __VA_ARGS__)
/// arr$push, but nullptr when there is no memory. See cex::arr_try_emplace().
#define arr$try_push(a, ...) \
  ::cex::arr_try_emplace(::cex::Site::current(), (a)__VA_OPT__(, ) __VA_ARGS__)

/// `arr$pushm(a, value1, value2, …)`: appends them all. See cex::arr_pushm().
#define arr$pushm(a, ...) ::cex::arr_pushm((a), {__VA_ARGS__})
/// arr$pushm, but nullptr when there is no memory for all. See cex::arr_try_pushm().
#define arr$try_pushm(a, ...) ::cex::arr_try_pushm((a), {__VA_ARGS__})

/// `arr$pusha(a, range)` or `arr$pusha(a, pointer, count)`: appends what is there. See
/// cex::arr_pusha().
#define arr$pusha(a, ...) ::cex::arr_pusha((a), __VA_ARGS__)
/// arr$pusha, but nullptr when there is no memory for all. See cex::arr_try_pusha().
#define arr$try_pusha(a, ...) ::cex::arr_try_pusha((a), __VA_ARGS__)

/// `arr$ins(a, i, value)`: puts a copy of `value` before element `i`. See cex::arr_ins().
#define arr$ins(a, i, ...) ::cex::arr_ins((a), (i), __VA_ARGS__)
/// arr$ins, but nullptr when there is no memory. See cex::arr_try_ins().
#define arr$try_ins(a, i, ...) ::cex::arr_try_ins((a), (i), __VA_ARGS__)
/// `arr$del(a, i)`: removes element `i` and keeps the order. See cex::arr_del().
#define arr$del(a, ...) ::cex::arr_del((a), __VA_ARGS__)
/// `arr$delswap(a, i)`: removes element `i` and moves the last one there. See cex::arr_delswap().
#define arr$delswap(a, ...) ::cex::arr_delswap((a), __VA_ARGS__)
/// Removes the last element and returns it. See cex::arr_pop().
#define arr$pop(a) ::cex::arr_pop(a)
/// The last element. See cex::arr_last().
#define arr$last(a) ::cex::arr_last(a)
/// `arr$at(a, i)`: element `i`, checked in every build. See cex::arr_at().
#define arr$at(a, ...) ::cex::arr_at((a), __VA_ARGS__)
/// `arr$sort(a[, compare])`: sorts in place. See cex::arr_sort().
#define arr$sort(a, ...) ::cex::arr_sort((a)__VA_OPT__(, ) __VA_ARGS__)

#endif  // CEX_COLLECTIONS_ARR_H_
