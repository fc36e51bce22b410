// Text for reports, put together piece by piece. Allocates nothing; a signal handler may do it.
#ifndef CEX_SANITIZER_INTERNAL_TEXT_H_
#define CEX_SANITIZER_INTERNAL_TEXT_H_

#include "cex/report.h"

namespace cex::detail {

// "FILE:LINE", or "an unknown line".
struct Place {
  char text[600];
};
Place place_of(Site site);

struct Text {
  char text[1500] = "";  // with two long paths

  [[gnu::format(CEX_DETAIL_PRINTF, 2, 3)]] void add(const char* format, ...);

  // ", VERB at FILE:LINE".
  void add_site(const char* verb, Site site) { add(", %s at %s", verb, place_of(site).text); }
};

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_TEXT_H_
