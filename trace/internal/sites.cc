#include "trace/internal/sites.h"

#include <string.h>
#include <unwind.h>

#include "trace/internal/symbols.h"

namespace cex::detail {
namespace {

constexpr int kMaxFrames = 48;

// A walk up the stack that looks for a caller above `below` that is to be named.
struct Walk {
  const void* below;
  bool is_above = false;
  int frames = 0;
  bool (*is_wanted)(Walk* walk, const void* address);
  Sites* sites;
  uint16_t lane;
  uint32_t found;
};

_Unwind_Reason_Code visit_frame(_Unwind_Context* context, void* argument) {
  auto* const walk = static_cast<Walk*>(argument);
  const auto* const address = reinterpret_cast<const void*>(_Unwind_GetIP(context));
  // Below the first function of a thread there is one at null.
  if (address == nullptr || ++walk->frames > kMaxFrames) return _URC_END_OF_STACK;
  if (walk->is_above && walk->is_wanted(walk, address)) return _URC_END_OF_STACK;
  if (address == walk->below) walk->is_above = true;
  return _URC_NO_REASON;
}

// Whether the function that `address` returns to belongs to cex, or to the C++
// library, through which cex is called too (std::pmr).
bool is_in_library(const void* address) {
  char name[1024];
  if (!function_name(address, name, sizeof(name))) return false;
  // As the linker has it, where it is too long or too new for the symbolizer.
  if (const char* mangled = name; strncmp(mangled, "_ZN", 3) == 0) {
    mangled += mangled[3] == 'K' ? 4 : 3;
    return strncmp(mangled, "St", 2) == 0 ||
           (strncmp(mangled, "3cex", 4) == 0 && strncmp(mangled, "3cex7testing", 12) != 0);
  }
  // Not its testing aids, nor tests in their namespace.
  if (strncmp(name, "cex::testing::", 14) == 0) return false;
  return strncmp(name, "cex::", 5) == 0 || strncmp(name, "std::", 5) == 0 ||
         strncmp(name, "__gnu_cxx::", 11) == 0;
}

bool same_place(const TraceSite& x, const TraceSite& y) {
  return x.lane == y.lane && x.address == y.address && x.file == y.file && x.line == y.line;
}

}  // namespace

size_t Sites::slot_of(const TraceSite& site) const {
  uint64_t key = reinterpret_cast<uintptr_t>(site.address) ^ reinterpret_cast<uintptr_t>(site.file);
  key += (uint64_t{site.lane} << 48) + (static_cast<uint64_t>(site.line) << 32);
  size_t slot = static_cast<size_t>((key * 0x9e3779b97f4a7c15) >> 32) & (slots_.size() - 1);
  while (slots_[slot] != kUnknown && !same_place(sites_[slots_[slot]], site)) {
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

bool Sites::grow() {
  const size_t size = slots_.empty() ? 256 : slots_.size() * 2;
  // With what was counted while there was no memory.
  if (sites_.empty() && !sites_.push(nowhere_)) return false;
  List<uint32_t> slots(slots_.allocator());
  if (!slots.assign(size, kUnknown)) return false;
  slots_.swap(slots);
  for (uint32_t number = 1; number < sites_.size(); ++number) {
    slots_[slot_of(sites_[number])] = number;
  }
  return true;
}

uint32_t Sites::intern(const TraceSite& site) {
  if (sites_.size() * 2 >= slots_.size() && (sites_.size() >= kMaxSites || !grow())) {
    if (slots_.empty() || sites_.size() + 1 >= slots_.size()) return kUnknown;
  }
  const size_t slot = slot_of(site);
  if (slots_[slot] != kUnknown) return slots_[slot];
  const auto number = static_cast<uint32_t>(sites_.size());
  if (!sites_.push(site)) return kUnknown;
  if (site.file == nullptr) {
    sites_[number].is_system = is_in_system_library(site.address);
    sites_[number].is_internal = sites_[number].is_system || is_in_library(site.address);
  }
  slots_[slot] = number;
  return number;
}

uint32_t Sites::find(uint16_t lane, const Caller& caller) {
  TraceSite site;
  site.lane = lane;
  if (caller.site.file != nullptr) {
    const Site place = kept(caller.site);
    site.file = place.file;
    site.line = place.line;
    return intern(site);
  }
  site.address = caller.address;
  const uint32_t number = intern(site);
  if (!(*this)[number].is_internal) return number;
  return caller_outside(lane, caller.address, number);
}

// The first caller above `address`, which is in the function of site `inside`, that is
// not of cex. Where there is none, the outermost one that is of the program: a thread's function
// may be inlined there.
uint32_t Sites::caller_outside(uint16_t lane, const void* address, uint32_t inside) {
  // Unwinding is what costs: no frame more than needed.
  Walk walk{
      .below = address,
      .is_wanted =
          [](Walk* w, const void* frame) {
            TraceSite site;
            site.lane = w->lane;
            site.address = frame;
            const uint32_t number = w->sites->intern(site);
            if (number == kUnknown) return true;
            const TraceSite& found = (*w->sites)[number];
            if (!found.is_system) w->found = number;
            return !found.is_internal;
          },
      .sites = this,
      .lane = lane,
      .found = inside,
  };
  _Unwind_Backtrace(visit_frame, &walk);
  return walk.found;
}

}  // namespace cex::detail
