// An arr$ and a std::vector, taken through the same operations and compared.
#ifndef CEX_COLLECTIONS_TESTS_ARR_MODEL_H_
#define CEX_COLLECTIONS_TESTS_ARR_MODEL_H_

#include <stddef.h>
#include <stdint.h>

#include <algorithm>
#include <compare>
#include <list>
#include <span>
#include <vector>

#include "cex/arr.h"
#include "cex/for_each.h"
#include "collections/tests/model_check.h"
#include "collections/tests/model_memory.h"
#include "collections/tests/test_allocator.h"

namespace cex {

// Elements: a byte, one with padding behind it, one that fills a cache line.
struct ModelPadded {
  uint64_t a;
  uint32_t b;
  auto operator<=>(const ModelPadded&) const = default;
};
struct alignas(64) ModelLine {
  uint64_t a;
  uint8_t b;
  auto operator<=>(const ModelLine&) const = default;
};

template <typename T>
T model_element(uint64_t x) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(x >> 56);
  } else {
    return T{x, static_cast<decltype(T::b)>(x >> 32)};
  }
}

// `source` decides what happens: see model_source.h.
template <typename T>
class ArrModel {
 public:
  ArrModel(ModelSource& source, const ModelSetup& setup)
      : source_(source),
        allocator_(setup.allocator),
        own_(setup.own),
        may_fail_(setup.may_fail || setup.sabotage),
        sabotage_(setup.sabotage) {}

  // All of it: makes an array, takes all the steps that the source has, frees it.
  void run() {
    model_run.step = 0;
    if (make()) {
      while (source_.next()) {
        ++model_run.step;
        ++model_run.total;
        step();
        if (a_ == nullptr) break;  // there is no memory, and has been none for long
        compare_length();
        if (model_run.step % 256 == 0) compare();
      }
      if (a_ != nullptr) compare();
    }
    arr$free(a_);
    MODEL_CHECK(a_ == nullptr);
  }

  // Compares all there is to see.
  void compare() const {
    compare_length();
    MODEL_CHECK(std::equal(a_.begin(), a_.end(), model_.begin(), model_.end()));
    MODEL_CHECK(reinterpret_cast<uintptr_t>(a_.data()) % alignof(T) == 0);
  }

 private:
  // Beyond it the array is cut now and then.
  static constexpr size_t kMany = 2000;

  void compare_length() const {
    MODEL_CHECK(arr$len(a_) == model_.size());
    MODEL_CHECK(arr$cap(a_) >= std::max<size_t>(model_.size(), 16));
  }

  // Whether plain forms, which end the program when there is no memory, are out.
  bool careful() { return may_fail_ || source_.below(2) == 0; }

  size_t failures() const { return own_ == nullptr ? 0 : own_->failures; }

  // Does `operation`, which says whether there was memory for it; if not, nothing may
  // have changed.
  template <typename Operation>
  bool attempt(Operation operation) {
    const T* const data = a_.data();
    const size_t capacity = arr$cap(a_);
    const size_t failures_before = failures();
    const size_t bytes = own_ == nullptr ? 0 : own_->live_bytes;
    const bool done = operation();
    if (own_ != nullptr) MODEL_CHECK(done == (failures() == failures_before));
    if (done) return true;
    MODEL_CHECK(may_fail_);
    ++model_run.total_failed;
    MODEL_CHECK(a_.data() == data && arr$cap(a_) == capacity);
    MODEL_CHECK(own_ == nullptr || own_->live_bytes == bytes);
    compare();
    return false;
  }

  bool make() {
    const size_t capacity = source_.below(3) == 0 ? source_.below(200) : 0;
    for (int tries = 0; tries < 3; ++tries) {
      const size_t failures_before = failures();
      arr$(T) made = arr$try_new(a_, allocator_, .capacity = capacity);
      MODEL_CHECK(made == a_);
      if (a_ != nullptr) {
        MODEL_CHECK(arr$cap(a_) == std::max<size_t>(capacity, 16));
        return true;
      }
      MODEL_CHECK(may_fail_ && (own_ == nullptr || failures() != failures_before));
      ++model_run.total_failed;
    }
    return false;
  }

  // A new value, put into *fresh, or one that lies in the array.
  const T& value(T* fresh) {
    if (!model_.empty() && source_.below(3) == 0) return a_[source_.below(model_.size())];
    *fresh = model_element<T>(source_.word());
    return *fresh;
  }

  void push() {
    T fresh{};
    const T& v = value(&fresh);
    const T kept = v;
    T* slot = nullptr;
    if (!careful()) {
      slot = arr$push(a_, v);
    } else if (!attempt([&] { return (slot = arr$try_push(a_, v)) != nullptr; })) {
      return;
    }
    model_.push_back(kept);
    MODEL_CHECK(slot == a_.data() + model_.size() - 1 && *slot == kept);
  }

  void push_several() {
    T fresh{};
    const T& v = value(&fresh);
    const T kept = v;
    T more_fresh{};
    const T& w = value(&more_fresh);
    const T other = w;
    T* slot = nullptr;
    if (!careful()) {
      slot = arr$pushm(a_, v, w, T{});
    } else if (!attempt([&] { return (slot = arr$try_pushm(a_, v, w, T{})) != nullptr; })) {
      return;
    }
    MODEL_CHECK(slot == a_.data() + model_.size());
    model_.insert(model_.end(), {kept, other, T{}});
  }

  // An element made of parts of others.
  void push_fields() {
    if constexpr (!std::is_integral_v<T>) {
      if (model_.empty()) return;
      const size_t i = source_.below(model_.size());
      const size_t j = source_.below(model_.size());
      const T expected{model_[i].a, model_[j].b};
      T* slot = nullptr;
      if (!careful()) {
        slot = arr$push(a_, a_[i].a, a_[j].b);
      } else if (!attempt([&] { return (slot = arr$try_push(a_, a_[i].a, a_[j].b)) != nullptr; })) {
        return;
      }
      model_.push_back(expected);
      MODEL_CHECK(slot == a_.data() + model_.size() - 1 && *slot == expected);
    }
  }

  void push_part_of_itself() {
    const size_t at = model_.empty() ? 0 : source_.below(model_.size());
    const size_t count = std::min(model_.size() - at, source_.below(200));
    const std::vector<T> part(model_.begin() + static_cast<ptrdiff_t>(at),
                              model_.begin() + static_cast<ptrdiff_t>(at + count));
    T* slot = nullptr;
    const T* const from = a_.data() + at;
    if (source_.below(2) == 0) return push_range(std::span<const T>(from, count));
    if (!careful()) {
      slot = arr$pusha(a_, from, count);
    } else if (!attempt([&] { return (slot = arr$try_pusha(a_, from, count)) != nullptr; })) {
      return;
    }
    MODEL_CHECK(slot == a_.data() + model_.size());
    model_.insert(model_.end(), part.begin(), part.end());
  }

  template <typename Range>
  void push_range(const Range& range) {
    const std::vector<T> added(range.begin(), range.end());
    T* slot = nullptr;
    if (!careful()) {
      slot = arr$pusha(a_, range);
    } else if (!attempt([&] { return (slot = arr$try_pusha(a_, range)) != nullptr; })) {
      return;
    }
    MODEL_CHECK(slot == a_.data() + model_.size());
    model_.insert(model_.end(), added.begin(), added.end());
  }

  void push_some_range() {
    switch (source_.below(3)) {
      case 0:
        if (model_.size() <= kMany) push_range(a_);
        break;
      case 1:
        push_range(std::vector<T>(source_.below(20), model_element<T>(source_.word())));
        break;
      default:
        push_range(std::list<T>(source_.below(20), model_element<T>(source_.word())));
    }
  }

  void insert() {
    const size_t at = source_.below(model_.size() + 1);
    T fresh{};
    const T& v = value(&fresh);
    const T kept = v;
    T* slot = nullptr;
    if (!careful()) {
      slot = arr$ins(a_, at, v);
    } else if (!attempt([&] { return (slot = arr$try_ins(a_, at, v)) != nullptr; })) {
      return;
    }
    MODEL_CHECK(slot == a_.data() + at && *slot == kept);
    model_.insert(model_.begin() + static_cast<ptrdiff_t>(at), kept);
  }

  void remove() {
    if (model_.empty()) return;
    const size_t at = source_.below(model_.size());
    if (source_.below(2) == 0) {
      arr$del(a_, at);
      model_.erase(model_.begin() + static_cast<ptrdiff_t>(at));
    } else {
      arr$delswap(a_, at);
      model_[at] = model_.back();
      model_.pop_back();
    }
  }

  void pop(size_t count) {
    for (size_t i = 0; i < count && !model_.empty(); ++i) {
      MODEL_CHECK(arr$last(a_) == model_.back());
      MODEL_CHECK(arr$pop(a_) == model_.back());
      model_.pop_back();
    }
  }

  void write() {
    if (model_.empty()) return;
    const size_t at = source_.below(model_.size());
    MODEL_CHECK(a_[at] == model_[at] && arr$at(a_, at) == model_[at] && *(a_ + 0) == model_[0]);
    a_[at] = model_[at] = model_element<T>(source_.word());
  }

  void set_capacity() {
    const size_t capacity = source_.below(3000);
    if (!careful()) {
      arr$setcap(a_, capacity);
    } else if (!attempt([&] { return arr$try_setcap(a_, capacity); })) {
      return;
    }
    MODEL_CHECK(arr$cap(a_) == std::max({capacity, model_.size(), size_t{16}}));
  }

  void reserve() {
    const size_t more = source_.below(300);
    if (!attempt([&] { return arr$grow_check(a_, more); })) return;
    // There is room now, so the plain form can't fail, whatever the memory.
    const T* const data = a_.data();
    const size_t calls = own_ == nullptr ? 0 : own_->calls;
    const T v = model_element<T>(source_.word());
    for (size_t i = 0; i < more; ++i) arr$push(a_, v);
    model_.insert(model_.end(), more, v);
    MODEL_CHECK(a_.data() == data && (own_ == nullptr || own_->calls == calls));
  }

  static int by_qsort(const void* x, const void* y) {
    const auto order = *static_cast<const T*>(x) <=> *static_cast<const T*>(y);
    return order < 0 ? -1 : order > 0;
  }

  void sort() {
    std::sort(model_.begin(), model_.end());
    switch (source_.below(3)) {
      case 0:
        arr$sort(a_, [](const T& x, const T& y) { return x < y; });
        break;
      case 1:
        arr$sort(a_, by_qsort);
        break;
      default:
        arr$sort(a_, [](const T& x, const T& y) { return x <=> y; });
    }
    compare();
  }

  void clear() {
    const size_t capacity = arr$cap(a_);
    arr$clear(a_);
    MODEL_CHECK(arr$cap(a_) == capacity);
    model_.clear();
  }

  void loop() {
    size_t i = 0;
    for$each (element, a_) {
      if (i % 3 == 1) {
        ++i;
        continue;
      }
      MODEL_CHECK(element == model_[i]);
      if (++i == 60) break;  // the 60th is not skipped
    }
    MODEL_CHECK(i == std::min<size_t>(model_.size(), 60));
    const size_t part = source_.below(model_.size() + 1);
    const T v = model_element<T>(source_.word());
    for$eachp (element, a_, part) *element = v;
    std::fill_n(model_.begin(), part, v);
    const std::span<const T> span = a_;
    MODEL_CHECK(std::equal(span.begin(), span.end(), model_.begin(), model_.end()));
  }

  void step() {
    switch (source_.below(32)) {
      case 0:
      case 1:
        push_several();
        break;
      case 2:
      case 3:
        push_part_of_itself();
        break;
      case 4:
        push_some_range();
        break;
      case 5:
      case 6:
        insert();
        break;
      case 7:
      case 8:
      case 9:
        remove();
        break;
      case 10:
        pop(1);
        break;
      case 11:
        pop(model_.size() > kMany ? model_.size() / 2 : source_.below(64));
        break;
      case 12:
      case 13:
        write();
        break;
      case 14:
        set_capacity();
        break;
      case 15:
        reserve();
        break;
      case 16:
        if (source_.below(8) == 0) sort();
        break;
      case 17:
        if (source_.below(16) == 0) clear();
        break;
      case 18:
        if (source_.below(8) == 0) loop();
        break;
      case 21:
        push_fields();
        break;
      case 19:
        if (source_.below(16) == 0) {
          arr$free(a_);
          MODEL_CHECK(a_ == nullptr && arr$len(a_) == 0 && arr$cap(a_) == 0);
          MODEL_CHECK(own_ == nullptr || own_->live_blocks == 0);
          model_.clear();
          make();
        }
        break;
      case 20:
        // The next few calls of the allocator, or one of those to come.
        if (sabotage_) own_->fail_at(1 + source_.below(8), 1 + source_.below(2));
        break;
      default:
        push();
    }
  }

  ModelSource& source_;
  const IAllocator allocator_;
  TestAllocator* const own_;
  const bool may_fail_;
  const bool sabotage_;
  arr$(T) a_;
  std::vector<T> model_;
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_ARR_MODEL_H_
