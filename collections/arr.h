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
/// }                                             // freed with the scope
/// ```
///
/// On the heap (mem$) an array is freed by arr$free. Capacities and lengths are in elements. The
/// capacity starts at 16 or more and doubles, by mem_realloc.
///
/// T must be trivially copyable and trivially destructible, aligned to at most 64, and not const.
///
/// Out of memory: `arr$push` and every other plain form end the program with a message. The `try`
/// form of each returns nullptr or false, and leaves the array unchanged. Values and sources may
/// be in the array itself.
///
/// Growth may move the elements: pointers to them, and copies of the handle, are valid until the
/// next operation that adds elements. Pass `arr$(T)&` to functions that add. An array may grow at
/// any depth of scopes: it stays in the memory of the scope whose allocator it was created with.
///
/// Adding to a null array always ends the program: with a message, except for arr$push in release
/// builds, which has no null test and faults. Under CEX_TEST these end the program with the
/// caller's line: an index out of range, pop or last on an empty array, and any use of an array
/// that was freed, has moved, or whose scope has ended. Do not access the room between length and
/// capacity: a write there is found when an element is added there, when the array grows, when it
/// is freed, and when its scope ends; AddressSanitizer finds it at once. A megabyte of the room is
/// watched, counted from the length that the array had when it was made or last grew.
///
/// Thread safety: that of std::vector, and that of the allocator when memory is allocated or freed.
/// Each macro is one call of the member of that name, which may be used instead (`primes.push(2)`).
/// `site` is the caller's line for messages; leave it out.
#ifndef CEX_COLLECTIONS_ARR_H_
#define CEX_COLLECTIONS_ARR_H_

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <initializer_list>
#include <span>  // declares what is specialized below
#include <type_traits>
#include <utility>

#include "cex/allocator.h"
#include "cex/collections/internal/arr_block.h"
#include "cex/collections/internal/arr_push.h"
#include "cex/collections/internal/arr_sort.h"
#include "cex/collections/internal/construct.h"
#include "cex/collections/internal/element.h"
#include "cex/collections/internal/make_anew.h"
#include "cex/index.h"
#include "cex/length.h"

namespace cex {

namespace detail {
// A pointer that a T* converts to.
template <typename P, typename T>
concept PointerTo = std::is_pointer_v<P> && std::is_convertible_v<T*, P>;
}  // namespace detail

/// Options of a new array.
struct ArrOptions {
  Count capacity = 0;  ///< room for so many elements at once; at least 16
};

/// A growing array of T: one pointer to its first element.
///
/// A copy of the handle is the same array, until one of them makes it grow (which may move it) or
/// frees it. Pass `Arr<T>&` to a function that adds elements. The handle owns nothing: arr$free, or
/// the end of the allocator's scope, frees the memory.
template <typename T>
class Arr {
 public:
  /// What a contiguous range has.
  /// @{
  using element_type = T;
  using value_type = T;
  using size_type = size_t;
  using difference_type = ptrdiff_t;
  using reference = T&;
  using pointer = T*;
  using iterator = T*;
  using const_iterator = const T*;
  /// @}

  /// A null array.
  constexpr Arr() = default;
  /// A null array, also from NULL.
  constexpr Arr(decltype(nullptr)) {}  // NOLINT(google-explicit-constructor): arr$(T) a = NULL

  /// An empty array in memory of `allocator`. A null allocator ends the program with a message
  /// in every build.
  [[nodiscard]] static Arr create(IAllocator allocator, ArrOptions options = {},
                                  Site site = Site::current()) {
    return make(allocator, options, op<"new">(site));
  }
  /// As create(), but null when out of memory.
  [[nodiscard]] static Arr try_create(IAllocator allocator, ArrOptions options = {},
                                      Site site = Site::current()) {
    return make(allocator, options, try_op<"try_new">(site));
  }

  /// Frees the memory and makes the handle null; a null handle is fine.
  void free(Site site = Site::current()) {
    detail::arr_release(elements_, detail::arr_layout<T>(), "arr$free", site);
    elements_ = nullptr;
  }

  /// Makes the length 0 and keeps the capacity; a null array is fine.
  void clear(Site site = Site::current()) {
    const size_t length = size(site);
    if (length != 0) cut(0, length);
  }

  /// The number of elements; 0 for a null array.
  size_t size(Site site = Site::current()) const {
    if (elements_ == nullptr) return 0;
    detail::arr_check(elements_, detail::arr_layout<T>(), "arr$", site);
    return detail::arr_header(elements_)->length;
  }
  /// Whether there are no elements.
  bool empty(Site site = Site::current()) const { return size(site) == 0; }
  /// The elements; null for a null array. Valid until the array grows.
  T* data(Site site = Site::current()) const {
    if (elements_ != nullptr) detail::arr_check(elements_, detail::arr_layout<T>(), "arr$", site);
    return elements_;
  }
  /// As data().
  T* begin(Site site = Site::current()) const { return data(site); }
  /// Behind the last element.
  T* end(Site site = Site::current()) const { return elements_ + size(site); }

  /// The number of elements that there is room for; 0 for a null array.
  size_t cap(Site site = Site::current()) const {
    if (elements_ == nullptr) return 0;
    detail::arr_check(elements_, detail::arr_layout<T>(), "arr$cap", site);
    return detail::arr_header(elements_)->capacity;
  }
  /// Sets the capacity to `capacity` elements, at least to the length and to 16. So it reserves
  /// memory, or frees spare memory.
  void setcap(Count capacity, Site site = Site::current()) {
    static_cast<void>(set_capacity(capacity, op<"setcap">(site)));
  }
  /// As setcap(), but false when out of memory; the array is unchanged then.
  [[nodiscard]] bool try_setcap(Count capacity, Site site = Site::current()) {
    return set_capacity(capacity, try_op<"try_setcap">(site));
  }
  /// Makes room for `more` elements, so that so many pushes can't fail. False when out of memory;
  /// the array is unchanged then.
  [[nodiscard]] bool grow_check(Count more, Site site = Site::current()) {
    return detail::arr_reserve(elements_, more.value(), try_op<"grow_check">(site));
  }

  /// Appends a copy of `value`; returns a pointer to it, never null. Inline: loads the length,
  /// compares, stores the element, stores the length.
  T* push(const T& value, Site site = Site::current()) {
    return detail::arr_push_one(elements_, value, op<"push">(site));
  }
  /// As push(), but nullptr when out of memory; the array is unchanged then.
  [[nodiscard]] T* try_push(const T& value, Site site = Site::current()) {
    return detail::arr_push_one(elements_, value, try_op<"try_push">(site));
  }
  /// arr$push calls these: push(value); several values are the fields of an element,
  /// `arr$push(points, 1, 2)`; no value is a zero element.
  /// @{
  T* push_at(Site site, const T& value) { return push(value, site); }
  template <typename... Vs>
  requires(sizeof...(Vs) != 1) T* push_at(Site site, Vs&&... fields) {
    return push(detail::construct<T>(static_cast<Vs&&>(fields)...), site);
  }
  [[nodiscard]] T* try_push_at(Site site, const T& value) { return try_push(value, site); }
  template <typename... Vs>
  requires(sizeof...(Vs) != 1) [[nodiscard]] T* try_push_at(Site site, Vs&&... fields) {
    return try_push(detail::construct<T>(static_cast<Vs&&>(fields)...), site);
  }
  /// @}

  /// Appends all of `values`; returns a pointer to the first of them.
  T* pushm(std::initializer_list<T> values, Site site = Site::current()) {
    return detail::never_null(
        detail::arr_append(elements_, values.begin(), values.size(), op<"pushm">(site)));
  }
  /// As pushm(), but nullptr when out of memory; the array is unchanged then.
  [[nodiscard]] T* try_pushm(std::initializer_list<T> values, Site site = Site::current()) {
    return detail::arr_append(elements_, values.begin(), values.size(), try_op<"try_pushm">(site));
  }

  /// Appends `count` elements from `source`, which may lie inside the array; returns a pointer to
  /// the first of them (to the end, if `count` is 0). A source that begins inside the array and
  /// ends behind its last element ends the program.
  T* pusha(const T* source, Count count, Site site = Site::current()) {
    return detail::never_null(
        detail::arr_append(elements_, source, count.value(), op<"pusha">(site)));
  }
  /// As pusha(), but nullptr when out of memory; the array is unchanged then.
  [[nodiscard]] T* try_pusha(const T* source, Count count, Site site = Site::current()) {
    return detail::arr_append(elements_, source, count.value(), try_op<"try_pusha">(site));
  }
  /// Appends the elements of an arr$ (also this one), a C array or any other range, converted to T.
  /// A string literal includes its NUL. The range must not read this array in another way, such as
  /// a reversed view of it. If the range or a conversion throws, the array is unchanged.
  template <detail::ArrSource<T> R>
  T* pusha(R&& range, Site site = Site::current()) {
    return detail::never_null(detail::arr_append_range(elements_, range, op<"pusha">(site)));
  }
  /// As pusha(), but nullptr when out of memory; the array is unchanged then.
  template <detail::ArrSource<T> R>
  [[nodiscard]] T* try_pusha(R&& range, Site site = Site::current()) {
    return detail::arr_append_range(elements_, range, try_op<"try_pusha">(site));
  }

  /// Appends text that is formatted as by printf(), without its NUL, to an arr$(char); returns a
  /// pointer to its first character. Arguments may be text in the array, with its NUL; so the array
  /// grows into a new block, before the old one is freed. It must have room for a NUL behind the
  /// text, or grows. A format that vsnprintf() refuses ends the program.
  [[gnu::format(printf, 3, 4)]] T* pushf_at(Site site, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    T* const text = push_format(op<"pushf">(site), format, arguments);
    va_end(arguments);
    return detail::never_null(text);
  }
  /// As pushf_at(), but nullptr when out of memory; the array is unchanged then.
  [[nodiscard, gnu::format(printf, 3, 4)]] T* try_pushf_at(Site site, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    T* const text = push_format(try_op<"try_pushf">(site), format, arguments);
    va_end(arguments);
    return text;
  }

  /// Inserts a copy of `value` before element `i`, or at the end if `i` is the length; returns a
  /// pointer to it. A larger index ends the program in every build.
  T* ins(Index i, const T& value, Site site = Site::current()) {
    return detail::never_null(detail::arr_insert(elements_, i.value(), value, op<"ins">(site)));
  }
  /// As ins(), but nullptr when out of memory; the array is unchanged then.
  [[nodiscard]] T* try_ins(Index i, const T& value, Site site = Site::current()) {
    return detail::arr_insert(elements_, i.value(), value, try_op<"try_ins">(site));
  }

  /// Removes element `i`; the elements behind it move down by one, and the capacity stays. An index
  /// out of range ends the program in every build.
  void del(Index i, Site site = Site::current()) {
    const size_t length = size(site);
    if (i.value() >= length) detail::die_of_index(site, "arr$del", i.value(), length);
    T* const hole = elements_ + i.value();
    memmove(static_cast<void*>(hole), hole + 1, (length - i.value() - 1) * sizeof(T));
    cut(length - 1, 1);
  }
  /// Removes element `i` and moves the last element into its place, which changes the order. An
  /// index out of range ends the program in every build.
  void delswap(Index i, Site site = Site::current()) {
    const size_t length = size(site);
    if (i.value() >= length) detail::die_of_index(site, "arr$delswap", i.value(), length);
    memmove(static_cast<void*>(elements_ + i.value()), elements_ + length - 1, sizeof(T));
    cut(length - 1, 1);
  }
  /// Removes all elements for which `goes(element)` is true, and returns their number. The others
  /// keep their order. `goes` is called once for each element, and must not use the array. If it
  /// throws, the elements that it was not called for stay.
  template <typename Goes>
  size_t erase_if(Goes goes, Site site = Site::current()) {
    const size_t length = size(site);
    detail::ArrCompaction<T> all{elements_};
    for (; all.from < length; ++all.from) {
      T& element = elements_[all.from];
      if (goes(element)) continue;
      if (all.to != all.from) {
        memcpy(static_cast<void*>(elements_ + all.to), __builtin_addressof(element), sizeof(T));
      }
      ++all.to;
    }
    return all.from - all.to;
  }

  /// Removes the last element and returns it. An empty array ends the program under CEX_TEST, and
  /// is undefined behaviour otherwise.
  T pop(Site site = Site::current()) {
    detail::arr_require_some(elements_, op<"pop">(site));
    const size_t last = detail::arr_header(elements_)->length - 1;
    // From const: a constructor of T's that takes anything would take a T&.
    if constexpr (kChecked) {
      const T value(std::as_const(elements_[last]));
      cut(last, 1);
      return T(value);
    }
    return T(std::as_const(elements_[detail::arr_header(elements_)->length = last]));
  }
  /// The last element. An empty array: as for pop().
  T& last(Site site = Site::current()) const {
    detail::arr_require_some(elements_, op<"last">(site));
    return elements_[detail::arr_header(elements_)->length - 1];
  }
  /// Element `i`. An index out of range ends the program in every build, so use it for indices that
  /// come from outside; a[i] has no check in release builds.
  T& at(Index i, Site site = Site::current()) const {
    const size_t length = size(site);
    if (i.value() >= length) [[unlikely]] {
      detail::die_of_index(site, "arr$at", i.value(), length);
    }
    return elements_[i.value()];
  }
  /// Element `i`. An index out of range ends the program under CEX_TEST, and is undefined behaviour
  /// otherwise.
  T& operator[](Index i) const {
    if constexpr (kChecked) {
      const size_t length = size(i.site());
      if (i.value() >= length) detail::die_of_index(i.site(), "arr$", i.value(), length);
    }
    return elements_[i.value()];
  }

  /// Sorts in place, without allocating; equal elements may change their order. `compare` is one
  /// of: less(x, y) → bool; order(x, y) → int, std::strong_ordering or the like, negative if x
  /// comes first; a comparator for qsort(), on pointers to elements. The default is operator<. A
  /// function of two `const void*` that returns an int counts as a comparator for qsort(), even if
  /// the elements are such pointers. A null array is fine.
  ///
  /// Whatever `compare` returns, only the elements are read and written, and none is lost. They are
  /// sorted if `compare` is a strict weak ordering; in release builds `<=` works, too. Under
  /// CEX_TEST `<=`, and most other comparisons that are no strict weak ordering, end the program;
  /// comparators for qsort() are not checked. If `compare` throws, each element is there once, in
  /// some order. At most O(n log n) comparisons.
  template <typename Compare = detail::SortLess>
  void sort(Compare compare = {}, Site site = Site::current()) const {
    detail::sort_elements(elements_, size(site), compare, site);
  }

  /// Converts to everything that a `T*` converts to, and is checked as data() is, without the
  /// caller's line. A template, because `a[i]` would otherwise be ambiguous: the built-in
  /// pointer[int], or the operator above.
  template <detail::PointerTo<T> P>
  // NOLINTNEXTLINE(google-explicit-constructor): for C calls
  constexpr operator P() const {
    return checked();
  }
  /// Whether it is not null.
  constexpr explicit operator bool() const { return elements_ != nullptr; }

  /// Operations of a `T*` that the conversion above does not provide; `it - a` is the index of an
  /// element. `*` and `->` are checked as a[0] is, `+` as data(), but don't know the caller's line.
  /// @{
  T& operator*() const { return (*this)[Index(0, Site{})]; }
  T* operator->() const {
    if constexpr (kChecked) return __builtin_addressof(**this);
    return elements_;
  }
  friend T* operator+(const Arr& a, ptrdiff_t n) { return a.checked() + n; }
  template <typename P>
  requires(std::is_same_v<std::remove_const_t<P>, T>) friend ptrdiff_t operator-(P* element,
                                                                                 const Arr& a) {
    return element - a.elements_;
  }
  /// @}

  /// Whether both are the same array, not whether the elements are equal.
  /// @{
  friend constexpr bool operator==(const Arr& a, const Arr& b) {
    return a.elements_ == b.elements_;
  }
  template <typename P>
  requires(std::is_pointer_v<P>) friend constexpr bool operator==(const Arr& a, P p) {
    return a.elements_ == p;
  }
  /// @}

 private:
  template <detail::Literal kName>
  static constexpr detail::Op op(Site site) {
    return detail::plain_op<"arr$", kName>(site);
  }
  template <detail::Literal kName>
  static constexpr detail::Op try_op(Site site) {
    return detail::try_op<"arr$", kName>(site);
  }

  static Arr make(IAllocator allocator, ArrOptions options, const detail::Op& op) {
    Arr made;
    made.elements_ = static_cast<T*>(
        detail::arr_allocate(allocator, detail::arr_layout<T>(), options.capacity.value(), op));
    return made;
  }

  bool set_capacity(Count capacity, const detail::Op& op) {
    void* const elements =
        detail::arr_set_capacity(elements_, detail::arr_layout<T>(), capacity.value(), op);
    if (elements == nullptr) return false;
    elements_ = static_cast<T*>(elements);
    return true;
  }

  // The elements, where no line is known.
  constexpr T* checked() const {
    if constexpr (kChecked) {
      if (!std::is_constant_evaluated()) return data(Site{});
    }
    return elements_;
  }

  // Sets the length to `length`; it was larger by `gone`.
  void cut(size_t length, size_t gone) {
    detail::arr_drop(elements_, detail::arr_layout<T>(), length, gone);
    detail::arr_header(elements_)->length = length;
  }

  T* push_format(const detail::Op& op, const char* format, va_list arguments) {
    static_assert(std::is_same_v<T, char>, "cex: arr$pushf appends to an arr$(char).");
    detail::arr_require(elements_, op);
    const size_t length = detail::arr_header(elements_)->length;
    void* const grown = detail::arr_append_format(elements_, op, format, arguments);
    if (grown == nullptr) return nullptr;
    elements_ = static_cast<T*>(grown);
    return elements_ + length;
  }

  T* elements_ = nullptr;
};

namespace detail {

// The handle itself; a compile error with advice where it is none.
template <typename A>
constexpr A&& as_arr(A&& a) {
  using Plain = std::remove_reference_t<A>;
  static_assert(!std::is_pointer_v<Plain> && !std::is_array_v<Plain>,
                "cex: this is a plain T*, not an arr$(T) handle, so it has no length, capacity "
                "or allocator. Declare the variable or parameter as arr$(T) (arr$(T)& where "
                "elements are added).");
  return static_cast<A&&>(a);
}

}  // namespace detail
}  // namespace cex

/// @cond
// The elements outlive the handle, so a range over a temporary one is fine.
template <typename T>
inline constexpr bool std::ranges::enable_borrowed_range<cex::Arr<T>> = true;
/// @endcond

/// `arr$(T)`: the type of a handle, cex::Arr; null until arr$new.
#define arr$(...) ::cex::Arr<__VA_ARGS__>

/// `arr$(T) a = arr$new(a, allocator[, .capacity = n]);`, or as a statement. See
/// cex::Arr::create().
#define arr$new(a, allocator, ...) \
  ::cex::detail::make_anew(::cex::detail::as_arr(a), (allocator), ::cex::ArrOptions{__VA_ARGS__})
/// arr$new, but `a` is null when out of memory.
#define arr$try_new(a, allocator, ...)                                \
  ::cex::detail::try_make_anew(::cex::detail::as_arr(a), (allocator), \
                               ::cex::ArrOptions{__VA_ARGS__})
/// Frees the memory and makes `a` null.
#define arr$free(a) ::cex::detail::as_arr(a).free()

/// Makes the length 0 and keeps the capacity.
#define arr$clear(a) ::cex::detail::as_arr(a).clear()
/// `arr$len(x)`: the number of elements of an arr$, a map, a C array or any other range. See
/// cex::arr_len().
#define arr$len(...) ::cex::arr_len(__VA_ARGS__)
/// The number of elements that there is room for.
#define arr$cap(a) ::cex::detail::as_arr(a).cap()
/// `arr$setcap(a, n)`: reserves room, or frees spare memory.
#define arr$setcap(a, ...) ::cex::detail::as_arr(a).setcap(__VA_ARGS__)
/// arr$setcap, but false when out of memory.
#define arr$try_setcap(a, ...) ::cex::detail::as_arr(a).try_setcap(__VA_ARGS__)
/// `arr$grow_check(a, n)`: makes room for `n` more elements; false when out of memory.
#define arr$grow_check(a, ...) ::cex::detail::as_arr(a).grow_check(__VA_ARGS__)

/// `arr$push(a, value)`, `arr$push(a, {.x = 1})` or `arr$push(a, field1, field2)`: appends one
/// element; returns a pointer to it.
#define arr$push(a, ...) \
  ::cex::detail::as_arr(a).push_at(::cex::Site::current() __VA_OPT__(, ) __VA_ARGS__)
/// arr$push, but nullptr when out of memory.
#define arr$try_push(a, ...) \
  ::cex::detail::as_arr(a).try_push_at(::cex::Site::current() __VA_OPT__(, ) __VA_ARGS__)
/// `arr$pushm(a, value1, value2, …)`: appends them all.
#define arr$pushm(a, ...) ::cex::detail::as_arr(a).pushm({__VA_ARGS__})
/// arr$pushm, but nullptr when out of memory.
#define arr$try_pushm(a, ...) ::cex::detail::as_arr(a).try_pushm({__VA_ARGS__})
/// `arr$pusha(a, range)` or `arr$pusha(a, pointer, count)`: appends all elements of it.
#define arr$pusha(a, ...) ::cex::detail::as_arr(a).pusha(__VA_ARGS__)
/// arr$pusha, but nullptr when out of memory.
#define arr$try_pusha(a, ...) ::cex::detail::as_arr(a).try_pusha(__VA_ARGS__)
/// `arr$pushf(text, "%d items", n)`: appends as printf() would, without a NUL. See
/// cex::Arr::pushf_at().
#define arr$pushf(a, ...) ::cex::detail::as_arr(a).pushf_at(::cex::Site::current(), __VA_ARGS__)
/// arr$pushf, but nullptr when out of memory.
#define arr$try_pushf(a, ...) \
  ::cex::detail::as_arr(a).try_pushf_at(::cex::Site::current(), __VA_ARGS__)

/// `arr$ins(a, i, value)`: inserts a copy of `value` before element `i`.
#define arr$ins(a, i, ...) ::cex::detail::as_arr(a).ins((i), __VA_ARGS__)
/// arr$ins, but nullptr when out of memory.
#define arr$try_ins(a, i, ...) ::cex::detail::as_arr(a).try_ins((i), __VA_ARGS__)
/// `arr$del(a, i)`: removes element `i` and keeps the order.
#define arr$del(a, ...) ::cex::detail::as_arr(a).del(__VA_ARGS__)
/// `arr$delswap(a, i)`: removes element `i` and moves the last element into its place.
#define arr$delswap(a, ...) ::cex::detail::as_arr(a).delswap(__VA_ARGS__)
/// `arr$erase_if(a, goes)`: removes the elements for which goes(element) is true; returns their
/// number.
#define arr$erase_if(a, ...) ::cex::detail::as_arr(a).erase_if(__VA_ARGS__)
/// Removes the last element and returns it.
#define arr$pop(a) ::cex::detail::as_arr(a).pop()
/// The last element.
#define arr$last(a) ::cex::detail::as_arr(a).last()
/// `arr$at(a, i)`: element `i` of an arr$ or entry `i` of a hm$, checked in every build.
#define arr$at(a, ...) ::cex::detail::as_arr(a).at(__VA_ARGS__)
/// `arr$sort(a[, compare])`: sorts in place. See cex::Arr::sort().
#define arr$sort(a, ...) ::cex::detail::as_arr(a).sort(__VA_ARGS__)

#endif  // CEX_COLLECTIONS_ARR_H_
