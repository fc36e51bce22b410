// One suite that every allocator of the project has to pass, and that a user's
// own can be put through as well:
//
//   INSTANTIATE_TEST_SUITE_P(Mine, AllocatorConformanceTest,
//                            testing::ValuesIn({Candidate{.name = "mine", .make = …}}), name_of);
//
// The tests are in conformance.cc; a test program gets them by instantiating the
// suite.
#ifndef CEX_ALLOCATOR_TESTS_CONFORMANCE_H_
#define CEX_ALLOCATOR_TESTS_CONFORMANCE_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "cex/allocator.h"

namespace cex::testing {

// An allocator under test and what has to live as long as it does.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual IAllocator allocator() = 0;
};

struct Candidate {
  const char* name;

  // Makes a fresh one over `backing`, or over whatever it likes.
  std::function<std::unique_ptr<Subject>(IAllocator backing)> make;

  // Its memory comes from `backing`, all of which is freed with the subject.
  bool is_backed = false;

  // It works only inside a scope.
  bool is_temp = false;

  // It has less memory than may be asked for, and says so by nullptr.
  bool may_run_out = false;

  // A smaller size leaves a block where it is.
  bool shrinks_in_place = true;

  // Fresh memory is filled with 0x7f under CEX_TEST.
  bool fills_fresh = true;

  // Each of its operations takes microseconds.
  bool is_slow = false;

  // Memory that a test may have live at once, and the largest block it may ask for.
  // A subject that cannot give that much counts as broken.
  size_t max_live = size_t{4} << 20;
  size_t max_block = size_t{64} << 10;
};

std::ostream& operator<<(std::ostream& out, const Candidate& candidate);

class AllocatorConformanceTest : public ::testing::TestWithParam<Candidate> {};

// The name of a test's parameter, for INSTANTIATE_TEST_SUITE_P.
std::string name_of(const ::testing::TestParamInfo<Candidate>& info);

// A subject that is a single object with a conversion to IAllocator.
template <typename Make, typename Destroy>
class MadeSubject final : public Subject {
 public:
  MadeSubject(Make make, Destroy destroy) : a_(make()), destroy_(destroy) {}
  ~MadeSubject() override { destroy_(a_); }
  IAllocator allocator() override { return a_; }

 private:
  IAllocator a_;
  Destroy destroy_;
};

// A subject from two functions: one returns an IAllocator, the other ends it.
template <typename Make, typename Destroy>
std::unique_ptr<Subject> subject(Make make, Destroy destroy) {
  return std::make_unique<MadeSubject<Make, Destroy>>(make, destroy);
}

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_CONFORMANCE_H_
