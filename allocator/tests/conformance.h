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
#include "cex/pmr.h"

namespace cex::testing {

// An allocator under test, and what has to live as long as it does.
struct Subject {
  IAllocator allocator;
  std::shared_ptr<void> owned = nullptr;
};

// A subject that ends by `end(a)`.
template <typename End>
Subject ending(IAllocator a, End end) {
  return {a, std::shared_ptr<void>(nullptr, [a, end](void*) { end(a); })};
}

// The allocator() of a T.
template <typename T, typename Argument>
Subject owning(Argument argument) {
  auto owned = std::make_shared<T>(argument);
  return {owned->allocator(), owned};
}

#ifdef CEX_DETAIL_HAS_PMR
// An IAllocator over a memory_resource over an IAllocator.
struct BothBridges {
  explicit BothBridges(IAllocator a) : resource(a) {}
  IAllocator allocator() const { return bridge.allocator(); }

  PmrResource resource;
  PmrAllocator bridge{&resource};
};
#endif

struct Candidate {
  const char* name;

  // Makes a fresh one over `backing`, or over whatever it likes.
  std::function<Subject(IAllocator backing)> make;

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
};

// Memory that a test may have live at once, and the largest block it may ask for. A subject that
// cannot give that much counts as broken.
inline constexpr size_t kMaxLive = size_t{4} << 20;
inline constexpr size_t kMaxBlock = size_t{64} << 10;

std::ostream& operator<<(std::ostream& out, const Candidate& candidate);

class AllocatorConformanceTest : public ::testing::TestWithParam<Candidate> {};

// The name of a test's parameter, for INSTANTIATE_TEST_SUITE_P.
std::string name_of(const ::testing::TestParamInfo<Candidate>& info);

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_CONFORMANCE_H_
