// A growing array in an IAllocator's memory that tells when it can't grow. (Not an
// arr$: this package does not stand on collections.)
#ifndef CEX_TRACE_INTERNAL_LIST_H_
#define CEX_TRACE_INTERNAL_LIST_H_

#include <stddef.h>

#include <type_traits>

#include "cex/allocator.h"

namespace cex::detail {

template <typename T>
class List {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit List(IAllocator a) : allocator_(a) {}
  ~List() { mem_free(allocator_, items_); }
  List(const List&) = delete;
  List& operator=(const List&) = delete;

  // False: no memory, and nothing changed.
  [[nodiscard]] bool push(const T& item) {
    if (size_ == capacity_ && !reserve(capacity_ == 0 ? kFirst : capacity_ * 2)) return false;
    items_[size_++] = item;
    return true;
  }

  [[nodiscard]] bool reserve(size_t capacity) {
    if (capacity <= capacity_) return true;
    size_t bytes = 0;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): lists of pointers are lists, too
    if (__builtin_mul_overflow(capacity, sizeof(T), &bytes)) return false;
    T* const grown = mem_realloc(allocator_, items_, bytes, kAlign);
    if (grown == nullptr) return false;
    items_ = grown;
    capacity_ = capacity;
    return true;
  }

  // Makes it `size` items, each `item`.
  [[nodiscard]] bool assign(size_t size, const T& item) {
    if (!reserve(size)) return false;
    for (size_t i = 0; i < size; ++i) items_[i] = item;
    size_ = size;
    return true;
  }

  // Of the same allocator.
  void swap(List& other) {
    swap_member(items_, other.items_);
    swap_member(size_, other.size_);
    swap_member(capacity_, other.capacity_);
  }

  IAllocator allocator() const { return allocator_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) { return items_[i]; }
  const T& operator[](size_t i) const { return items_[i]; }
  T* begin() { return items_; }
  T* end() { return items_ + size_; }
  const T* begin() const { return items_; }
  const T* end() const { return items_ + size_; }

 private:
  static constexpr size_t kFirst = 16;
  static constexpr size_t kAlign = alignof(T) > kDefaultAlign ? alignof(T) : kDefaultAlign;

  template <typename M>
  static void swap_member(M& x, M& y) {
    const M was = x;
    x = y;
    y = was;
  }

  IAllocator allocator_;
  T* items_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_LIST_H_
