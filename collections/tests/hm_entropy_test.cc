// hm$: that the system's random numbers decide the secret of a process, by a getentropy() of
// this program's own.
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cex/hm.h"
#include "gtest/gtest.h"

namespace {
uint64_t entropy = 0;
bool has_entropy = true;
int draws = 0;
}  // namespace

// In the place of the C library's.
extern "C" int getentropy(void* p, size_t size) {
  ++draws;
  if (!has_entropy) {
    errno = ENOSYS;
    return -1;
  }
  memset(p, 0, size);
  memcpy(p, &entropy, size < sizeof(entropy) ? size : sizeof(entropy));
  return 0;
}

namespace cex {
namespace {

// Of a process that has made no map before.
uint64_t seed_with(uint64_t drawn, bool has_any = true) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    entropy = drawn;
    has_entropy = has_any;
    const uint64_t seed = detail::hm_random_seed(nullptr).a;
    const bool is_same = detail::hm_random_seed(nullptr).a == seed && draws == 1;
    _exit(is_same && write(ends[1], &seed, sizeof(seed)) == sizeof(seed) ? 0 : 1);
  }
  uint64_t seed = 0;
  EXPECT_EQ(read(ends[0], &seed, sizeof(seed)), static_cast<ssize_t>(sizeof(seed)));
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << "drawn more than once, or not kept";
  close(ends[0]);
  close(ends[1]);
  return seed;
}

TEST(HmEntropy, DecidesTheSecret) {
  const uint64_t seed = seed_with(0x0123456789abcdef);
  EXPECT_EQ(seed_with(0x0123456789abcdef), seed);
  for (int bit = 0; bit < 64; ++bit) {
    EXPECT_NE(seed_with(0x0123456789abcdef ^ (uint64_t{1} << bit)), seed) << bit;
  }
}

TEST(HmEntropy, WithoutItProcessesStillDiffer) {
  EXPECT_NE(seed_with(1, false), seed_with(1, false));
  EXPECT_NE(seed_with(0), seed_with(0)) << "0 stands for none";
}

}  // namespace
}  // namespace cex
