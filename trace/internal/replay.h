// A trace as the writers want it: blocks and scopes from begin to end, and how the
// bytes of each lane went.
#ifndef CEX_TRACE_INTERNAL_REPLAY_H_
#define CEX_TRACE_INTERNAL_REPLAY_H_

#include <string>
#include <vector>

#include "trace/internal/recorder.h"

namespace cex::detail {

struct LaneInfo {
  const char* name;  // lives as long as the trace
  bool is_pages;
  TraceTotals totals;
};

// One row of a list of sites.
struct SiteRow {
  std::string label;
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t failures = 0;
  uint64_t peak_bytes = 0;
};

// A copy of what a trace has, so that traced threads don't wait for what follows.
struct Snapshot {
  std::vector<LaneInfo> lanes;
  std::vector<TraceSite> sites;
  std::vector<Event> events;
  uint64_t end = 0;  // nanoseconds from the first event to the last one recorded
  uint64_t lost = 0;
  uint64_t unwrapped = 0;

  // By number of the site.
  std::vector<std::string> labels;

  // By number of the site: the most bytes that it and those with its label had at one time. Empty
  // where events were lost.
  std::vector<uint64_t> peaks;

  // The numbers of each lane's sites: there may be tens of thousands of lanes.
  std::vector<std::vector<size_t>> lane_sites;

  // The sites of a lane, those that asked for the most bytes first.
  std::vector<SiteRow> sites_of(size_t lane) const;
};

Snapshot take_snapshot(const Recorder& recorder);

struct BlockSpan {
  uint64_t address;
  uint64_t size;
  uint64_t begin;
  uint64_t end;  // Snapshot::end for those that are live then
  uint32_t site;
  uint32_t end_site;
  uint16_t lane;
  uint16_t thread;
  EventKind death;  // kBirth: it is live
};

struct ScopeSpan {
  uint64_t begin;
  uint64_t end;
  uint32_t depth;  // 1 is the outermost
  uint32_t site;
  uint16_t lane;
  uint16_t thread;
  bool is_open;
};

struct Replay {
  std::vector<BlockSpan> blocks;  // in the order of their birth
  std::vector<ScopeSpan> scopes;
  std::vector<Event> failures;
};

Replay replay(const Snapshot& snapshot);

// The live bytes of a lane after each change, or, where changes are too many, the
// highest of so many changes in a row, and the last.
struct Sample {
  uint64_t time;
  uint64_t bytes;
};
struct Series {
  std::vector<Sample> samples;
  size_t changes_per_sample = 1;
};
std::vector<Series> bytes_over_time(const Snapshot& snapshot, size_t most_per_lane);

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_REPLAY_H_
