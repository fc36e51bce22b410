// What writes a trace: see cex/trace.h.
#ifndef CEX_TRACE_INTERNAL_WRITERS_H_
#define CEX_TRACE_INTERNAL_WRITERS_H_

#include <stdio.h>

namespace cex::detail {

class Recorder;

// False and errno when something can't be written.
bool write_chrome_json(const Recorder& recorder, FILE* file);
bool write_html(const Recorder& recorder, FILE* file, const char* title);

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_WRITERS_H_
