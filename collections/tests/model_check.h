// MODEL_CHECK: what the models of this directory assert with. It ends the program,
// since they run under libFuzzer as well as in tests, and says how to run it again.
#ifndef CEX_COLLECTIONS_TESTS_MODEL_CHECK_H_
#define CEX_COLLECTIONS_TESTS_MODEL_CHECK_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

namespace cex {

// What is under way, for the message.
struct ModelRun {
  const char* what = "";
  const char* memory = "";
  uint64_t seed = 0;
  uint64_t step = 0;          // of this run
  uint64_t total = 0;         // operations of the whole program
  uint64_t total_failed = 0;  // of them, those that got no memory
};
inline ModelRun model_run;

[[noreturn, gnu::cold, gnu::noinline]] inline void model_failed(const char* condition,
                                                                const char* file, int line) {
  fprintf(stderr, "%s:%d: false: %s\n  %s, memory: %s, seed %llu, step %llu\n", file, line,
          condition, model_run.what, model_run.memory,
          static_cast<unsigned long long>(model_run.seed),
          static_cast<unsigned long long>(model_run.step));
  abort();
}

#define MODEL_CHECK(...)                                                       \
  do {                                                                         \
    if (!(__VA_ARGS__)) ::cex::model_failed(#__VA_ARGS__, __FILE__, __LINE__); \
  } while (false)

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_MODEL_CHECK_H_
