// Many threads through one trace; ThreadSanitizer has its say in its configuration.
#include <gtest/gtest.h>
#include <stdio.h>

#include <thread>
#include <vector>

#include "cex/tempmem.h"
#include "cex/trace.h"

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 300;

TEST(TraceThreadsTest, CountsWhatAllThreadsDo) {
  cex::Trace trace;
  const IAllocator heap = trace.wrap(mem$, "heap");
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&trace, heap] {
      const IAllocator temp = trace.wrap(tmem$, "temp");
      void* kept[8] = {};
      for (int round = 0; round < kRounds; ++round) {
        void*& p = kept[round % 8];
        mem$free(heap, p);
        p = mem$malloc(heap, 100);
        p = mem$realloc(heap, p, 50 + static_cast<size_t>(round));
        mem$scope(temp, _) {
          [[maybe_unused]] void* q = mem$malloc(_, 200);
        }
      }
      for (void*& p : kept) mem$free(heap, p);
      EXPECT_EQ(trace.totals(temp).scopes, static_cast<uint64_t>(kRounds));
      EXPECT_EQ(trace.totals(temp).ended_by_scope, static_cast<uint64_t>(kRounds));
      EXPECT_EQ(trace.totals(temp).live_bytes, 0u);
    });
  }
  // Written while they work.
  FILE* const file = fopen("/dev/null", "w");
  ASSERT_NE(file, nullptr);
  trace.set_uses_addr2line(false);
  EXPECT_TRUE(trace.write_html(file));
  EXPECT_TRUE(trace.write_chrome_json(file));
  fclose(file);
  for (std::thread& thread : threads) thread.join();
  const cex::TraceTotals t = trace.totals(heap);
  EXPECT_EQ(t.allocations, static_cast<uint64_t>(kThreads * kRounds));
  EXPECT_EQ(t.reallocations, t.allocations);
  EXPECT_EQ(t.frees, t.allocations);
  EXPECT_EQ(t.live_bytes, 0u);
  EXPECT_EQ(t.live_blocks, 0u);
  EXPECT_EQ(trace.events(), t.allocations * 4 + uint64_t{kThreads} * kRounds * 4);
}

}  // namespace
