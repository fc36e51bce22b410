// No check walks an arena's pages at each scope: while scopes come and go, all pages
// but the last two can't be touched at all.
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vector>

#include "cex/arena.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// A backing allocator whose blocks are pages of the system's, each with nothing else
// on them.
class MappedPages {
 private:
  // First, so that the interface's address is the object's.
  Allocator_i interface_{do_malloc, nullptr, nullptr, do_free,
                         nullptr,   nullptr, nullptr, {0x9a9e5, false, false}};

 public:
  // Implicit: it is given where an IAllocator is taken.
  operator IAllocator() const { return &interface_; }  // NOLINT(google-explicit-constructor)

  size_t count() const { return mapped_.size(); }
  void* page(size_t i) const { return mapped_[i].begin; }

  // Whether anybody may touch the pages from number `from` to before `to`.
  void let_touch(size_t from, size_t to, bool allowed) {
    for (size_t i = from; i < to; ++i) {
      const int access = allowed ? PROT_READ | PROT_WRITE : PROT_NONE;
      ASSERT_EQ(mprotect(mapped_[i].begin, mapped_[i].bytes, access), 0);
    }
  }

 private:
  struct Mapping {
    void* begin;
    size_t bytes;
  };

  static MappedPages* self(IAllocator a) {
    return reinterpret_cast<MappedPages*>(const_cast<Allocator_i*>(a));
  }

  static void* do_malloc(IAllocator a, size_t size, size_t) {
    const size_t unit = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t bytes = (size + unit - 1) / unit * unit;
    void* const p =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return nullptr;
    self(a)->mapped_.push_back({p, bytes});
    return p;
  }

  static void* do_free(IAllocator a, void* p) {
    std::vector<Mapping>& mapped = self(a)->mapped_;
    for (size_t i = mapped.size(); i-- > 0;) {
      if (mapped[i].begin != p) continue;
      munmap(p, mapped[i].bytes);
      mapped.erase(mapped.begin() + static_cast<ptrdiff_t>(i));
      break;
    }
    return nullptr;
  }

  std::vector<Mapping> mapped_;
};

constexpr size_t kPages = 1000;
constexpr int kScopes = 100'000;
constexpr size_t kBlock = 900;  // small enough to share a page

class PageVisits : public testing::Test {
 protected:
  PageVisits() {
    while (pages.count() < kPages) EXPECT_NE(mem$malloc(arena, kBlock), nullptr);
    // The first holds the arena itself; the last two what is in use now: the newest page,
    // and the newest block's record.
    pages.let_touch(1, kPages - 2, false);
  }
  ~PageVisits() override {
    pages.let_touch(1, kPages - 2, true);
    AllocatorArena.destroy(arena);
    EXPECT_EQ(pages.count(), 0u);
  }

  MappedPages pages;
  IAllocator arena = AllocatorArena.create(4096, {.backing = pages});
};

TEST_F(PageVisits, ScopesOnThePageInUse) {
  for (int i = 0; i < kScopes; ++i) {
    mem$scope(arena, _) {
      char* p = mem$malloc(_, 16);
      *p = 'x';
    }
  }
  EXPECT_EQ(pages.count(), kPages);
}

TEST_F(PageVisits, ScopesThatTakeAPageEach) {
  for (int i = 0; i < kScopes; ++i) {
    mem$scope(arena, _) {
      char* p = nullptr;
      for (int block = 0; block < 5; ++block) {
        p = mem$malloc(_, kBlock);
        *p = 'x';
      }
      mem$free(_, p);
      p = mem$malloc(_, kBlock);
      p = mem$realloc(_, p, kBlock + 10);
      *p = 'x';
    }
  }
  EXPECT_GE(pages.count(), kPages);
}

TEST_F(PageVisits, ScopesThroughTheInterface) {
  for (int i = 0; i < kScopes; ++i) {
    const IAllocator inner = arena->scope_enter(arena);
    char* p = mem$malloc(inner, kBlock);
    *p = 'x';
    arena->scope_exit(arena);
  }
}

using PageVisitsDeathTest = PageVisits;

TEST_F(PageVisitsDeathTest, AVisitWouldEndTheProgram) {
  EXPECT_DEATH(*static_cast<volatile char*>(pages.page(kPages / 2)) = 'x', "");
}

}  // namespace
}  // namespace cex
