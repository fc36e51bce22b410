#include "cex/sanitizer/internal/text.h"

#include <stdarg.h>
#include <string.h>

#include "cex/sanitizer/internal/format.h"

namespace cex::detail {

Place place_of(Site site) {
  Place place;
  if (site.file != nullptr) {
    format(place.text, sizeof(place.text), "%s:%d", site.file, site.line);
  } else {
    format(place.text, sizeof(place.text), "an unknown line");
  }
  return place;
}

void Text::add(const char* format, ...) {
  const size_t used = strlen(text);
  va_list args;
  va_start(args, format);
  format_list(text + used, sizeof(text) - used, format, args);
  va_end(args);
}

}  // namespace cex::detail
