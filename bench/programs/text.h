// The text whose words are counted: the same for the same size, on every machine.
// Words of a vocabulary of 50,000, of which the first are by far the most frequent, as in
// a language; some begin with a capital; punctuation and line ends between them.
#ifndef CEX_BENCH_PROGRAMS_TEXT_H_
#define CEX_BENCH_PROGRAMS_TEXT_H_

#include <stddef.h>
#include <stdint.h>

#include <string>

#include "bench/checksum.h"

namespace cex::bench {

inline constexpr uint64_t kVocabulary = 50000;

// Word number i is 2 to 13 letters, the rarer ones longer.
inline void append_word(std::string& out, uint64_t i) {
  uint64_t bits = mix(i + 1);
  const uint64_t size = 2 + bits % 4 + (i >= 100 ? 3 : 0) + (i >= 5000 ? 4 : 0);
  for (uint64_t j = 0; j < size; ++j) {
    bits = mix(bits + j + 1);
    out += static_cast<char>('a' + bits % 26);
  }
}

// At least `bytes`: up to the end of the word that reaches them.
inline std::string make_text(size_t bytes) {
  std::string out;
  out.reserve(bytes + 64);
  for (uint64_t i = 0; out.size() < bytes; ++i) {
    const uint64_t bits = mix(i + 12345);
    // The product of two uniform numbers favours small ones; of three, more so.
    const uint64_t word =
        ((bits & 0xffff) * ((bits >> 16) & 0xffff) >> 16) * ((bits >> 32) & 0xffff) * kVocabulary >>
        32;
    const size_t begin = out.size();
    append_word(out, word);
    if (bits >> 60 == 0) out[begin] = static_cast<char>(out[begin] - 'a' + 'A');
    out += bits >> 61 == 1 ? ". " : bits >> 62 == 3 ? "\n" : " ";
  }
  return out;
}

}  // namespace cex::bench

#endif  // CEX_BENCH_PROGRAMS_TEXT_H_
