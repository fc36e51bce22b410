// An allocator with scopes that leaves out what MemScope allows to: its scopes have no handles of
// their own, and it does not say how deep they are.
#ifndef CEX_ALLOCATOR_TESTS_ONE_HANDLE_ALLOCATOR_H_
#define CEX_ALLOCATOR_TESTS_ONE_HANDLE_ALLOCATOR_H_

#include <gtest/gtest.h>

#include "cex/allocator.h"

namespace cex::testing {

inline int one_handle_depth = 0;

inline const Allocator_i one_handle_allocator = {mem$->malloc,
                                                 mem$->calloc,
                                                 mem$->realloc,
                                                 mem$->free,
                                                 [](IAllocator self) {
                                                   ++one_handle_depth;
                                                   return self;
                                                 },
                                                 [](IAllocator) { --one_handle_depth; },
                                                 nullptr,
                                                 {0xf1a8, true, false}};

// Opens and ends scopes of a wrapper of it.
inline void expect_scopes_of_one_handle(IAllocator wrapper) {
  mem$scope(wrapper, outer) {
    EXPECT_EQ(outer->scope_depth(outer), 0u);
    mem$scope(outer, inner) {
      EXPECT_NE(inner, nullptr);
      EXPECT_EQ(one_handle_depth, 2);
    }
  }
  EXPECT_EQ(one_handle_depth, 0);
}

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_ONE_HANDLE_ALLOCATOR_H_
