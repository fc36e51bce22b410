// Trace::write_chrome_json: the Trace Event format, as Perfetto reads it.
#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "trace/internal/json_out.h"
#include "trace/internal/replay.h"
#include "trace/internal/totals_json.h"
#include "trace/internal/writers.h"

namespace cex::detail {
namespace {

// Of each counter; more make files that take Perfetto long to open.
constexpr size_t kMaxSamples = 50000;
constexpr size_t kMaxSites = 1000;

class ChromeWriter {
 public:
  ChromeWriter(const Snapshot& snapshot, FILE* file) : snapshot_(snapshot), out_(file) {}

  bool write() {
    out_.open('{');
    out_.key("displayTimeUnit").put_string("ns");
    out_.key("traceEvents").open('[');
    put_names();
    put_scopes();
    put_counters();
    put_failures();
    out_.close(']');
    put_other_data();
    out_.close('}').put("\n");
    return out_.finish();
  }

 private:
  // Opens an event's object.
  JsonOut& begin(const char* phase, uint64_t thread) {
    out_.item().open('{');
    out_.key("ph").put_string(phase);
    out_.key("pid").put(uint64_t{1});
    return out_.key("tid").put(thread);
  }

  void put_name_of(const char* what, uint64_t thread, const std::string& name) {
    begin("M", thread);
    out_.key("name").put_string(what);
    out_.key("args").open('{').key("name").put_string(name).close('}').close('}');
    out_.put("\n");
  }

  void put_names() {
    put_name_of("process_name", 0, "memory");
    uint16_t last = 0;
    for (const Event& event : snapshot_.events) last = std::max(last, event.thread);
    std::vector<bool> is_used(size_t{last} + 1);
    for (const Event& event : snapshot_.events) is_used[event.thread] = true;
    for (size_t thread = 0; thread < is_used.size(); ++thread) {
      if (is_used[thread]) put_name_of("thread_name", thread, "thread " + std::to_string(thread));
    }
  }

  struct Open {
    uint16_t lane;
    uint32_t site;
    uint64_t depth;
    uint16_t thread;
  };

  void put_begin(const Open& scope, uint64_t time) {
    begin("B", scope.thread);
    out_.key("ts").put_time(time);
    out_.key("cat").put_string("scope");
    out_.key("name").put_string(snapshot_.lanes[scope.lane].name);
    out_.key("args").open('{').key("site").put_string(snapshot_.labels[scope.site]);
    out_.key("depth").put(scope.depth).close('}').close('}').put("\n");
  }

  void put_end(const Open& scope, uint64_t time) {
    begin("E", scope.thread);
    out_.key("ts").put_time(time).close('}').put("\n");
  }

  // Spans of one thread have to nest. Scopes do, when they are mem$scopes; ones that C
  // code opens on two allocators and closes in another order are cut where they cross.
  void put_scopes() {
    std::vector<std::vector<Open>> open;  // by thread
    const auto stack_of = [&open](uint16_t thread) -> std::vector<Open>& {
      if (thread >= open.size()) open.resize(size_t{thread} + 1);
      return open[thread];
    };
    for (const Event& event : snapshot_.events) {
      const auto kind = static_cast<EventKind>(event.kind);
      if (kind == EventKind::kEnter) {
        const Open scope = {event.lane, event.site, event.where, event.thread};
        stack_of(event.thread).push_back(scope);
        put_begin(scope, event.nanoseconds);
      } else if (kind == EventKind::kExit) {
        // Mostly the thread's own newest; an arena may have come from another thread.
        const auto is_it = [&event](const Open& s) {
          return s.lane == event.lane && s.depth == event.where;
        };
        for (size_t i = 0; i <= open.size(); ++i) {
          const size_t thread = i == 0 ? event.thread : i - 1;
          if (thread >= open.size()) continue;
          std::vector<Open>& stack = open[thread];
          const auto found = std::find_if(stack.rbegin(), stack.rend(), is_it);
          if (found == stack.rend()) continue;
          const auto at = static_cast<size_t>(stack.rend() - found) - 1;
          for (size_t k = stack.size(); k > at; --k) put_end(stack[k - 1], event.nanoseconds);
          stack.erase(stack.begin() + static_cast<std::ptrdiff_t>(at));
          for (size_t k = at; k < stack.size(); ++k) put_begin(stack[k], event.nanoseconds);
          break;
        }
      }
    }
    for (const std::vector<Open>& stack : open) {
      for (size_t k = stack.size(); k > 0; --k) put_end(stack[k - 1], snapshot_.end);
    }
  }

  // A reader knows a counter by its name. Allocators of one name share one only when they follow
  // each other, as those of an arena that is reset and wrapped again do.
  std::vector<uint64_t> counter_ids() const {
    // By name: which counters there are, and from when on each is free.
    std::map<std::string_view, std::set<std::pair<uint64_t, uint64_t>>> counters;
    std::vector<uint64_t> ids(series_.size());
    for (size_t lane = 0; lane < series_.size(); ++lane) {
      const std::vector<Sample>& samples = series_[lane].samples;
      if (samples.empty()) continue;
      auto& same_name = counters[snapshot_.lanes[lane].name];
      ids[lane] = same_name.size();
      if (!same_name.empty() && same_name.begin()->first <= samples.front().time) {
        ids[lane] = same_name.begin()->second;
        same_name.erase(same_name.begin());
      }
      same_name.emplace(samples.back().bytes == 0 ? samples.back().time : UINT64_MAX, ids[lane]);
    }
    return ids;
  }

  void put_counters() {
    series_ = bytes_over_time(snapshot_, kMaxSamples);
    const std::vector<uint64_t> ids = counter_ids();
    for (size_t lane = 0; lane < series_.size(); ++lane) {
      for (const Sample& sample : series_[lane].samples) {
        begin("C", 0);
        out_.key("ts").put_time(sample.time);
        out_.key("name").put_string(snapshot_.lanes[lane].name + std::string(" bytes"));
        if (ids[lane] != 0) out_.key("id").put(ids[lane] + 1);
        out_.key("args").open('{').key("live").put(sample.bytes).close('}').close('}').put("\n");
      }
    }
  }

  void put_failures() {
    for (const Event& event : snapshot_.events) {
      if (static_cast<EventKind>(event.kind) != EventKind::kFailure) continue;
      begin("i", event.thread);
      out_.key("ts").put_time(event.nanoseconds);
      out_.key("s").put_string("t");
      out_.key("cat").put_string("failure");
      out_.key("name").put_string(snapshot_.lanes[event.lane].name +
                                  std::string(": out of memory"));
      out_.key("args").open('{').key("bytes").put(event.size);
      out_.key("site").put_string(snapshot_.labels[event.site]).close('}').close('}').put("\n");
    }
  }

  void put_other_data() {
    out_.key("otherData").open('{');
    out_.key("complete").put(snapshot_.lost == 0 && snapshot_.unwrapped == 0 ? "true" : "false");
    out_.key("events").put(snapshot_.events.size());
    out_.key("events_lost").put(snapshot_.lost);
    out_.key("allocators_not_traced").put(snapshot_.unwrapped);
    out_.key("allocators").open('[');
    for (size_t lane = 0; lane < snapshot_.lanes.size(); ++lane) {
      out_.item().open('{');
      out_.key("name").put_string(snapshot_.lanes[lane].name);
      out_.key("pages").put(snapshot_.lanes[lane].is_pages ? "true" : "false");
      out_.key("changes_per_sample").put(series_[lane].changes_per_sample);
      put_tables(out_, snapshot_, lane, kMaxSites);
      out_.close('}');
    }
    out_.close(']').close('}');
  }

  const Snapshot& snapshot_;
  JsonOut out_;
  std::vector<Series> series_;
};

}  // namespace

bool write_chrome_json(const Recorder& recorder, FILE* file) {
  const Snapshot snapshot = take_snapshot(recorder);
  return ChromeWriter(snapshot, file).write();
}

}  // namespace cex::detail
