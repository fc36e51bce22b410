/* What a C program does with the interface: use an allocator, and write its own. */
#ifndef CEX_ALLOCATOR_TESTS_C_USER_H_
#define CEX_ALLOCATOR_TESTS_C_USER_H_

#include "cex/allocator.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Allocates, resizes and frees through the pointers; 0, or the line that failed. */
int c_user_allocates(IAllocator a);

/* Nests scopes through the pointers; 0, or the line that failed. */
int c_user_scopes(IAllocator a);

/* "hello, " and the name, in memory of `a`; NULL when there is none. */
char* c_user_greet(IAllocator a, const char* name);

/* An allocator written in C: malloc with the block's size and place in front. */
extern const Allocator_i c_user_heap;
size_t c_user_heap_live(void);

/* One with scopes, written in C, over memory of the caller's: is_arena is set and
 * magic_id is its own. It lies at the start of `memory`, aligned to 64. NULL when
 * `size` is too small. */
IAllocator c_user_stack(void* memory, size_t size);

#define C_USER_HEAP_MAGIC 0x00c0ffee
#define C_USER_STACK_MAGIC 0x00c05cbe

#ifdef __cplusplus
}
#endif

#endif /* CEX_ALLOCATOR_TESTS_C_USER_H_ */
