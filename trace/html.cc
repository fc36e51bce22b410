// Trace::write_html: a page whose data are JSON in the page; internal/page.js draws.
#include <algorithm>
#include <string>
#include <vector>

#include "trace/internal/json_out.h"
#include "trace/internal/replay.h"
#include "trace/internal/totals_json.h"
#include "trace/internal/writers.h"

namespace cex::detail {
namespace {

// Made of internal/page.css and page.js by the BUILD file.
constexpr char kStyle[] =
#include "trace/internal/page.css.inc"
    ;
constexpr char kScript[] =
#include "trace/internal/page.js.inc"
    ;

// What a browser draws in the blink of an eye, and what a picture has room for.
constexpr size_t kMaxBlocks = 40000;
constexpr size_t kMaxScopes = 10000;
constexpr size_t kMaxFailures = 1000;
constexpr size_t kMaxSamples = 3000;
constexpr size_t kMaxSites = 50;
constexpr size_t kMaxLanes = 100;

// Keeps the `most` largest by `area`, in their order.
template <typename Span, typename Area>
std::vector<const Span*> largest(const std::vector<Span>& all, size_t most, Area area) {
  std::vector<const Span*> kept;
  kept.reserve(all.size());
  for (const Span& span : all) kept.push_back(&span);
  if (kept.size() <= most) return kept;
  std::nth_element(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(most), kept.end(),
                   [&](const Span* x, const Span* y) { return area(*x) > area(*y); });
  kept.resize(most);
  std::sort(kept.begin(), kept.end());
  return kept;
}

// Those of each lane, of which there may be tens of thousands.
template <typename Span>
std::vector<std::vector<const Span*>> by_lane(const std::vector<const Span*>& spans, size_t lanes) {
  std::vector<std::vector<const Span*>> result(lanes);
  for (const Span* span : spans) result[span->lane].push_back(span);
  return result;
}

template <typename Span>
std::vector<uint64_t> count_by_lane(const std::vector<Span>& spans, size_t lanes) {
  std::vector<uint64_t> counts(lanes);
  for (const Span& span : spans) ++counts[span.lane];
  return counts;
}

double area_of(const BlockSpan& block) {
  return static_cast<double>(block.size) * (static_cast<double>(block.end - block.begin) + 1);
}

double length_of(const ScopeSpan& scope) { return static_cast<double>(scope.end - scope.begin); }

uint64_t bytes_of(const LaneInfo& lane) { return lane.totals.bytes_requested; }

const char* name_of_end(EventKind kind) {
  switch (kind) {
    case EventKind::kFree:
      return "freed";
    case EventKind::kReallocEnd:
      return "resized";
    case EventKind::kScopeEnd:
      return "gone with its scope";
    case EventKind::kLostEnd:
      return "gone with its allocator";
    default:
      return "live";
  }
}

class HtmlWriter {
 public:
  HtmlWriter(const Snapshot& snapshot, FILE* file)
      : snapshot_(snapshot),
        replay_(replay(snapshot)),
        blocks_(by_lane(largest(replay_.blocks, kMaxBlocks, area_of), snapshot.lanes.size())),
        scopes_(by_lane(largest(replay_.scopes, kMaxScopes, length_of), snapshot.lanes.size())),
        block_counts_(count_by_lane(replay_.blocks, snapshot.lanes.size())),
        scope_counts_(count_by_lane(replay_.scopes, snapshot.lanes.size())),
        out_(file) {}

  bool write(const char* title) {
    out_.put("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out_.put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out_.put("<link rel=\"icon\" href=\"data:,\">\n<title>Memory trace</title>\n<style>\n");
    out_.put(kStyle);
    out_.put("</style>\n</head>\n<body>\n<main id=\"page\"></main>\n");
    out_.put("<noscript>The picture and the tables are drawn by a script.</noscript>\n");
    out_.put("<script type=\"application/json\" id=\"data\">");
    put_data(title);
    out_.put("</script>\n<script>\n");
    out_.put(kScript);
    out_.put("</script>\n</body>\n</html>\n");
    return out_.finish();
  }

 private:
  void put_data(const char* title) {
    const std::vector<Series> series = bytes_over_time(snapshot_, kMaxSamples);
    out_.open('{');
    out_.key("title").put_string(title == nullptr ? "Memory" : title);
    out_.key("end").put(snapshot_.end);
    out_.key("events").put(snapshot_.events.size());
    out_.key("lost").put(snapshot_.lost);
    out_.key("unwrapped").put(snapshot_.unwrapped);
    out_.key("labels").open('[');
    for (const std::string& label : snapshot_.labels) out_.item().put_string(label);
    out_.close(']');
    out_.key("ends").open('[');
    for (int i = 0; i <= static_cast<int>(EventKind::kLostEnd); ++i) {
      out_.item().put_string(name_of_end(static_cast<EventKind>(i)));
    }
    out_.close(']');
    out_.key("lanes").open('[');
    for (const LaneInfo* info : largest(snapshot_.lanes, kMaxLanes, bytes_of)) {
      const auto lane = static_cast<size_t>(info - snapshot_.lanes.data());
      put_lane(lane, series[lane]);
    }
    out_.close(']');
    out_.key("lanes_total").put(snapshot_.lanes.size()).close('}');
  }

  void put_lane(size_t lane, const Series& series) {
    out_.item().put("\n").open('{');
    out_.key("name").put_string(snapshot_.lanes[lane].name);
    out_.key("pages").put(snapshot_.lanes[lane].is_pages ? "true" : "false");
    put_tables(out_, snapshot_, lane, kMaxSites);
    out_.key("changes_per_sample").put(series.changes_per_sample);
    out_.key("series").open('[');
    for (const Sample& sample : series.samples) {
      out_.item().put(sample.time).item().put(sample.bytes);
    }
    out_.close(']');
    out_.key("blocks_total").put(block_counts_[lane]);
    out_.key("blocks").open('[');
    for (const BlockSpan* block : blocks_[lane]) put_block(*block);
    out_.close(']');
    out_.key("scopes_total").put(scope_counts_[lane]);
    out_.key("scopes").open('[');
    for (const ScopeSpan* scope : scopes_[lane]) put_scope(*scope);
    out_.close(']');
    out_.key("failures").open('[');
    for (size_t i = 0; i < std::min(replay_.failures.size(), kMaxFailures); ++i) {
      const Event& failure = replay_.failures[i];
      if (failure.lane != lane) continue;
      out_.item().open('[').item().put(failure.nanoseconds).item().put(failure.size);
      out_.item().put(uint64_t{failure.site}).item().put(uint64_t{failure.thread}).close(']');
    }
    out_.close(']').close('}');
  }

  void put_block(const BlockSpan& block) {
    out_.item().open('[').item().put(block.address).item().put(block.size);
    out_.item().put(block.begin).item().put(block.end);
    out_.item().put(uint64_t{block.site}).item().put(uint64_t{block.end_site});
    out_.item().put(static_cast<uint64_t>(block.death)).item().put(uint64_t{block.thread});
    out_.close(']');
  }

  void put_scope(const ScopeSpan& scope) {
    out_.item().open('[').item().put(scope.begin).item().put(scope.end);
    out_.item().put(uint64_t{scope.depth}).item().put(uint64_t{scope.site});
    out_.item().put(uint64_t{scope.thread}).item().put(scope.is_open ? "1" : "0").close(']');
  }

  const Snapshot& snapshot_;
  const Replay replay_;
  const std::vector<std::vector<const BlockSpan*>> blocks_;  // by lane, as all below
  const std::vector<std::vector<const ScopeSpan*>> scopes_;
  const std::vector<uint64_t> block_counts_;  // also of those that are not drawn
  const std::vector<uint64_t> scope_counts_;
  JsonOut out_;
};

}  // namespace

bool write_html(const Recorder& recorder, FILE* file, const char* title) {
  const Snapshot snapshot = take_snapshot(recorder);
  return HtmlWriter(snapshot, file).write(title);
}

}  // namespace cex::detail
