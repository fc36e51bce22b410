// Each allocation through the bridges fails once: std::bad_alloc or nullptr comes out at
// the other end, and nothing is lost on the way.
#include <forward_list>
#include <memory_resource>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "cex/pmr.h"
#include "cex/testing.h"

namespace {

using cex::PmrAllocator;
using cex::PmrResource;
using cex::StdAllocator;
using cex::testing::sweep_out_of_memory;
using cex::testing::SweepResult;

// Sweeps `work`, which throws where there is no memory, in both ways of failing.
template <typename Work>
void expect_survives(Work work, uint64_t least_allocations) {
  for (const bool keep_failing : {false, true}) {
    const auto attempt = [&work](IAllocator a) {
      try {
        work(a);
        return true;
      } catch (const std::bad_alloc&) {
        return false;
      }
    };
    const SweepResult result = sweep_out_of_memory(attempt, {.keep_failing = keep_failing});
    EXPECT_TRUE(result.ok()) << result.text();
    EXPECT_GE(result.allocations, least_allocations);
    EXPECT_EQ(result.runs, result.allocations);
    EXPECT_EQ(result.skipped, 0u);
  }
}

TEST(PmrSweepTest, StandardContainers) {
  expect_survives(
      [](IAllocator a) {
        PmrResource resource(a);
        std::pmr::vector<std::pmr::string> texts(&resource);
        std::pmr::unordered_map<std::pmr::string, int> counts(&resource);
        std::pmr::forward_list<int> list(&resource);
        for (int i = 0; i < 40; ++i) {
          texts.emplace_back(std::string(40 + static_cast<size_t>(i), 'x'));
          ++counts[texts.back()];
          list.push_front(i);
        }
        texts.erase(texts.begin(), texts.begin() + 20);
      },
      100);
}

// Without the standard's pools: libstdc++ 12's crash by themselves when what lies below
// them throws.
TEST(PmrSweepTest, AResourceOverTheBridge) {
  expect_survives(
      [](IAllocator a) {
        PmrResource resource(a);
        std::pmr::monotonic_buffer_resource buffer(64, &resource);
        std::pmr::vector<int> numbers(&buffer);
        for (int i = 0; i < 500; ++i) numbers.push_back(i);
      },
      4);
}

TEST(PmrSweepTest, AlignmentThatNoAllocatorGives) {
  expect_survives(
      [](IAllocator a) {
        PmrResource resource(a);
        for (const size_t align : {64u, 128u, 4096u}) {
          void* const p = resource.allocate(100, align);
          EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % align, 0u);
          resource.deallocate(p, 100, align);
        }
      },
      3);
}

TEST(PmrSweepTest, StdAllocator) {
  expect_survives(
      [](IAllocator a) {
        std::vector<int, StdAllocator<int>> numbers(a);
        std::forward_list<int, StdAllocator<int>> list(a);
        for (int i = 0; i < 100; ++i) {
          numbers.push_back(i);
          list.push_front(i);
        }
      },
      100);
}

// There and back: an IAllocator over a resource over the allocator that fails.
TEST(PmrSweepTest, PmrAllocator) {
  for (const bool keep_failing : {false, true}) {
    const SweepResult result = sweep_out_of_memory(
        [](IAllocator a) {
          PmrResource resource(a);
          PmrAllocator bridge(&resource);
          const IAllocator back = bridge.allocator();
          char* text = mem$malloc(back, 100);
          int* zeroes = mem$calloc(back, 10, sizeof(int));
          bool ok = text != nullptr && zeroes != nullptr;
          if (text != nullptr) {
            text[99] = 'x';
            char* const moved = mem$realloc(back, text, 5000);
            ok = ok && moved != nullptr;
            if (moved != nullptr) text = moved;
            EXPECT_EQ(text[99], 'x');
          }
          mem$free(back, text);
          mem$free(back, zeroes);
          return ok;
        },
        {.keep_failing = keep_failing});
    EXPECT_TRUE(result.ok()) << result.text();
    EXPECT_GE(result.allocations, 3u);
  }
}

// The control: a bridge's user that swallows the failure is found.
TEST(PmrSweepTest, WhoSwallowsItIsFound) {
  const SweepResult result = sweep_out_of_memory([](IAllocator a) {
    PmrResource resource(a);
    try {
      const std::pmr::vector<int> numbers(10, 0, &resource);
    } catch (const std::bad_alloc&) {
    }
    return true;
  });
  EXPECT_FALSE(result.ok());
}

}  // namespace
