// A JSON document of about as many bytes as asked for, the same on every machine: records
// as a service would send them, with nested objects and arrays, integers, fractions,
// strings with escapes and without, and names that repeat from record to record.
#ifndef CEX_BENCH_PROGRAMS_JSON_INPUT_H_
#define CEX_BENCH_PROGRAMS_JSON_INPUT_H_

#include <stddef.h>
#include <stdint.h>

#include <string>

#include "bench/checksum.h"

namespace cex::bench {

inline std::string json_word(uint64_t bits) {
  std::string word;
  for (uint64_t i = 0; i < 4 + bits % 12; ++i) {
    word += static_cast<char>('a' + (bits >> (4 * i % 60)) % 26);
  }
  return word;
}

inline void append_record(std::string& out, uint64_t i) {
  const auto bits = [i](uint64_t salt) { return mix(i * 16 + salt + 1); };
  out += "  {\"id\": " + std::to_string(i);
  out += ", \"name\": \"" + json_word(bits(1)) + ' ' + json_word(bits(2)) + '"';
  out += ", \"active\": " + std::string(bits(3) % 2 == 0 ? "true" : "false");
  out += ", \"score\": " + std::to_string(bits(4) % 100000) + '.' + std::to_string(bits(5) % 1000);
  out += ", \"ratio\": -" + std::to_string(bits(6) % 10) + ".5e-" + std::to_string(bits(7) % 20);
  out += ", \"note\": \"" + json_word(bits(8)) +
         (bits(9) % 4 == 0   ? "\\n\\\""
          : bits(9) % 4 == 1 ? "\\u00e9\\ud83d\\ude00"
                             : "é ") +
         json_word(bits(10)) + '"';
  out += ", \"tags\": [";
  for (uint64_t j = 0; j < bits(11) % 6; ++j) {
    out += (j == 0 ? "\"" : ", \"") + json_word(bits(11) >> j) + '"';
  }
  out += "], \"place\": {\"x\": " + std::to_string(bits(12) % 1000) +
         ", \"y\": " + std::to_string(bits(13) % 1000) + ", \"area\": null}, \"counts\": {";
  for (uint64_t j = 0; j < bits(14) % 5; ++j) {
    out += (j == 0 ? "\"" : ", \"") + json_word(bits(15) >> j) + std::to_string(j) +
           "\": " + std::to_string(j * i);
  }
  out += "}}";
}

inline std::string make_json(size_t bytes) {
  std::string out = "{\"version\": 1, \"records\": [\n";
  for (uint64_t i = 0; i == 0 || out.size() < bytes; ++i) {
    if (i > 0) out += ",\n";
    append_record(out, i);
  }
  out += "\n]}\n";
  return out;
}

}  // namespace cex::bench

#endif  // CEX_BENCH_PROGRAMS_JSON_INPUT_H_
