// Allocators that leave out what MemScope allows to. The first has scopes, without handles of their
// own, and does not say how deep they are.
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

// One without scopes.
inline const Allocator_i no_scopes_allocator = {
    mem$->malloc, mem$->calloc, mem$->realloc, mem$->free,
    nullptr,      nullptr,      nullptr,       {0xf1a9, false, false}};

inline void expect_no_scopes(IAllocator wrapper) {
  EXPECT_EQ(wrapper->scope_enter(wrapper), nullptr);
  EXPECT_EQ(wrapper->scope_depth(wrapper), 0u);
  char* p = mem$malloc(wrapper, 10);
  EXPECT_NE(p, nullptr);
  mem$free(wrapper, p);
}

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_ONE_HANDLE_ALLOCATOR_H_
