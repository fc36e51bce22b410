#include "allocator/tests/c_user.h"

#include <stdlib.h>
#include <string.h>

enum { kWord = sizeof(void*) };
#define IS_AT(field, offset) _Static_assert(offsetof(Allocator_i, field) == (offset), #field)
IS_AT(malloc, 0);
IS_AT(calloc, kWord);
IS_AT(realloc, 2 * kWord);
IS_AT(free, 3 * kWord);
IS_AT(scope_enter, 4 * kWord);
IS_AT(scope_exit, 5 * kWord);
IS_AT(scope_depth, 6 * kWord);
IS_AT(meta, 7 * kWord);
IS_AT(meta.is_arena, 7 * kWord + 4);
IS_AT(meta.is_temp, 7 * kWord + 5);
_Static_assert(sizeof(Allocator_i) == 64 && _Alignof(Allocator_i) == 64, "one cache line");

#define CHECK(condition) \
  if (!(condition)) return __LINE__

static bool is_aligned(const void* p, size_t alignment) {
  return ((uintptr_t)p & (alignment - 1)) == 0;
}

int c_user_allocates(IAllocator a) {
  for (size_t alignment = 1; alignment <= 64; alignment *= 2) {
    char* p = a->malloc(a, 100, alignment);
    CHECK(p != NULL && is_aligned(p, alignment));
    memset(p, 7, 100);
    char* moved = a->realloc(a, p, 5000, alignment);
    CHECK(moved != NULL && is_aligned(moved, alignment));
    CHECK(moved[0] == 7 && moved[99] == 7);
    CHECK(a->realloc(a, moved, SIZE_MAX, alignment) == NULL);
    CHECK(moved[99] == 7);
    long* zeroed = a->calloc(a, 10, sizeof(long), _Alignof(long));
    CHECK(zeroed != NULL && zeroed[0] == 0 && zeroed[9] == 0);
    moved = a->free(a, moved);
    CHECK(moved == NULL);
    a->free(a, zeroed);
  }
  CHECK(a->malloc(a, 0, 16) == NULL);
  CHECK(a->calloc(a, SIZE_MAX, 2, 16) == NULL);
  return 0;
}

int c_user_scopes(IAllocator a) {
  CHECK(a->meta.is_arena);
  const uint32_t depth = a->scope_depth(a);
  IAllocator outer = a->scope_enter(a);
  CHECK(outer != NULL && a->scope_depth(a) == depth + 1);
  char* kept = outer->malloc(outer, 100, 16);
  CHECK(kept != NULL);
  memset(kept, 1, 100);
  for (int round = 0; round < 100; ++round) {
    IAllocator inner = outer->scope_enter(outer);
    CHECK(inner != NULL && a->scope_depth(a) == depth + 2);
    char* p = inner->malloc(inner, 3000, 16);
    CHECK(p != NULL);
    memset(p, 2, 3000);
    char* more = outer->malloc(outer, 10, 16); /* the outer scope's, in the inner one */
    CHECK(more != NULL);
    memset(more, 3, 10);
    inner->scope_exit(inner);
    CHECK(more[9] == 3);
  }
  CHECK(kept[0] == 1 && kept[99] == 1);
  outer->scope_exit(outer);
  CHECK(a->scope_depth(a) == depth);
  return 0;
}

char* c_user_greet(IAllocator a, const char* name) {
  const size_t size = strlen(name) + sizeof("hello, ");
  char* text = a->malloc(a, size, 1);
  if (text == NULL) return NULL;
  memcpy(text, "hello, ", sizeof("hello, ") - 1);
  memcpy(text + sizeof("hello, ") - 1, name, strlen(name) + 1);
  return text;
}

static bool is_valid(size_t size, size_t alignment) {
  return size > 0 && size <= PTRDIFF_MAX && alignment <= 64 && (alignment & (alignment - 1)) == 0;
}

static bool product(size_t count, size_t size, size_t* bytes) {
  if (size != 0 && count > SIZE_MAX / size) return false;
  *bytes = count * size;
  return true;
}

/* In front of each block of c_user_heap: what libc gave, and the block's size. */
struct Front {
  void* memory;
  size_t size;
};

static size_t heap_live = 0;

size_t c_user_heap_live(void) { return heap_live; }

static void* heap_malloc(IAllocator self, size_t size, size_t alignment) {
  (void)self;
  if (!is_valid(size, alignment) || size > PTRDIFF_MAX - 128) return NULL;
  if (alignment < 16) alignment = 16;
  char* memory = malloc(size + alignment + sizeof(struct Front));
  if (memory == NULL) return NULL;
  const uintptr_t begin = (uintptr_t)memory + sizeof(struct Front);
  char* p = memory + (((begin + alignment - 1) & ~(uintptr_t)(alignment - 1)) - (uintptr_t)memory);
  const struct Front front = {memory, size};
  memcpy(p - sizeof(front), &front, sizeof(front));
  ++heap_live;
  return p;
}

static void* heap_calloc(IAllocator self, size_t count, size_t size, size_t alignment) {
  size_t bytes = 0;
  if (!product(count, size, &bytes)) return NULL;
  void* p = heap_malloc(self, bytes, alignment);
  return p == NULL ? NULL : memset(p, 0, bytes);
}

static void* heap_free(IAllocator self, void* p) {
  (void)self;
  if (p == NULL) return NULL;
  struct Front front;
  memcpy(&front, (char*)p - sizeof(front), sizeof(front));
  free(front.memory);
  --heap_live;
  return NULL;
}

static void* heap_realloc(IAllocator self, void* p, size_t size, size_t alignment) {
  if (p == NULL) return heap_malloc(self, size, alignment);
  if (!is_valid(size, alignment)) return NULL;
  struct Front front;
  memcpy(&front, (char*)p - sizeof(front), sizeof(front));
  if (size <= front.size) return p;
  void* moved = heap_malloc(self, size, alignment);
  if (moved == NULL) return NULL;
  memcpy(moved, p, front.size);
  heap_free(self, p);
  return moved;
}

static IAllocator heap_scope_enter(IAllocator self) {
  (void)self;
  return NULL;
}

static void heap_scope_exit(IAllocator self) { (void)self; }

static uint32_t heap_scope_depth(IAllocator self) {
  (void)self;
  return 0;
}

const Allocator_i c_user_heap = {
    heap_malloc,      heap_calloc,     heap_realloc,     heap_free,
    heap_scope_enter, heap_scope_exit, heap_scope_depth, {C_USER_HEAP_MAGIC, false, false},
};

/* Blocks stand one after the other, each behind its size; a scope is a level. */
enum { kMaxDepth = 200 };

struct Stack {
  Allocator_i base;
  char* end;
  char* top;
  uint32_t depth;
  char* levels[kMaxDepth];
};

static struct Stack* stack_of(IAllocator self) { return (struct Stack*)(uintptr_t)self; }

static void* stack_malloc(IAllocator self, size_t size, size_t alignment) {
  struct Stack* stack = stack_of(self);
  if (!is_valid(size, alignment)) return NULL;
  if (alignment < 16) alignment = 16;
  const uintptr_t begin = (uintptr_t)stack->top + sizeof(size_t);
  const size_t skip =
      (size_t)(((begin + alignment - 1) & ~(uintptr_t)(alignment - 1)) - (uintptr_t)stack->top);
  const size_t room = (size_t)(stack->end - stack->top);
  if (skip > room || size > room - skip) return NULL;
  char* p = stack->top + skip;
  memcpy(p - sizeof(size), &size, sizeof(size));
  stack->top = p + size;
  return p;
}

static void* stack_calloc(IAllocator self, size_t count, size_t size, size_t alignment) {
  size_t bytes = 0;
  if (!product(count, size, &bytes)) return NULL;
  void* p = stack_malloc(self, bytes, alignment);
  return p == NULL ? NULL : memset(p, 0, bytes);
}

static void* stack_realloc(IAllocator self, void* p, size_t size, size_t alignment) {
  if (p == NULL) return stack_malloc(self, size, alignment);
  if (!is_valid(size, alignment)) return NULL;
  size_t old_size = 0;
  memcpy(&old_size, (char*)p - sizeof(old_size), sizeof(old_size));
  if (size <= old_size) return p;
  void* moved = stack_malloc(self, size, alignment);
  return moved == NULL ? NULL : memcpy(moved, p, old_size);
}

static void* stack_free(IAllocator self, void* p) {
  (void)self;
  (void)p;
  return NULL;
}

static IAllocator stack_scope_enter(IAllocator self) {
  struct Stack* stack = stack_of(self);
  if (stack->depth == kMaxDepth) return NULL;
  stack->levels[stack->depth++] = stack->top;
  return self;
}

static void stack_scope_exit(IAllocator self) {
  struct Stack* stack = stack_of(self);
  stack->top = stack->levels[--stack->depth];
}

static uint32_t stack_scope_depth(IAllocator self) { return stack_of(self)->depth; }

IAllocator c_user_stack(void* memory, size_t size) {
  if (size < sizeof(struct Stack)) return NULL;
  const struct Stack made = {
      .base = {stack_malloc,
               stack_calloc,
               stack_realloc,
               stack_free,
               stack_scope_enter,
               stack_scope_exit,
               stack_scope_depth,
               {C_USER_STACK_MAGIC, true, false}},
      .end = (char*)memory + size,
      .top = (char*)memory + sizeof(struct Stack),
  };
  memcpy(memory, &made, sizeof(made));
  return (IAllocator)memory;
}
