#include "cex/sanitizer/internal/system_pages.h"

#ifdef CEX_TEST

#include <sys/mman.h>

#include <new>

#include "cex/report.h"

namespace cex::detail {
namespace {

class SystemPages final : public std::pmr::memory_resource {
  void* do_allocate(size_t bytes, size_t) override {
    void* const p =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) die_here("out of memory: none is left for what the checks keep of blocks");
    return p;
  }

  void do_deallocate(void* p, size_t bytes, size_t) override { munmap(p, bytes); }

  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
};

}  // namespace

std::pmr::memory_resource* system_pages() {
  alignas(SystemPages) static char memory[sizeof(SystemPages)];
  static SystemPages& instance = *::new (memory) SystemPages;
  return &instance;
}

}  // namespace cex::detail

#endif
