// The tables of a trace, as both writers have them.
#ifndef CEX_TRACE_INTERNAL_TOTALS_JSON_H_
#define CEX_TRACE_INTERNAL_TOTALS_JSON_H_

#include "trace/internal/json_out.h"
#include "trace/internal/replay.h"

namespace cex::detail {

// `"totals":{…},"sizes":[…],"sites":[…]` of a lane, inside an object; at most
// `most_sites` sites, and "sites_total".
void put_tables(JsonOut& out, const Snapshot& snapshot, size_t lane, size_t most_sites);

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_TOTALS_JSON_H_
