// How an insertion makes an entry whose type has constructors of the user's, which may throw.
#ifndef CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_
#define CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_

#include <new>

namespace cex::detail {

// A new entry without a key: zero, but for what constructors of the user's do. One that may throw
// is called by prepare(), before anything changes.
template <typename E, bool kMayThrow = !noexcept(E{})>
struct MapBlank {
  void prepare() {}
  E* put(void* at) { return ::new (at) E{}; }
};
template <typename E>
struct MapBlank<E, true> {
  MapBlank() {}  // NOLINT(modernize-use-equals-default): a union's is deleted
  void prepare() { ::new (static_cast<void*>(__builtin_addressof(made))) E{}; }
  E* put(void* at) { return ::new (at) E(made); }
  union {
    E made;
  };
};
// Where the entry is put in one piece.
struct MapNoBlank {
  void prepare() {}
};

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_
