// json_sum DOM: reads standard input and prints the checksum of the document, or why it is
// none; DOM is cex, std or std_pmr. json_sum --make BYTES writes the benchmark's document.
// A test compares it with an independent parser.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <string>
#include <string_view>

#include "bench/programs/json_dom.h"
#include "bench/programs/json_input.h"

namespace {

template <typename Dom>
int print_sum(const std::string& text) {
  Dom dom;
  if (!dom.parse(text)) {
    printf("byte %zu: %s\n", dom.error().at, dom.error().what);
    return 1;
  }
  printf("%016" PRIx64 "\n", dom.checksum());
  return 0;
}

std::string read_all(FILE* file) {
  std::string text;
  char buffer[4096];
  for (size_t got = 0; (got = fread(buffer, 1, sizeof(buffer), file)) > 0;)
    text.append(buffer, got);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace cex::bench;  // NOLINT: a program's own
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (argc == 3 && what == "--make") {
    const std::string text = make_json(strtoul(argv[2], nullptr, 10));
    return fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
  }
  if (argc == 2 && what == CexJson::kName) return print_sum<CexJson>(read_all(stdin));
  if (argc == 2 && what == Std::kName) return print_sum<StdJson<Std>>(read_all(stdin));
  if (argc == 2 && what == StdPmr::kName) return print_sum<StdJson<StdPmr>>(read_all(stdin));
  fputs("json_sum: wants cex, std or std_pmr, or --make BYTES\n", stderr);
  return 2;
}
