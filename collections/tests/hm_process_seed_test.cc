// hm$: that each process has a secret of its own. Alone in its program, since a process
// that has made a map hands its secret on to those that it forks.
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cex/hm.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// Not that of a map: where that lies differs between processes, too.
uint64_t seed() { return detail::hm_random_seed(nullptr).a; }

uint64_t seed_of_another_process() {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const uint64_t drawn = seed();
    _exit(write(ends[1], &drawn, sizeof(drawn)) == sizeof(drawn) ? 0 : 1);
  }
  uint64_t drawn = 0;
  EXPECT_EQ(read(ends[0], &drawn, sizeof(drawn)), static_cast<ssize_t>(sizeof(drawn)));
  int status = 1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  close(ends[0]);
  close(ends[1]);
  return drawn;
}

TEST(HmProcessSeed, DiffersBetweenProcessesAndStaysInOne) {
  const uint64_t first = seed_of_another_process();
  const uint64_t second = seed_of_another_process();
  EXPECT_NE(first, second);
  const uint64_t own = seed();
  EXPECT_NE(own, first);
  EXPECT_NE(own, second);
  EXPECT_EQ(seed(), own);
  EXPECT_EQ(seed_of_another_process(), own);  // forked after it was drawn
}

}  // namespace
}  // namespace cex
