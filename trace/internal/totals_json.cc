#include "trace/internal/totals_json.h"

#include <algorithm>

namespace cex::detail {

void put_tables(JsonOut& out, const Snapshot& snapshot, size_t lane, size_t most_sites) {
  const TraceTotals& t = snapshot.lanes[lane].totals;
  out.key("totals").open('{');
  out.key("allocations").put(t.allocations);
  out.key("reallocations").put(t.reallocations);
  out.key("moves").put(t.moves);
  out.key("frees").put(t.frees);
  out.key("ended_by_scope").put(t.ended_by_scope);
  out.key("failures").put(t.failures);
  out.key("bytes_requested").put(t.bytes_requested);
  out.key("live_blocks").put(t.live_blocks);
  out.key("live_bytes").put(t.live_bytes);
  out.key("peak_blocks").put(t.peak_blocks);
  out.key("peak_bytes").put(t.peak_bytes);
  out.key("scopes").put(t.scopes);
  out.key("max_depth").put(t.max_depth);
  out.key("live_is_exact").put(t.live_is_exact ? "true" : "false");
  out.close('}');

  // Up to the largest class that has any.
  int classes = kTraceSizeClasses;
  while (classes > 0 && t.sizes[classes - 1] == 0) --classes;
  out.key("sizes").open('[');
  for (int i = 0; i < classes; ++i) out.item().put(t.sizes[i]);
  out.close(']');

  const std::vector<SiteRow> rows = snapshot.sites_of(lane);
  out.key("sites").open('[');
  for (size_t i = 0; i < std::min(rows.size(), most_sites); ++i) {
    out.item().open('{');
    out.key("site").put_string(rows[i].label);
    out.key("allocations").put(rows[i].allocations);
    out.key("bytes").put(rows[i].bytes);
    out.key("peak_bytes").put(rows[i].peak_bytes);
    out.key("failures").put(rows[i].failures);
    out.close('}');
  }
  out.close(']');
  out.key("sites_total").put(rows.size());
}

}  // namespace cex::detail
