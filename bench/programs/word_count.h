// A word count: how often each word of a text occurs, and the most frequent ones. A word
// is letters, and capitals count as small letters. Written three times: with cex, and as
// one twin over std and over std::pmr.
#ifndef CEX_BENCH_PROGRAMS_WORD_COUNT_H_
#define CEX_BENCH_PROGRAMS_WORD_COUNT_H_

#include <stddef.h>
#include <stdint.h>

#include <algorithm>
#include <string_view>

#include "bench/checksum.h"
#include "bench/programs/library.h"
#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/tempmem.h"

namespace cex::bench {

inline constexpr size_t kMostFrequent = 100;

// What a count found, and the sum over the most frequent words in their order.
struct WordCount {
  uint64_t words = 0;
  uint64_t different = 0;
  uint64_t top = 0;
  bool operator==(const WordCount&) const = default;
};

inline bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// Takes the next word off `text`; empty where there is none.
inline std::string_view next_word(std::string_view* text) {
  size_t begin = 0;
  while (begin < text->size() && !is_letter((*text)[begin])) ++begin;
  size_t end = begin;
  while (end < text->size() && is_letter((*text)[end])) ++end;
  const std::string_view word = text->substr(begin, end - begin);
  text->remove_prefix(end);
  return word;
}

inline void lower(std::string_view word, char* out) {
  for (const char c : word) *out++ = static_cast<char>(c | 0x20);
}

inline uint64_t add_top(uint64_t sum, std::string_view word, uint64_t count) {
  for (const char c : word) sum = sum * 31 + static_cast<unsigned char>(c);
  return mix(sum + count);
}

// The map and its words lie in an arena; a word in small letters in the thread's
// temporary memory.
inline WordCount count_words_cex(std::string_view text) {
  WordCount result;
  mem$arena(size_t{256} << 10, arena) {
    hm$(std::string_view, uint64_t) counts =
        hm$new(counts, arena, .copy_keys_arena_pgsize = size_t{64} << 10);
    for (std::string_view word; !(word = next_word(&text)).empty();) {
      mem$scope(tmem$, _) {
        char* const small = mem$malloc(_, word.size(), 1);
        if (small == nullptr) abort();
        lower(word, small);
        ++*hm$setp(counts, std::string_view(small, word.size()));
      }
      ++result.words;
    }
    result.different = hm$len(counts);

    mem$scope(tmem$, _) {
      arr$(uint32_t) order = arr$new(order, _, .capacity = result.different);
      for (uint32_t i = 0; i < result.different; ++i) arr$push(order, i);
      arr$sort(order, [&](uint32_t a, uint32_t b) {
        return counts[a].value != counts[b].value ? counts[a].value > counts[b].value
                                                  : counts[a].key < counts[b].key;
      });
      for (size_t i = 0; i < std::min(kMostFrequent, arr$len(order)); ++i) {
        result.top = add_top(result.top, counts[order[i]].key, counts[order[i]].value);
      }
    }
  }
  return result;
}

template <typename Library>
WordCount count_words_std(std::string_view text) {
  WordCount result;
  Library library;
  typename Library::template Map<uint64_t> counts(library.memory());
  typename Library::String small(library.memory());
  for (std::string_view word; !(word = next_word(&text)).empty();) {
    small.resize(word.size());
    lower(word, small.data());
    const auto it = counts.find(std::string_view(small));
    if (it != counts.end()) {
      ++it->second;
    } else {
      counts.emplace(small, 1);
    }
    ++result.words;
  }
  result.different = counts.size();

  using Entry = typename decltype(counts)::value_type;
  typename Library::template Vector<const Entry*> order(library.memory());
  order.reserve(counts.size());
  for (const Entry& entry : counts) order.push_back(&entry);
  std::sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) {
    return a->second != b->second ? a->second > b->second : a->first < b->first;
  });
  for (size_t i = 0; i < std::min(kMostFrequent, order.size()); ++i) {
    result.top = add_top(result.top, order[i]->first, order[i]->second);
  }
  return result;
}

}  // namespace cex::bench

#endif  // CEX_BENCH_PROGRAMS_WORD_COUNT_H_
