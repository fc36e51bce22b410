// Where a model's decisions come from: random numbers in tests, a file's bytes
// under libFuzzer.
#ifndef CEX_COLLECTIONS_TESTS_MODEL_SOURCE_H_
#define CEX_COLLECTIONS_TESTS_MODEL_SOURCE_H_

#include <stddef.h>
#include <stdint.h>

namespace cex {

// What a model asks. Virtual, so that each model is compiled once.
class ModelSource {
 public:
  // Whether there is another step to make.
  virtual bool next() = 0;

  // A number below `n`, which is at least 1.
  virtual size_t below(size_t n) = 0;

  // Any 64 bits.
  virtual uint64_t word() = 0;

 protected:
  ~ModelSource() = default;
};

// A fixed number of steps of random decisions.
class RandomSource final : public ModelSource {
 public:
  RandomSource(uint64_t seed, uint64_t steps) : state_(seed), left_(steps) {}

  bool next() override { return left_-- != 0; }

  size_t below(size_t n) override { return static_cast<size_t>(word() % n); }

  // SplitMix64.
  uint64_t word() override {
    uint64_t x = state_ += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

 private:
  uint64_t state_;
  uint64_t left_;
};

// Decisions from bytes; there are steps for as long as there are bytes.
class ByteSource final : public ModelSource {
 public:
  ByteSource(const uint8_t* bytes, size_t size) : at_(bytes), end_(bytes + size) {}

  bool next() override { return at_ != end_; }

  size_t below(size_t n) override {
    if (n <= 1) return 0;
    size_t x = byte();
    if (n > 256) x |= static_cast<size_t>(byte()) << 8;
    return x % n;
  }

  // Spread, so that one byte makes a value unlike that of other bytes.
  uint64_t word() override { return byte() * 0x9e3779b97f4a7c15u; }

 private:
  uint8_t byte() { return at_ == end_ ? uint8_t{0} : *at_++; }

  const uint8_t* at_;
  const uint8_t* end_;
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_MODEL_SOURCE_H_
