// Sorting in place that stays within its elements whatever the comparison answers.
//
// std::sort's inner loops rely on a comparison that is a strict weak ordering: one that isn't
// has them read and write outside. These look where the elements end. Which costs nothing
// where partitioning does without branches, as for small elements: each element is looked at
// once, and moved whatever the answer is. Larger ones are partitioned from both ends.
//
// A quicksort; a heapsort takes over where partitions are uneven too often, so that it ends
// after O(n log n) comparisons.
#ifndef CEX_COLLECTIONS_INTERNAL_SORT_H_
#define CEX_COLLECTIONS_INTERNAL_SORT_H_

#include <stddef.h>
#include <string.h>

#include <type_traits>
#include <utility>

namespace cex::detail {

// Whether moving an element that need not move takes less time than a branch that is
// mispredicted every other time. g++ makes a branch of it for what does not fit a register.
template <typename T>
inline constexpr bool kSortsWithoutBranches = sizeof(T) <= sizeof(void*);

template <typename T>
inline void sort_put(T* to, const T& from) {
  // A copy of an empty element has no byte that was written, of which g++ warns.
  if constexpr (!std::is_empty_v<T>) {
    memcpy(static_cast<void*>(to), __builtin_addressof(from), sizeof(T));
  }
}

template <typename T>
inline void sort_swap(T* x, T* y) {
  const T kept(std::as_const(*x));  // const: a constructor that takes anything would take a T&
  sort_put(x, *y);
  sort_put(y, kept);
}

// An element on its way to where it belongs, while others move over its old place. It is put into
// the hole in the end, also where that is an exception of the comparison.
template <typename T>
struct SortHole {
  T* at;
  const T value;

  explicit SortHole(T* from) : at(from), value(std::as_const(*from)) {}
  void fill_from(T* from) {
    sort_put(at, *from);
    at = from;
  }
  ~SortHole() { sort_put(at, value); }
};

template <typename T, typename Less>
void sort_by_insertion(T* first, T* last, Less& less) {
  if (first == last) return;
  for (T* next = first + 1; next != last; ++next) {
    SortHole<T> hole(next);
    while (hole.at != first && less(hole.value, hole.at[-1])) hole.fill_from(hole.at - 1);
  }
}

// Moves the element at `hole` down to where its children in the heap don't come behind it.
template <typename T, typename Less>
void sort_sift_down(T* first, size_t hole, size_t count, Less& less) {
  SortHole<T> moved(first + hole);
  for (size_t child; (child = 2 * hole + 1) < count; hole = child) {
    if (child + 1 < count && less(first[child], first[child + 1])) ++child;
    if (!less(moved.value, first[child])) break;
    moved.fill_from(first + child);
  }
}

template <typename T, typename Less>
[[gnu::noinline]] void sort_by_heap(T* first, T* last, Less& less) {
  size_t count = static_cast<size_t>(last - first);
  for (size_t i = count / 2; i-- != 0;) sort_sift_down(first, i, count, less);
  while (count > 1) {
    sort_swap(first, first + --count);
    sort_sift_down(first, 0, count, less);
  }
}

template <typename T, typename Less>
T* sort_median(T* x, T* y, T* z, Less& less) {
  if (less(*y, *x)) {
    if (less(*z, *y)) return y;
    return less(*z, *x) ? z : x;
  }
  if (less(*z, *x)) return x;
  return less(*z, *y) ? z : y;
}

// Puts a middling element first.
template <typename T, typename Less>
void sort_choose_pivot(T* first, T* last, Less& less) {
  const ptrdiff_t n = last - first;
  T* median = sort_median(first, first + n / 2, last - 1, less);
  if (n > 100) {
    const ptrdiff_t part = n / 8;
    T* const low = sort_median(first + part, first + 2 * part, first + 3 * part, less);
    T* const high = sort_median(last - part, last - 2 * part, last - 3 * part, less);
    median = sort_median(low, median, high, less);
  }
  sort_swap(first, median);
}

// Brings those of (first, last) for which `is_left` is true to the front; returns where the
// others begin.
template <typename T, typename IsLeft>
T* sort_split(T* first, T* last, IsLeft is_left) {
  T* end = first;
  for (T* next = first; next != last; ++next) {
    if constexpr (kSortsWithoutBranches<T>) {
      const T value(std::as_const(*next));
      const bool left = is_left(value);
      sort_put(next, *end);
      sort_put(end, value);
      end += left;
    } else {
      if (is_left(*next)) sort_swap(end++, next);
    }
  }
  return end;
}

// Puts *first where it belongs, with what comes before it on its left; returns its place.
template <typename T, typename Less>
T* sort_partition(T* first, T* last, Less& less) {
  T* low = first + 1;
  if constexpr (kSortsWithoutBranches<T>) {
    const T pivot(std::as_const(*first));
    low = sort_split(low, last, [&](const T& value) { return less(value, pivot); });
  } else {
    // From both ends; equal elements go to either side.
    for (T* high = last;;) {
      while (low < high && less(*low, *first)) ++low;
      while (low < high && less(*first, high[-1])) --high;
      if (high - low <= 1) break;
      sort_swap(low++, --high);
    }
  }
  sort_swap(first, low - 1);
  return low - 1;
}

// Sorts [first, last). `depth`: how often it may be partitioned from here on.
template <typename T, typename Less>
void sort_deep(T* first, T* last, unsigned depth, Less& less) {
  constexpr ptrdiff_t kFew = sizeof(T) <= 64 ? 24 : 12;
  while (last - first > kFew) {
    if (depth-- == 0) return sort_by_heap(first, last, less);
    sort_choose_pivot(first, last, less);
    T* const pivot = sort_partition(first, last, less);
    T* right = pivot + 1;
    if (pivot == first) {
      // Nothing comes before it, so that there may be many equal to it.
      right = sort_split(right, last, [&](const T& value) { return !less(*pivot, value); });
    }
    // The smaller part first, which bounds the depth of the stack.
    if (pivot - first < last - right) {
      sort_deep(first, pivot, depth, less);
      first = right;
    } else {
      sort_deep(right, last, depth, less);
      last = pivot;
    }
  }
  sort_by_insertion(first, last, less);
}

// Sorts what is sorted already, or the other way round, in one pass; else false, and nothing has
// moved. In other input the pass ends after a few elements.
template <typename T, typename Less>
bool sort_one_run(T* first, T* last, Less& less) {
  T* next = first + 1;
  if (!less(*next, *first)) {
    do ++next;
    while (next != last && !less(*next, next[-1]));
    return next == last;
  }
  do ++next;
  while (next != last && less(*next, next[-1]));
  if (next != last) return false;
  while (first < --last) sort_swap(first++, last);
  return true;
}

template <typename T, typename Less>
void sort_range(T* first, T* last, Less less) {
  const size_t n = static_cast<size_t>(last - first);
  if (n < 2 || sort_one_run(first, last, less)) return;
  sort_deep(first, last, 2 * (64 - static_cast<unsigned>(__builtin_clzll(n))), less);
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_SORT_H_
