// What the writers say when a file can't be written.
#include <errno.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cex/trace.h"

namespace {

class WriteErrorsTest : public testing::Test {
 protected:
  WriteErrorsTest() : a_(trace_.wrap(mem$, "heap")) {
    for (int i = 0; i < 2000; ++i) {
      void* p = mem$malloc(a_, 10);
      mem$free(a_, p);
    }
  }

  cex::Trace trace_;
  IAllocator a_;
};

TEST_F(WriteErrorsTest, NoSuchDirectory) {
  errno = 0;
  EXPECT_FALSE(trace_.write_html("/nonexistent/x.html"));
  EXPECT_EQ(errno, ENOENT);
  errno = 0;
  EXPECT_FALSE(trace_.write_chrome_json("/nonexistent/x.json"));
  EXPECT_EQ(errno, ENOENT);
}

TEST_F(WriteErrorsTest, FullDisk) {
  errno = 0;
  EXPECT_FALSE(trace_.write_html("/dev/full"));
  EXPECT_EQ(errno, ENOSPC);
  errno = 0;
  EXPECT_FALSE(trace_.write_chrome_json("/dev/full"));
  EXPECT_EQ(errno, ENOSPC);
}

// One that fits the buffer of the FILE fails only when that is flushed.
TEST_F(WriteErrorsTest, FullDiskAndLittleToWrite) {
  cex::Trace empty;
  errno = 0;
  EXPECT_FALSE(empty.write_chrome_json("/dev/full"));
  EXPECT_EQ(errno, ENOSPC);
}

TEST_F(WriteErrorsTest, AFileThatIsOnlyRead) {
  FILE* const file = fopen("/dev/null", "r");
  ASSERT_NE(file, nullptr);
  errno = 0;
  EXPECT_FALSE(trace_.write_html(file));
  EXPECT_EQ(errno, EBADF);
  fclose(file);
}

TEST_F(WriteErrorsTest, AllIsWell) {
  EXPECT_TRUE(trace_.write_html("/dev/null"));
  EXPECT_TRUE(trace_.write_chrome_json("/dev/null"));
}

}  // namespace
