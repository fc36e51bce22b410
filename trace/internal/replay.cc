#include "trace/internal/replay.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "trace/internal/symbols.h"

namespace cex::detail {
namespace {

EventKind kind_of(const Event& event) { return static_cast<EventKind>(event.kind); }

std::vector<std::string> label_sites(const std::vector<TraceSite>& sites, bool use_addr2line) {
  std::vector<const void*> addresses;
  for (const TraceSite& site : sites) {
    if (site.address != nullptr) addresses.push_back(site.address);
  }
  std::vector<std::string> described = describe_addresses(addresses, use_addr2line);
  std::vector<std::string> labels;
  labels.reserve(sites.size());
  size_t next = 0;
  for (const TraceSite& site : sites) {
    if (site.address != nullptr) {
      labels.push_back(std::move(described[next++]));
    } else if (site.file != nullptr) {
      labels.push_back(std::string(site.file) + ":" + std::to_string(site.line));
    } else {
      labels.emplace_back("(unknown)");
    }
  }
  return labels;
}

// Calls `put(lane, time, live bytes)` after each change of a lane's bytes that a user
// could have seen: not between the two halves of a realloc, nor while a scope ends.
template <typename Put>
void for_each_change(const Snapshot& snapshot, Put put) {
  std::vector<uint64_t> live(snapshot.lanes.size());
  for (const Event& event : snapshot.events) {
    const EventKind kind = kind_of(event);
    uint64_t& bytes = live[event.lane];
    if (kind == EventKind::kBirth) {
      bytes += event.size;
    } else if (is_end(kind)) {
      bytes -= event.size;
    } else if (kind != EventKind::kExit) {
      continue;
    }
    if (kind == EventKind::kReallocEnd || kind == EventKind::kScopeEnd) continue;
    put(event.lane, event.nanoseconds, bytes);
  }
}

// Snapshot::peaks. Calls that have one label had their peaks at different times.
std::vector<uint64_t> peaks_by_label(const Snapshot& snapshot) {
  std::map<std::pair<uint16_t, std::string_view>, size_t> rows;
  std::vector<size_t> row_of;
  row_of.reserve(snapshot.sites.size());
  for (size_t i = 0; i < snapshot.sites.size(); ++i) {
    const auto place = std::pair(snapshot.sites[i].lane, std::string_view(snapshot.labels[i]));
    row_of.push_back(rows.emplace(place, rows.size()).first->second);
  }
  std::vector<uint64_t> live(rows.size());
  std::vector<uint64_t> peak(rows.size());
  for (const Event& event : snapshot.events) {
    const EventKind kind = kind_of(event);
    if (kind == EventKind::kBirth) {
      const size_t row = row_of[event.site];
      live[row] += event.size;
      peak[row] = std::max(peak[row], live[row]);
    } else if (is_end(kind)) {
      live[row_of[snapshot.events[static_cast<size_t>(event.where)].site]] -= event.size;
    }
  }
  std::vector<uint64_t> peaks;
  peaks.reserve(row_of.size());
  for (const size_t row : row_of) peaks.push_back(peak[row]);
  return peaks;
}

}  // namespace

Snapshot take_snapshot(const Recorder& recorder) {
  Snapshot copy;
  bool use_addr2line = false;
  // Room is made without the lock, which is taken for a block of operator new, too, where that is
  // traced. Meanwhile other threads go on.
  bool is_copied = false;
  for (size_t lanes = 0, sites = 0, events = 0; !is_copied;) {
    constexpr size_t kMore = 64;
    copy.lanes.reserve(lanes + kMore);
    copy.sites.reserve(sites + sites / 8 + kMore);
    copy.events.reserve(events + events / 8 + kMore);
    recorder.with_lock([&](const Recorder& r) {
      lanes = r.lanes().size();
      sites = r.sites().size();
      events = r.log().size();
      is_copied = lanes <= copy.lanes.capacity() && sites <= copy.sites.capacity() &&
                  events <= copy.events.capacity();
      if (!is_copied) return;
      for (const TracedAllocator* lane : r.lanes()) {
        copy.lanes.push_back({lane->name, lane->is_pages, lane->totals});
      }
      for (size_t i = 0; i < sites; ++i) {
        copy.sites.push_back(r.sites()[static_cast<uint32_t>(i)]);
      }
      for (size_t i = 0; i < events; ++i) copy.events.push_back(r.log()[i]);
      copy.lost = r.log().lost();
      copy.unwrapped = r.unwrapped();
      use_addr2line = r.use_addr2line;
    });
  }
  // Time begins with the first event and ends with the last.
  const uint64_t begin = copy.events.empty() ? 0 : copy.events.front().nanoseconds;
  for (Event& event : copy.events) event.nanoseconds -= begin;
  if (!copy.events.empty()) copy.end = copy.events.back().nanoseconds;
  copy.labels = label_sites(copy.sites, use_addr2line);
  if (copy.lost == 0) copy.peaks = peaks_by_label(copy);
  copy.lane_sites.resize(copy.lanes.size());
  for (size_t i = Sites::kUnknown + 1; i < copy.sites.size(); ++i) {
    const TraceSite& site = copy.sites[i];
    if (site.allocations != 0 || site.failures != 0) copy.lane_sites[site.lane].push_back(i);
  }
  return copy;
}

std::vector<SiteRow> Snapshot::sites_of(size_t lane) const {
  // Several addresses may be of one line, and one line's file have several names.
  std::map<std::string, SiteRow> by_label;
  for (const size_t i : lane_sites[lane]) {
    const TraceSite& site = sites[i];
    SiteRow& row = by_label[labels[i]];
    row.label = labels[i];
    row.allocations += site.allocations;
    row.bytes += site.bytes;
    row.failures += site.failures;
    row.peak_bytes = peaks.empty()
                         ? std::min(row.peak_bytes + site.peak_bytes, lanes[lane].totals.peak_bytes)
                         : peaks[i];
  }
  // What is left of the totals: the unknown site is one for all lanes.
  const TraceTotals& totals = lanes[lane].totals;
  SiteRow rest{.label = labels[Sites::kUnknown],
               .allocations = totals.allocations + totals.reallocations,
               .bytes = totals.bytes_requested,
               .failures = totals.failures,
               .peak_bytes = std::min(sites[Sites::kUnknown].peak_bytes, totals.peak_bytes)};
  for (const auto& [label, row] : by_label) {
    rest.allocations -= row.allocations;
    rest.bytes -= row.bytes;
    rest.failures -= row.failures;
  }
  if (rest.allocations != 0 || rest.failures != 0) by_label[rest.label] = rest;
  std::vector<SiteRow> rows;
  rows.reserve(by_label.size());
  for (auto& [label, row] : by_label) rows.push_back(std::move(row));
  std::stable_sort(rows.begin(), rows.end(),
                   [](const SiteRow& x, const SiteRow& y) { return x.bytes > y.bytes; });
  return rows;
}

Replay replay(const Snapshot& snapshot) {
  Replay result;
  std::vector<size_t> block_of(snapshot.events.size());
  std::vector<std::vector<size_t>> open(snapshot.lanes.size());
  for (size_t i = 0; i < snapshot.events.size(); ++i) {
    const Event& event = snapshot.events[i];
    const EventKind kind = kind_of(event);
    if (kind == EventKind::kBirth) {
      block_of[i] = result.blocks.size();
      result.blocks.push_back({event.where, event.size, event.nanoseconds, snapshot.end, event.site,
                               0, event.lane, event.thread, EventKind::kBirth});
    } else if (is_end(kind)) {
      BlockSpan& block = result.blocks[block_of[static_cast<size_t>(event.where)]];
      block.end = event.nanoseconds;
      block.end_site = event.site;
      block.death = kind;
    } else if (kind == EventKind::kEnter) {
      open[event.lane].push_back(result.scopes.size());
      result.scopes.push_back({event.nanoseconds, snapshot.end, static_cast<uint32_t>(event.where),
                               event.site, event.lane, event.thread, true});
    } else if (kind == EventKind::kExit && !open[event.lane].empty()) {
      ScopeSpan& scope = result.scopes[open[event.lane].back()];
      open[event.lane].pop_back();
      scope.end = event.nanoseconds;
      scope.is_open = false;
    } else if (kind == EventKind::kFailure) {
      result.failures.push_back(event);
    }
  }
  return result;
}

std::vector<Series> bytes_over_time(const Snapshot& snapshot, size_t most_per_lane) {
  std::vector<Series> series(snapshot.lanes.size());
  std::vector<size_t> changes(snapshot.lanes.size());
  for_each_change(snapshot, [&](size_t lane, uint64_t, uint64_t) { ++changes[lane]; });
  for (size_t lane = 0; lane < series.size(); ++lane) {
    series[lane].changes_per_sample = changes[lane] / most_per_lane + 1;
  }
  std::vector<size_t> seen(snapshot.lanes.size());
  std::vector<Sample> last(snapshot.lanes.size());
  for_each_change(snapshot, [&](size_t lane, uint64_t time, uint64_t bytes) {
    Series& s = series[lane];
    last[lane] = {time, bytes};
    if (seen[lane]++ % s.changes_per_sample == 0) {
      s.samples.push_back({time, bytes});
    } else if (bytes > s.samples.back().bytes) {
      s.samples.back() = {time, bytes};
    }
  });
  for (size_t lane = 0; lane < series.size(); ++lane) {
    Series& s = series[lane];
    const bool has_last = !s.samples.empty() && s.samples.back().time == last[lane].time &&
                          s.samples.back().bytes == last[lane].bytes;
    if (!s.samples.empty() && !has_last) s.samples.push_back(last[lane]);
  }
  return series;
}

}  // namespace cex::detail
