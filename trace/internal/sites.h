// The places in the program that call a traced allocator, each with what it asked for.
#ifndef CEX_TRACE_INTERNAL_SITES_H_
#define CEX_TRACE_INTERNAL_SITES_H_

#include "cex/site.h"
#include "trace/internal/list.h"

namespace cex::detail {

// What a call knows of where it comes from.
struct Caller {
  const void* address;  // it returns there
  Site site;            // empty without CEX_TEST
};

struct TraceSite {
  const char* file = nullptr;     // of a Site; then `line` too
  const void* address = nullptr;  // of the call's return otherwise
  int line = 0;
  uint16_t lane = 0;
  bool is_internal = false;  // a function of cex: not what a user wants to know
  bool is_system = false;    // and not of the program

  uint64_t allocations = 0;  // blocks given, realloc's included
  uint64_t bytes = 0;
  uint64_t failures = 0;
  uint64_t live_bytes = 0;
  uint64_t peak_bytes = 0;
};

class Sites {
 public:
  // Site 0 stands for those that there was no memory for.
  static constexpr uint32_t kUnknown = 0;

  explicit Sites(IAllocator a) : sites_(a), slots_(a) {}

  // The number of the site that `caller` stands for, one per lane.
  uint32_t find(uint16_t lane, const Caller& caller);

  size_t size() const { return sites_.empty() ? 1 : sites_.size(); }
  TraceSite& operator[](uint32_t number) { return sites_.empty() ? nowhere_ : sites_[number]; }
  const TraceSite& operator[](uint32_t number) const {
    return sites_.empty() ? nowhere_ : sites_[number];
  }

 private:
  // Events have 28 bits for a site.
  static constexpr size_t kMaxSites = size_t{1} << 28;

  size_t slot_of(const TraceSite& site) const;
  uint32_t intern(const TraceSite& site);
  uint32_t caller_outside(uint16_t lane, const void* address, uint32_t inside);
  bool grow();

  List<TraceSite> sites_;
  List<uint32_t> slots_;  // numbers; kUnknown is an empty slot
  TraceSite nowhere_;
};

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_SITES_H_
