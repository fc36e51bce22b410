// What tests see of a hf$'s table: the only place in them that knows its layout.
#ifndef CEX_COLLECTIONS_TESTS_HF_INSPECT_H_
#define CEX_COLLECTIONS_TESTS_HF_INSPECT_H_

#include <stddef.h>
#include <stdint.h>

#include <vector>

#include "cex/hf.h"
#include "collections/tests/model_check.h"

namespace cex {

// Checks that each entry lies in a slot with its tag that a search for it comes to, and that
// each group counts those that passed through it.
template <typename E>
void check_index(const HfOf<E>& m) {
  using Key = detail::HmKeyOf<E>;
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  if (header == nullptr) return;
  std::vector<uint32_t> count(header->mask / sizeof(detail::HfGroup) + 1);
  std::vector<uint8_t> passed(count.size());
  size_t used = 0;
  detail::hf_each<E>(header, [&](const E& entry, size_t position) {
    ++used;
    const uint64_t hash = Key::hash(Key::probe_stored(entry.key), header->seed);
    MODEL_CHECK(detail::hf_is_found(header, hash, position));
    const size_t group = position / detail::kHfSlots;
    for (detail::HfProbing probing(hash, header->mask);
         probing.at() != group * sizeof(detail::HfGroup); probing.next(header->mask)) {
      const size_t g = probing.at() / sizeof(detail::HfGroup);
      ++count[g];
      passed[g] |= detail::hf_passed_bit(hash);
    }
  });
  MODEL_CHECK(used == header->length);
  for (size_t g = 0; g < count.size(); ++g) {
    const detail::HfGroup& group = header->groups[g];
    const uint8_t counted =
        detail::hf_count(header->groups, header->mask, g * sizeof(detail::HfGroup));
    MODEL_CHECK(counted == detail::kHfStuck || counted == count[g]);
    // Bits of those that have gone may still be set.
    MODEL_CHECK((group.passed & passed[g]) == passed[g]);
    MODEL_CHECK(counted != 0 || group.passed == 0);
  }
}

// Checks what holds whatever has become of the keys: as many slots are taken as it has entries.
template <typename E>
void check_positions(const HfOf<E>& m) {
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  if (header == nullptr) return;
  size_t used = 0;
  detail::hf_each<E>(header, [&](const E&, size_t) { ++used; });
  MODEL_CHECK(used == header->length);
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_HF_INSPECT_H_
