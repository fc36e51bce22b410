// A main() for a fuzz target without libFuzzer: runs it once on each file of the
// directories that are its arguments.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "collections/tests/model_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      if (entry.is_regular_file()) paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    if (!file) {
      fprintf(stderr, "%s can't be read\n", path.c_str());
      return 1;
    }
    // Known before it can crash.
    fprintf(stderr, "%s: ", path.c_str());
    const uint64_t before = cex::model_run.total;
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    fprintf(stderr, "%llu operations\n",
            static_cast<unsigned long long>(cex::model_run.total - before));
  }
  fprintf(stderr, "%zu files, %llu operations, %llu of them without memory\n", paths.size(),
          static_cast<unsigned long long>(cex::model_run.total),
          static_cast<unsigned long long>(cex::model_run.total_failed));
  // A corpus that was not found, or that no longer decodes to anything, proves nothing.
  return paths.size() >= 20 && cex::model_run.total >= 1000 && cex::model_run.total_failed >= 10
             ? 0
             : 1;
}
