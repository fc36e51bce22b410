// tmem$ where no pthread key is left to tell it of the end of threads.
#include <malloc.h>
#include <pthread.h>
#include <string.h>

#include <atomic>
#include <exception>
#include <thread>

#include <gtest/gtest.h>

#include "cex/tempmem.h"

namespace {

// Bytes that the C library's heap has given out; 0 where a sanitizer has a heap of its own.
size_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

std::atomic<int> worked = 0;

void use(int i) {
  mem$scope(tmem$, _) {
    char* p = mem$malloc(_, 10'000);
    ASSERT_NE(p, nullptr);
    memset(p, i, 10'000);
    ++worked;
  }
}

// Uses tmem$ once more while the thread ends.
struct ThreadObject {
  int touched = 0;
  ~ThreadObject() { use(touched); }
};
thread_local ThreadObject before_first_use, after_first_use;

TEST(TempNoKeysTest, PagesGoWithTheirThreads) {
  // These take the keys that libc++ has for exceptions and for threads.
  ASSERT_EQ(std::uncaught_exceptions(), 0);
  std::thread([] {}).join();
  pthread_key_t key = 0;
  int keys = 0;
  while (pthread_key_create(&key, nullptr) == 0) ++keys;
  ASSERT_GT(keys, 0);
  const auto in_thread = [](int i) {
    before_first_use.touched = 1;
    use(i);
    after_first_use.touched = 1;
  };
  std::thread(in_thread, 0).join();
  EXPECT_EQ(worked, 3);
  const size_t before = heap_bytes();
  for (int i = 0; i < 100; ++i) std::thread(in_thread, i).join();
  EXPECT_LE(heap_bytes(), before + cex::kTempPageBytes) << "of 25 MiB that they had";
}

}  // namespace
