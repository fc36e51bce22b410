/// @file
/// cex::MapOf: the members that hm$ and hf$ have in common. Include cex/hm.h or cex/hf.h.
///
/// ```cpp
/// auto ages = cex::Hm<const char*, int>::create(mem$, {.copy_keys = true});
/// ages.set("ann", 41);
/// *ages.setp("bob") += 1;              // added as 0 if it is new
/// int age = ages.get("ann");           // 0 if there is none
/// if (auto* entry = ages.find("eve")) entry->value = 7;
/// ages.erase_if([](const auto& entry) { return entry.value > 40; });
/// ages.free();
/// ```
///
/// Each macro (`hm$set`, `hf$set`) is one call of the member of that name; hm$gets is find().
/// A handle is one pointer, null by default. Its copies are the same map, also after it has grown,
/// so operations take a const handle. It owns nothing: free(), or the end of the allocator's scope,
/// frees the memory.
///
/// Out of memory: the plain members end the program with a message; the `try_` members return null
/// or false and leave the map unchanged. A map holds at most 2^31 entries; more count as out of
/// memory. Keys, values and entries may lie in the map itself, also if the call makes it grow.
/// Lookups on a null map find nothing; inserting into one ends the program. `site` is the caller's
/// line for messages; leave it out.
///
/// Functions of yours may throw: a key's AbslHashValue() or ==, a constructor of a key or value.
/// Then the map is unchanged (except by erase_if()), but pointers to entries may be invalid.
///
/// Thread safety: any number of readers, or one writer.
#ifndef CEX_COLLECTIONS_MAP_H_
#define CEX_COLLECTIONS_MAP_H_

#include <stddef.h>

#include <new>
#include <type_traits>

#include "cex/allocator.h"
#include "cex/collections/internal/make_anew.h"
#include "cex/collections/internal/map_header.h"
#include "cex/collections/internal/map_ops.h"
#include "cex/index.h"

namespace cex {

namespace detail {
struct MapAccess;
}  // namespace detail

/// Options of a new map, in this order.
struct HmOptions {
  Count capacity = 0;      ///< entries that fit without growing; 0 for a few
  uint64_t seed = 0;       ///< of the hash; 0 for a random seed
  bool copy_keys = false;  ///< keep copies of text keys (char*, std::string_view)
  /// The size of the pages into which those copies are packed; 0: each copy is a block.
  /// Implies copy_keys.
  Count copy_keys_arena_pgsize = 0;
};

/// An entry of a hm$(K, V) or hf$(K, V).
template <typename K, typename V>
struct HmEntry {
  K key;    ///< not to be changed while it is in the map
  V value;  ///< may be changed at any time
};

/// The type of key parameters: integers, enums and pointers by value; text as const char* (char*
/// keys), as std::string_view, or as any text that has data() and size() (char[N] keys); structs by
/// reference.
template <typename E>
using HmKeyParam = typename detail::HmKeyOf<E>::Param;

/// The type of E's value.
template <typename E>
using HmValue = std::remove_cvref_t<decltype(static_cast<E*>(nullptr)->value)>;

/// A map of entries of type E, which has a `.key`. `Handle` is HmOf<E> or HfOf<E>; `L` is the
/// layout of its entries.
template <typename Handle, typename E, typename L>
class MapOf {
  // E as a template parameter of the members, so that it must be complete only when they are
  // called: a struct may hold a map of its own type.
  template <typename T>
  using Key = HmKeyParam<T>;
  template <typename T>
  using Value = HmValue<T>;
  // As Value, but const where the field is.
  template <typename T>
  using Slot = std::remove_reference_t<decltype(static_cast<T*>(nullptr)->value)>;

 public:
  using value_type = E;               ///< As every range has it.
  using size_type = size_t;           ///< As every range has it.
  using difference_type = ptrdiff_t;  ///< As every range has it.
  using reference = E&;               ///< As every range has it.

  /// An empty map in memory of `allocator`. A null allocator ends the program in every build.
  [[nodiscard]] static Handle create(IAllocator allocator, HmOptions options = {},
                                     Site site = Site::current()) {
    return make(allocator, options, op<"new">(site));
  }
  /// As create(), but null when out of memory.
  [[nodiscard]] static Handle try_create(IAllocator allocator, HmOptions options = {},
                                         Site site = Site::current()) {
    return make(allocator, options, try_op<"try_new">(site));
  }

  /// Frees the memory, copied keys too, and makes the handle null; a null handle is fine.
  void free(Site site = Site::current()) {
    if (header_ == nullptr) return;
    detail::map_free<E, L>(header_, op<"free">(site));
    header_ = nullptr;
  }

  /// Removes all entries and keeps the room for them; a null map is fine. A hf$, and a hm$ whose
  /// AbslHashValue is not noexcept, may free room if they used little of it. The time is linear in
  /// the largest number of entries, or of reserved ones, since the last clear(); for a hf$ in an
  /// arena, it is linear in the map's room. Each copied key takes one more step.
  void clear(Site site = Site::current()) const {
    if (header_ != nullptr) detail::map_clear<E, L>(header_, op<"clear">(site));
  }

  /// Makes room for `count` entries in all, the present ones included; the map does not grow until
  /// it has more entries. Does nothing if there is enough room. May move the entries, like an
  /// insertion.
  void reserve(Count count, Site site = Site::current()) const {
    reserve_as(count, op<"reserve">(site));
  }
  /// As reserve(), but false when out of memory; the map is unchanged then.
  [[nodiscard]] bool try_reserve(Count count, Site site = Site::current()) const {
    return reserve_as(count, try_op<"try_reserve">(site));
  }

  /// Frees the memory that the entries do not need, for a map that was large once. May move the
  /// entries, like an insertion. It allocates the smaller table first; if there is no memory for
  /// that, it returns false (which may be ignored) and leaves the map unchanged. Pages of copied
  /// keys stay until the map is cleared. A null map is fine.
  bool shrink(Site site = Site::current()) const {
    return header_ == nullptr || detail::map_shrink<E, L>(header_, op<"shrink">(site));
  }

  /// The number of entries; 0 for a null map.
  size_t size(Site site = Site::current()) const {
    if (header_ == nullptr) return 0;
    check(site);
    return header_->length;
  }
  /// Whether there are no entries.
  bool empty(Site site = Site::current()) const { return size(site) == 0; }

  /// Sets the value of `key`; returns a pointer to the entry, never null.
  template <typename T = E>
  T* set(Key<T> key, const std::type_identity_t<Value<T>>& value,
         Site site = Site::current()) const {
    return detail::map_set<T, L>(header_, key, value, op<"set">(site));
  }
  /// As set(), but nullptr when out of memory; the map is unchanged then.
  template <typename T = E>
  [[nodiscard]] T* try_set(Key<T> key, const std::type_identity_t<Value<T>>& value,
                           Site site = Site::current()) const {
    return detail::map_set<T, L>(header_, key, value, try_op<"try_set">(site));
  }

  /// A pointer to the value of `key`; if there is none, adds one that is zero. Never null.
  template <typename T = E>
  Slot<T>* setp(Key<T> key, Site site = Site::current()) const {
    return __builtin_addressof(
        detail::map_insert_key<T, L>(header_, key, op<"setp">(site)).entry->value);
  }
  /// As setp(), but nullptr when out of memory; the map is unchanged then.
  template <typename T = E>
  [[nodiscard]] Slot<T>* try_setp(Key<T> key, Site site = Site::current()) const {
    T* const entry = detail::map_insert_key<T, L>(header_, key, try_op<"try_setp">(site)).entry;
    return entry == nullptr ? nullptr : __builtin_addressof(entry->value);
  }

  /// Sets a whole entry, found by its key; returns a pointer to it, never null.
  E* sets(const E& entry, Site site = Site::current()) const {
    return detail::map_put<E, L>(header_, entry, op<"sets">(site));
  }
  /// As sets(), but nullptr when out of memory; the map is unchanged then.
  [[nodiscard]] E* try_sets(const E& entry, Site site = Site::current()) const {
    return detail::map_put<E, L>(header_, entry, try_op<"try_sets">(site));
  }

  /// What hm$sets calls: sets().
  E* sets_at(Site site, const E& entry) const { return sets(entry, site); }
  /// What hm$sets calls with several values: the fields of an entry, in order.
  template <typename... Vs>
  requires(sizeof...(Vs) > 1) E* sets_at(Site site, Vs&&... fields) const {
    const detail::Op call = op<"sets">(site);
    return detail::map_put<E, L>(
        header_, detail::map_make_entry<E>(call, static_cast<Vs&&>(fields)...), call);
  }
  /// What hm$try_sets calls: try_sets().
  [[nodiscard]] E* try_sets_at(Site site, const E& entry) const { return try_sets(entry, site); }
  /// What hm$try_sets calls with several values: the fields of an entry, in order.
  template <typename... Vs>
  requires(sizeof...(Vs) > 1) [[nodiscard]] E* try_sets_at(Site site, Vs&&... fields) const {
    const detail::Op call = try_op<"try_sets">(site);
    return detail::map_put<E, L>(
        header_, detail::map_make_entry<E>(call, static_cast<Vs&&>(fields)...), call);
  }

  /// The entry of `key`, or nullptr.
  template <typename T = E>
  inline T* find(Key<T> key, Site site = Site::current()) const {
    return find_as<T>(key, op<"gets">(site));
  }
  /// A pointer to the value of `key`, or nullptr.
  template <typename T = E>
  inline Slot<T>* getp(Key<T> key, Site site = Site::current()) const {
    T* const entry = find_as<T>(key, op<"getp">(site));
    return entry == nullptr ? nullptr : __builtin_addressof(entry->value);
  }
  /// The value of `key`, or zero if there is none.
  template <typename T = E>
  inline Value<T> get(Key<T> key, Site site = Site::current()) const {
    const T* const entry = find_as<T>(key, op<"get">(site));
    return entry == nullptr ? Value<T>{} : Value<T>(entry->value);
  }
  /// The value of `key`, or `otherwise` if there is none.
  template <typename T = E>
  inline Value<T> get_or(Key<T> key, const std::type_identity_t<Value<T>>& otherwise,
                         Site site = Site::current()) const {
    const T* const entry = find_as<T>(key, op<"get">(site));
    return Value<T>(entry == nullptr ? otherwise : entry->value);
  }
  /// What hm$get calls: get().
  template <typename T = E>
  Value<T> get_at(Site site, Key<T> key) const {
    return get<T>(key, site);
  }
  /// What hm$get calls where there is a third argument: get_or().
  template <typename T = E>
  Value<T> get_at(Site site, Key<T> key, const std::type_identity_t<Value<T>>& otherwise) const {
    return get_or<T>(key, otherwise, site);
  }

  /// Looks up the `count` keys at `keys`, and stores a pointer to the value of each, or nullptr, in
  /// `values`. In a map of 65,536 entries or more, up to 64 lookups wait for memory together: with
  /// hundreds of keys in a call it takes at most half the time of getp() for each. In a smaller map
  /// it is a loop of getp(). The type of the keys is that of getp()'s parameter, or converts to it.
  /// If hashing or comparing a key throws, some of `values` are stored.
  template <typename Q, typename T = E>
  void getp_many(const Q* keys, Count count, Slot<T>** values, Site site = Site::current()) const {
    const auto put = [values](size_t i, T* entry) {
      values[i] = entry == nullptr ? nullptr : __builtin_addressof(entry->value);
    };
    if (header_ == nullptr) {
      for (size_t i = 0; i < count.value(); ++i) values[i] = nullptr;
    } else {
      detail::map_find_many<T, L>(header_, keys, count.value(), put, op<"getp_many">(site));
    }
  }

  /// Removes `key`; returns whether it was there. In a hm$ the last entry moves into its place; all
  /// others stay where they are.
  template <typename T = E>
  bool del(Key<T> key, Site site = Site::current()) const {
    return header_ != nullptr && detail::map_erase<T, L>(header_, key, op<"del">(site));
  }

  /// Removes all entries for which `goes(entry)` is true; returns their number. The others keep
  /// their order; in a hm$ they move. Takes time linear in the size of the map, and allocates
  /// nothing. `goes` is called once for each entry, and must not use the map or change a key. If it
  /// or a hash throws, that entry stays, and so do those that `goes` was not called for.
  template <typename Goes>
  size_t erase_if(Goes goes, Site site = Site::current()) const {
    if (header_ == nullptr) return 0;
    return detail::map_erase_if<E, L>(header_, goes, op<"erase_if">(site));
  }

  /// Whether it is not null.
  constexpr explicit operator bool() const { return header_ != nullptr; }

  /// Whether both are the same map, not whether the entries are equal.
  friend constexpr bool operator==(const Handle& a, const Handle& b) {
    return a.header_ == b.header_;
  }

 protected:
  constexpr MapOf() = default;

  template <detail::Literal kName>
  static constexpr detail::Op op(Site site) {
    return detail::plain_op<L::kPrefix, kName>(site);
  }
  template <detail::Literal kName>
  static constexpr detail::Op try_op(Site site) {
    return detail::try_op<L::kPrefix, kName>(site);
  }
  void check(Site site) const {
    detail::map_check(header_, detail::map_layout<E>(), L::kPrefix.text, site);
  }

  detail::MapHeader* header_ = nullptr;

 private:
  friend struct detail::MapAccess;

  static Handle make(IAllocator allocator, const HmOptions& options, const detail::Op& op) {
    Handle made;
    made.header_ = detail::map_create(allocator,
                                      {options.capacity.value(), options.seed, options.copy_keys,
                                       options.copy_keys_arena_pgsize.value()},
                                      detail::map_layout<E>(), detail::HmKeyOf<E>::kPointsToText,
                                      L::kStart, L::kEnd, op);
    return made;
  }

  bool reserve_as(Count count, const detail::Op& op) const {
    if (header_ == nullptr) detail::map_die_of_null(op.name, op.site);
    return detail::map_reserve<E, L>(header_, count.value(), op);
  }

  // Always inline, or clang makes the Op, which only a report needs, in memory with each lookup.
  // Its callers say `inline` for clang's sake, too: it inlines larger functions that do.
  template <typename T>
  [[gnu::always_inline]] inline T* find_as(Key<T> key, const detail::Op& op) const {
    return header_ == nullptr ? nullptr : detail::map_find<T, L>(header_, key, op);
  }
};

namespace detail {

// For tests.
struct MapAccess {
  template <typename Handle, typename E, typename L>
  static MapHeader* header(const MapOf<Handle, E, L>& m) {
    return m.header_;
  }
};

template <typename M>
concept AnyMap = requires(M& m) {
  MapAccess::header(m);
};

// The handle itself; a compile error with advice where it is none.
template <typename M>
constexpr M& as_map(M& m) {
  static_assert(!std::is_pointer_v<M>,
                "cex: this is a plain pointer, not a map. Declare the variable or parameter as "
                "hm$(K, V), hm$s(S), hf$(K, V) or hf$s(S).");
  static_assert(std::is_pointer_v<M> || AnyMap<M>,
                "cex: this is no map. Declare the variable or parameter as hm$(K, V), hm$s(S), "
                "hf$(K, V) or hf$s(S).");
  return m;
}
template <typename M>
constexpr const M& as_map(const M&& m) {
  return as_map(m);
}

}  // namespace detail
}  // namespace cex

#endif  // CEX_COLLECTIONS_MAP_H_
