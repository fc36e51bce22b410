// A hm$ or hf$ and a std::unordered_map, taken through the same operations and compared.
#ifndef CEX_COLLECTIONS_TESTS_HM_MODEL_H_
#define CEX_COLLECTIONS_TESTS_HM_MODEL_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "cex/for_each.h"
#include "cex/hf.h"
#include "cex/hm.h"
#include "collections/tests/hf_inspect.h"
#include "collections/tests/hm_inspect.h"
#include "collections/tests/hm_model_keys.h"
#include "collections/tests/model_check.h"
#include "collections/tests/model_memory.h"
#include "collections/tests/model_source.h"
#include "collections/tests/test_allocator.h"

namespace cex {

// For hm$s: the key is neither first nor last, and there is more than a value: another key,
// that may not be in the map.
template <typename K>
struct ModelRecord {
  uint32_t more;
  K key;
  uint64_t value;
  K other;
};

template <template <typename> class Map, typename E>
class MapModel {
  using Keys = ModelKeys<std::remove_cv_t<decltype(E::key)>>;
  static constexpr bool kHasMore = requires(E e) { e.more; };
  static constexpr bool kOrdered = requires(Map<E> m) { m.data(); };

 public:
  // Without `options` each map has random ones.
  MapModel(ModelSource& source, const ModelSetup& setup, const HmOptions* options = nullptr)
      : source_(source),
        allocator_(setup.allocator),
        own_(setup.own),
        may_fail_(setup.may_fail || setup.sabotage),
        sabotage_(setup.sabotage),
        fixed_options_(options) {}

  // All of it: makes a map, takes all the steps that the source has, frees it.
  void run() {
    model_run.step = 0;
    if (make()) {
      while (source_.next()) {
        ++model_run.step;
        ++model_run.total;
        step();
        keys_.spoil();
        if (m_ == nullptr) break;  // there is no memory, and has been none for long
        MODEL_CHECK(m_.size() == order_.size());
        check_held();
        if (model_run.step % 512 == 0) compare();
      }
      if (m_ != nullptr) compare();
    }
    m_.free();
    MODEL_CHECK(m_ == nullptr);
  }

  // Compares all there is to see, and the index, which one doesn't see.
  void compare() {
    MODEL_CHECK(m_.size() == order_.size());
    for (size_t i = 0; i < order_.size(); ++i) {
      compare_entry(i);
      MODEL_CHECK(copy_.find(keys_.get(order_[i].key, false)) == entry_at(i));
    }
    for (size_t tries = 0; tries < 5; ++tries) {
      const auto n = static_cast<size_t>((tries * 7919 + model_run.step) % Keys::kCount);
      MODEL_CHECK((m_.getp(keys_.get(n, false)) != nullptr) == places_.contains(n));
    }
    size_t count = 0;
    for (const E& entry : m_) {
      MODEL_CHECK(m_.find(entry.key) == &entry);
      ++count;
    }
    MODEL_CHECK(count == order_.size());
    check_index(m_);
  }

 private:
  // An entry as it should be.
  struct Expected {
    size_t key;
    uint64_t value;
    uint32_t more;
    size_t other;      // the number of the other key; kNone: zeroes
    const char* text;  // where the stored key's lies
  };
  static constexpr size_t kNone = SIZE_MAX;

  // The entry that is number `i` of the model's.
  E* entry_at(size_t i) {
    if constexpr (kOrdered) {
      return &m_[i];
    } else {
      return m_.find(keys_.get(order_[i].key, true));
    }
  }

  void compare_entry(size_t i) {
    const Expected& expected = order_[i];
    const E* const entry = entry_at(i);
    MODEL_CHECK(entry != nullptr && Keys::is(entry->key, expected.key));
    MODEL_CHECK(entry->value == expected.value);
    MODEL_CHECK(Keys::text_at(entry->key) == expected.text);
    if constexpr (kHasMore) {
      MODEL_CHECK(entry->more == expected.more);
      MODEL_CHECK(expected.other == kNone || Keys::is(entry->other, expected.other));
    }
  }

  // A pointer to an entry is good until the next insert or delete.
  void check_held() {
    if (held_ == nullptr) return;
    const size_t at = places_.at(held_key_);
    MODEL_CHECK(held_ == entry_at(at) && held_->value == order_[at].value);
  }
  void hold(E* entry, size_t n) {
    held_ = entry;
    held_key_ = n;
  }

  bool careful() { return may_fail_ || source_.below(2) == 0; }
  size_t failures() const { return own_ == nullptr ? 0 : own_->failures; }

  // Does `operation`, which says whether there was memory for it; if not, nothing may
  // have changed.
  template <typename Operation>
  bool attempt(Operation operation) {
    const size_t failures_before = failures();
    const size_t bytes = own_ == nullptr ? 0 : own_->live_bytes;
    const auto reserved = map_reserved(m_);
    const bool done = operation();
    if (own_ != nullptr) MODEL_CHECK(done == (failures() == failures_before));
    if (done) return true;
    MODEL_CHECK(may_fail_);
    ++model_run.total_failed;
    MODEL_CHECK(map_reserved(m_) == reserved);
    // A page for keys that was got in vain is there for the next one.
    MODEL_CHECK(own_ == nullptr || own_->live_bytes == bytes ||
                (options_.copy_keys_arena_pgsize.value() != 0 && own_->live_bytes > bytes));
    check_held();
    compare();
    return false;
  }

  void choose_options() {
    if (fixed_options_ != nullptr) {
      options_ = *fixed_options_;
      return;
    }
    options_ = {};
    if (source_.below(3) == 0) options_.capacity = source_.below(300);
    if (source_.below(2) == 0) options_.seed = 1 + source_.below(1000);
    switch (source_.below(4)) {
      case 0:
      case 1:
        options_.copy_keys = true;
        break;
      case 2:
        options_.copy_keys_arena_pgsize = 1 + source_.below(4096);
        break;
      default:
        break;
    }
  }

  bool make() {
    choose_options();
    copies_ =
        Keys::kPointsToText && (options_.copy_keys || options_.copy_keys_arena_pgsize.value() != 0);
    for (int tries = 0; tries < 3; ++tries) {
      const size_t failures_before = failures();
      const size_t bytes = own_ == nullptr ? 0 : own_->live_bytes;
      m_ = Map<E>::try_create(allocator_, options_);
      copy_ = m_;
      if (m_ != nullptr) return true;
      MODEL_CHECK(may_fail_ && (own_ == nullptr || failures() != failures_before));
      MODEL_CHECK(own_ == nullptr || own_->live_bytes == bytes);
      ++model_run.total_failed;
    }
    return false;
  }

  // Any key, or (which random ones would seldom be) one that is there, or in an entry.
  size_t any_key() {
    if (!order_.empty() && source_.below(4) == 0) {
      const Expected& expected = order_[source_.below(order_.size())];
      return expected.other != kNone && source_.below(4) == 0 ? expected.other : expected.key;
    }
    return source_.below(range_);
  }

  // As the argument of an insertion: only a key that is borrowed must stay.
  auto argument(size_t n) { return keys_.get(n, !copies_ && !places_.contains(n)); }

  // After `n` was set: what is there now, at `entry`.
  void note(size_t n, uint64_t value, E* entry) { note(n, value, 0, kNone, false, entry); }
  void note(size_t n, uint64_t value, uint32_t more, size_t other, bool sets_more, E* entry) {
    const auto [place, fresh] = places_.try_emplace(n, order_.size());
    if (fresh) {
      order_.push_back({n, value, more, other, Keys::text_at(entry->key)});
      MODEL_CHECK(copies_ || order_.back().text == Keys::kept_text(n));
      hold(entry, n);
    } else {
      Expected& expected = order_[place->second];
      expected.value = value;
      if (sets_more) {
        expected.more = more;
        expected.other = other;
      }
      if (held_ == nullptr) hold(entry, n);  // what was held still is
    }
    MODEL_CHECK(entry == entry_at(place->second));
    compare_entry(place->second);
  }
  void set(size_t n) {
    // Of the map itself, which may move, or new.
    const bool inside = !order_.empty() && source_.below(4) == 0;
    const size_t at = inside ? source_.below(order_.size()) : 0;
    const uint64_t value = inside ? order_[at].value : source_.word();
    const uint64_t& argument_value = inside ? entry_at(at)->value : value;
    const auto key = argument(n);
    E* entry = nullptr;
    if (!careful()) {
      entry = m_.set(key, argument_value);
    } else if (!attempt([&] { return (entry = m_.try_set(key, argument_value)) != nullptr; })) {
      return;
    }
    note(n, value, entry);
  }

  void setp(size_t n) {
    const auto key = argument(n);
    uint64_t* p = nullptr;
    if (!careful()) {
      p = m_.setp(key);
    } else if (!attempt([&] { return (p = m_.try_setp(key)) != nullptr; })) {
      return;
    }
    const auto place = places_.find(n);
    MODEL_CHECK(*p == (place == places_.end() ? 0 : order_[place->second].value));
    const uint64_t value = source_.word();
    *p = value;
    note(n, value, m_.find(keys_.get(n, false)));
  }

  void sets(size_t n) {
    E fresh{};
    fresh.value = source_.word();
    uint32_t more = 0;
    size_t other = kNone;
    if constexpr (kHasMore) {
      more = fresh.more = static_cast<uint32_t>(fresh.value >> 40);
      other = source_.below(range_);
      put_key(&fresh.other, keys_.get(other, true));
    }
    const uint64_t value = fresh.value;
    put_key(&fresh.key, argument(n));
    E* entry = nullptr;
    if (!careful()) {
      entry = m_.sets(fresh);
    } else if (!attempt([&] { return (entry = m_.try_sets(fresh)) != nullptr; })) {
      return;
    }
    note(n, value, more, other, true, entry);
  }

  template <typename K, typename Argument>
  static void put_key(K* to, const Argument& key) {
    if constexpr (std::is_array_v<K>) {
      memcpy(*to, key.data(), key.size());
    } else if constexpr (std::is_same_v<K, char*>) {
      *to = const_cast<char*>(key);
    } else {
      *to = key;
    }
  }

  // A key that lies in the map and is, as often as not, new to it; so does the value.
  void use_other_key() {
    if constexpr (kHasMore) {
      if (order_.empty()) return;
      const size_t at = source_.below(order_.size());
      const size_t n = order_[at].other;
      if (n == kNone) return;
      const auto place = places_.find(n);
      const bool has = place != places_.end();
      const uint64_t value = order_[at].value;
      E* entry = nullptr;
      uint64_t* p = nullptr;
      switch (source_.below(8)) {
        case 0:
          MODEL_CHECK((m_.find(entry_at(at)->other) == nullptr) == !has);
          return;
        case 1:
          MODEL_CHECK(m_.get_or(entry_at(at)->other, entry_at(at)->value) ==
                      (has ? order_[place->second].value : value));
          return;
        case 2:
        case 3:
          p = careful() ? nullptr : m_.setp(entry_at(at)->other);
          if (p == nullptr &&
              !attempt([&] { return (p = m_.try_setp(entry_at(at)->other)) != nullptr; })) {
            return;
          }
          *p = value;
          entry = m_.find(keys_.get(n, false));
          break;
        default:
          entry = careful() ? nullptr : m_.set(entry_at(at)->other, entry_at(at)->value);
          if (entry == nullptr && !attempt([&] {
                return (entry = m_.try_set(entry_at(at)->other, entry_at(at)->value)) != nullptr;
              })) {
            return;
          }
      }
      note(n, value, entry);
    }
  }

  // Entries and keys of the map set in it again.
  void set_its_own() {
    if (order_.empty()) return;
    const size_t at = source_.below(order_.size());
    const Expected expected = order_[at];
    E* const entry = entry_at(at);
    MODEL_CHECK(m_.sets(*entry) == entry);
    MODEL_CHECK(m_.set(entry->key, entry->value) == entry);
    compare_entry(at);
    MODEL_CHECK(order_[at].text == expected.text);
  }

  // A random entry, if its other key is `n`.
  size_t with_other(size_t n) {
    const size_t at = order_.empty() ? 0 : source_.below(order_.size());
    return !order_.empty() && order_[at].other == n ? at : kNone;
  }

  void erase(size_t n) {
    const auto place = places_.find(n);
    const bool has = place != places_.end();
    // By a key of the caller's, or by the map's own one.
    if (has && source_.below(3) == 0) {
      MODEL_CHECK(m_.del(entry_at(place->second)->key));
    } else if (const size_t at = with_other(n); at != kNone) {
      if constexpr (kHasMore) MODEL_CHECK(m_.del(entry_at(at)->other) == has);
    } else {
      MODEL_CHECK(m_.del(keys_.get(n, false)) == has);
    }
    if (has) forget(place->second);
  }

  // After the key of order_[at] was deleted: the last one is there now.
  void forget(size_t at) {
    if (kOrdered || held_key_ == order_[at].key) held_ = nullptr;
    places_.erase(order_[at].key);
    if (at != order_.size() - 1) {
      order_[at] = order_.back();
      places_[order_[at].key] = at;
    }
    order_.pop_back();
    if (at < order_.size()) compare_entry(at);
  }

  // The order of those that stay is as it was.
  template <typename Goes>
  void forget_if(Goes goes) {
    std::erase_if(order_, goes);
    places_.clear();
    for (size_t i = 0; i < order_.size(); ++i) places_[order_[i].key] = i;
    held_ = nullptr;
    compare();
  }

  void erase_ordered(size_t n) {
    if constexpr (kOrdered) {
      const bool has = places_.contains(n);
      MODEL_CHECK(m_.del_ordered(keys_.get(n, false)) == has);
      if (has) forget_if([n](const Expected& expected) { return expected.key == n; });
    }
  }

  void erase_some() {
    const uint64_t modulus = 1 + source_.below(8);
    const size_t before = order_.size();
    const size_t erased =
        m_.erase_if([modulus](const E& entry) { return entry.value % modulus == 1; });
    forget_if([modulus](const Expected& expected) { return expected.value % modulus == 1; });
    MODEL_CHECK(erased == before - order_.size());
  }

  void look_up_many() {
    std::vector<size_t> numbers(source_.below(50));
    for (size_t& n : numbers) n = any_key();
    using Argument = decltype(keys_.get(0, true));
    std::vector<Argument> keys;
    for (const size_t n : numbers) keys.push_back(keys_.get(n, true));
    std::vector<uint64_t*> found(numbers.size());
    m_.getp_many(keys.data(), keys.size(), found.data());
    for (size_t i = 0; i < numbers.size(); ++i) MODEL_CHECK(found[i] == m_.getp(keys[i]));
  }

  void look_up(size_t n) {
    const auto place = places_.find(n);
    const bool has = place != places_.end();
    const auto key = keys_.get(n, false);
    const uint64_t value = has ? order_[place->second].value : 0;
    switch (source_.below(4)) {
      case 0:
        MODEL_CHECK(m_.get(key) == value);
        break;
      case 1:
        MODEL_CHECK(m_.get_or(key, 77) == (has ? value : 77));
        break;
      case 2:
        MODEL_CHECK(m_.getp(key) == (has ? &entry_at(place->second)->value : nullptr));
        break;
      default:
        MODEL_CHECK(copy_.find(key) == (has ? entry_at(place->second) : nullptr));
    }
  }

  void loop() {
    size_t i = 0;
    for$each (entry, m_) {
      if constexpr (kOrdered) {
        MODEL_CHECK(entry.value == order_[i].value && Keys::is(entry.key, order_[i].key));
      }
      if (++i == 100) break;
    }
    MODEL_CHECK(i == std::min<size_t>(order_.size(), 100));
    for$eachp (entry, m_) entry->value += 1;
    for (Expected& expected : order_) expected.value += 1;
  }

  void clear() {
    const size_t calls = own_ == nullptr ? 0 : own_->calls;
    const auto before = map_reserved(m_);
    m_.clear();
    if constexpr (kOrdered) {
      const auto after = map_reserved(m_);
      MODEL_CHECK(after.entries_capacity == before.entries_capacity &&
                  after.chunk_capacity == before.chunk_capacity);
      MODEL_CHECK(own_ == nullptr || own_->calls == calls);
    }
    order_.clear();
    places_.clear();
    held_ = nullptr;
    compare();
  }

  // Room for more entries: they get none of the allocator's memory.
  void reserve() {
    const size_t count = source_.below(order_.size() + 300);
    if (!careful()) {
      m_.reserve(count);
    } else if (!attempt([&] { return m_.try_reserve(count); })) {
      return;
    }
    MODEL_CHECK(map_room(m_) >= count);
    held_ = nullptr;
  }

  void shrink() {
    const size_t room = map_room(m_);
    if (!attempt([&] { return m_.shrink(); })) return;
    MODEL_CHECK(map_room(m_) <= room && map_room(m_) >= order_.size());
    held_ = nullptr;
    compare();
  }

  void step() {
    switch (source_.below(32)) {
      case 0:
      case 1:
      case 2:
      case 3:
        set(any_key());
        break;
      case 4:
      case 5:
      case 6:
        setp(any_key());
        break;
      case 7:
      case 8:
      case 9:
        sets(any_key());
        break;
      case 10:
      case 11:
      case 12:
      case 13:
      case 14:
      case 15:
      case 16:
      case 17:
      case 18:
        erase(any_key());
        break;
      case 19:
        set_its_own();
        break;
      case 20:
        // A run of neighbours.
        {
          const size_t first = source_.below(range_);
          const size_t last = std::min(range_, first + source_.below(64));
          for (size_t n = first; n < last; ++n) set(n);
        }
        break;
      case 21:
        if (source_.below(8) == 0) range_ = 1 + source_.below(Keys::kCount);
        break;
      case 22:
        if (source_.below(8) == 0) loop();
        break;
      case 23:
        if (source_.below(32) == 0) clear();
        break;
      case 24:
        if (source_.below(32) == 0) {
          m_.free();
          MODEL_CHECK(m_ == nullptr && m_.size() == 0);
          MODEL_CHECK(own_ == nullptr || own_->live_blocks == 0);
          order_.clear();
          places_.clear();
          held_ = nullptr;
          make();
        }
        break;
      case 25:
        // The next few calls of the allocator, or one of those to come.
        if (sabotage_) own_->fail_at(1 + source_.below(8), 1 + source_.below(2));
        break;
      case 26:
      case 27:
        use_other_key();
        break;
      case 28:
        if (source_.below(16) == 0) reserve();
        break;
      case 29:
        if (source_.below(32) == 0) shrink();
        break;
      case 30:
        switch (source_.below(64)) {
          case 0:
            erase_some();
            break;
          case 1:
          case 2:
            erase_ordered(any_key());
            break;
          case 3:
            look_up_many();
            break;
          default:
            look_up(any_key());
        }
        break;
      default:
        look_up(any_key());
    }
  }

  ModelSource& source_;
  const IAllocator allocator_;
  TestAllocator* const own_;
  const bool may_fail_;
  const bool sabotage_;
  const HmOptions* const fixed_options_;
  HmOptions options_;
  bool copies_ = false;
  Map<E> m_;
  Map<E> copy_;  // of the handle; stays good
  Keys keys_;
  size_t range_ = Keys::kCount;
  // The order of the entries, and the place in it of each key that is there.
  std::vector<Expected> order_;
  std::unordered_map<size_t, size_t> places_;
  E* held_ = nullptr;
  size_t held_key_ = 0;
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_HM_MODEL_H_
