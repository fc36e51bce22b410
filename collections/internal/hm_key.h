// What a hm$ knows about its keys: how they are passed, hashed, compared, stored.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_KEY_H_
#define CEX_COLLECTIONS_INTERNAL_HM_KEY_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <concepts>
#include <type_traits>

#include "cex/build_mode.h"
#include "cex/collections/internal/hm_hash.h"
#include "cex/collections/internal/text.h"
#include "cex/hash_state.h"

namespace cex::detail {

enum class HmKeyKind {
  kScalar,     // an integer, bool, pointer, or enum without an AbslHashValue: by value
  kCString,    // pointers to char, unsigned char, signed char, char8_t: by the text up to the NUL
  kView,       // std::string_view: by its text
  kCharArray,  // char[N]: by the text up to the NUL, or all of it
  kCustom,     // AbslHashValue and ==
  kBytes,      // a struct or array in which equal values have equal bytes
  kFloat,      // these are refused
  kWideText,   // pointers to wchar_t and the like
  kWideView,   // a string_view of other characters than char, a span
  kMethod,     // pointers to member functions
  kOther,
};

// The literal's type is char8_t, or with -fno-char8_t, char.
template <typename T>
inline constexpr bool kIsNarrow =
    std::is_same_v<T, char> || std::is_same_v<T, unsigned char> || std::is_same_v<T, signed char> ||
    std::is_same_v<T, decltype(u8'0')>;
template <typename T>
inline constexpr bool kIsWide =
    std::is_same_v<T, wchar_t> || std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

// What points to elements and would be hashed by where they are.
template <typename K>
inline constexpr bool kIsOtherView = requires {
  typename K::element_type;
  K::extent;
};
template <AnyTextView K>
inline constexpr bool kIsOtherView<K> = true;

template <typename K>
constexpr HmKeyKind hm_key_kind() {
  using Pointee = std::remove_cv_t<std::remove_pointer_t<K>>;
  if constexpr (std::is_member_function_pointer_v<std::remove_all_extents_t<K>>) {
    return HmKeyKind::kMethod;
  } else if constexpr (std::is_bounded_array_v<K>) {
    if (std::is_same_v<std::remove_extent_t<K>, char>) return HmKeyKind::kCharArray;
    return std::has_unique_object_representations_v<K> ? HmKeyKind::kBytes : HmKeyKind::kOther;
  } else if constexpr (std::is_pointer_v<K> && kIsNarrow<Pointee>) {
    return HmKeyKind::kCString;
  } else if constexpr (std::is_pointer_v<K> && kIsWide<Pointee>) {
    return HmKeyKind::kWideText;
    // NOLINTNEXTLINE(bugprone-branch-clone): what comes between goes first
  } else if constexpr (std::is_pointer_v<K> || (std::is_integral_v<K> && sizeof(K) <= 8)) {
    return HmKeyKind::kScalar;
  } else if constexpr (std::is_floating_point_v<K>) {
    return HmKeyKind::kFloat;
  } else if constexpr (HashesItself<K, HmHashState> && std::equality_comparable<K>) {
    // Before enums, views and kBytes: a type that says what equality is means it.
    return HmKeyKind::kCustom;
  } else if constexpr (std::is_enum_v<K>) {
    return HmKeyKind::kScalar;
  } else if constexpr (TextView<K>) {
    return HmKeyKind::kView;
  } else if constexpr (kIsOtherView<K>) {
    return HmKeyKind::kWideView;
  } else if constexpr (std::has_unique_object_representations_v<K>) {
    return HmKeyKind::kBytes;
  } else {
    return HmKeyKind::kOther;
  }
}

template <typename K>
constexpr void hm_check_key() {
  constexpr HmKeyKind kKind = hm_key_kind<K>();
  static_assert(kKind != HmKeyKind::kFloat,
                "cex: hm$ takes no floating point keys: NaN equals nothing, not even itself, 0.0 "
                "equals -0.0 with other bytes, and rounding makes keys that look equal differ. Use "
                "an integer: a scaled number, or std::bit_cast where the very bits are meant.");
  static_assert(kKind != HmKeyKind::kWideText,
                "cex: hm$ takes no wide text as keys: it would hash the address, not the text. Use "
                "text in UTF-8 (char*, char8_t* or std::string_view); for the address itself, "
                "uintptr_t.");
  static_assert(
      kKind != HmKeyKind::kWideView,
      "cex: hm$ would hash where this view's elements are, not what they are. Use "
      "std::string_view, also for other bytes (with .copy_keys, where they may go), or an "
      "array.");
  static_assert(kKind != HmKeyKind::kMethod,
                "cex: hm$ takes no pointers to member functions as keys: equal ones may differ in "
                "bytes. Use an enum that says which function is meant.");
  static_assert(kKind != HmKeyKind::kOther,
                "cex: hm$ can't hash this key by its bytes: it has padding between or behind its "
                "fields, or parts (floating point, say) in which equal values differ in bytes. "
                "Fill the padding with named fields, or give the type an operator== and an "
                "AbslHashValue.");
}

// Text that is looked for in char[N] keys.
struct HmText {
  template <TextLike T>
  HmText(const T& from)  // NOLINT(google-explicit-constructor): as a string_view
      : text(is_null(from) ? null_text() : text_of(from)) {}

  // With the checks: a null pointer is reported where the call is known.
  static constexpr Text null_text() { return {nullptr, 1}; }
  bool is_null_text() const { return text.data() == nullptr && !text.empty(); }

  Text text;

 private:
  template <typename T>
  static bool is_null([[maybe_unused]] const T& from) {
    if constexpr (kChecked && std::is_pointer_v<T>) return from == nullptr;
    return false;
  }
};

template <typename K>
struct HmKey {
  static constexpr HmKeyKind kKind = hm_key_kind<K>();
  static constexpr bool kIsText =
      kKind == HmKeyKind::kCString || kKind == HmKeyKind::kView || kKind == HmKeyKind::kCharArray;
  // Whether .copy_keys means anything: the entry holds a pointer to the text.
  static constexpr bool kPointsToText = kKind == HmKeyKind::kCString || kKind == HmKeyKind::kView;
  // Comparing with each of a few such keys takes less time than hashing one.
  static constexpr bool kIsScanned = kKind == HmKeyKind::kScalar;

  // Whether hashing a key may throw.
#ifdef __cpp_exceptions
  static constexpr bool kHashMayThrow = [] {
    if constexpr (kKind != HmKeyKind::kCustom)
      return false;
    else
      return !noexcept(AbslHashValue(HmHashState(HmSeed{}), *static_cast<const K*>(nullptr)));
  }();
#else
  static constexpr bool kHashMayThrow = false;
#endif

  // How functions take a key.
  using Param = std::conditional_t<
      kKind == HmKeyKind::kScalar, std::remove_cv_t<K>,
      std::conditional_t<
          kKind == HmKeyKind::kCString, const std::remove_pointer_t<K>*,
          std::conditional_t<kKind == HmKeyKind::kCharArray, HmText,
                             std::conditional_t<kIsText, std::remove_cv_t<K>, const K&>>>>;

  // A key in the form that is hashed and compared; a CString's length is taken once.
  using Probe = std::conditional_t<kKind == HmKeyKind::kScalar, std::remove_cv_t<K>,
                                   std::conditional_t<kIsText, Text, const K&>>;

  // A key that is to be stored: a probe that can be pointed elsewhere when what it was
  // given as moves.
  using Source = std::conditional_t<std::is_reference_v<Probe>, const K*, Probe>;

  static Source source(Probe key) {
    if constexpr (std::is_reference_v<Probe>) {
      return __builtin_addressof(key);
    } else {
      return key;
    }
  }
  static Probe probe_of(Source key) {
    if constexpr (std::is_reference_v<Probe>) {
      return *key;
    } else {
      return key;
    }
  }

  static Probe probe(Param key) {
    if constexpr (kKind == HmKeyKind::kCharArray) {
      // As it would read back from the field.
      return text_of_array(key.text.data(), key.text.size());
    } else if constexpr (kKind == HmKeyKind::kCString) {
      return text_of(reinterpret_cast<const char*>(key));
    } else if constexpr (kKind == HmKeyKind::kView) {
      return text_of(key);
    } else {
      return key;
    }
  }

  static Probe probe_stored(const K& key) {
    if constexpr (kKind == HmKeyKind::kCharArray) {
      return text_of_array(key, sizeof(K));
    } else if constexpr (kKind == HmKeyKind::kCString) {
      return text_of(reinterpret_cast<const char*>(key));
    } else if constexpr (kKind == HmKeyKind::kView) {
      return text_of(key);
    } else {
      return key;
    }
  }

  // Asks for the cache line of a text that is about to be hashed. Always inline: g++ removes calls
  // of a function that does nothing but prefetch.
  [[gnu::always_inline]] static void prefetch_text(const K& key) {
    if constexpr (kKind == HmKeyKind::kCString) __builtin_prefetch(key);
    if constexpr (kKind == HmKeyKind::kView) __builtin_prefetch(key.data());
  }

  static uint64_t hash(Probe key, HmSeed seed) {
    if constexpr (kKind == HmKeyKind::kScalar) {
      if constexpr (std::is_pointer_v<K>) {
        return hm_hash_word(reinterpret_cast<uintptr_t>(key), seed);
      } else {
        return hm_hash_word(static_cast<uint64_t>(key), seed);
      }
    } else if constexpr (kIsText) {
      return hm_hash_bytes(key.data(), key.size(), seed);
    } else if constexpr (kKind == HmKeyKind::kCustom) {
      return AbslHashValue(HmHashState(seed), key).finish();
    } else if constexpr (sizeof(K) <= 8) {
      uint64_t word = 0;
      memcpy(&word, __builtin_addressof(key), sizeof(K));
      return hm_hash_word(hm_little(word), seed);
    } else {
      return hm_hash_bytes(reinterpret_cast<const char*>(__builtin_addressof(key)), sizeof(K),
                           seed);
    }
  }

  static bool equal(const K& stored, Probe key) {
    if constexpr (kKind == HmKeyKind::kCString) {
      // A CString probe has a NUL behind it and none inside.
      return strcmp(reinterpret_cast<const char*>(stored), key.data()) == 0;
    } else if constexpr (kKind == HmKeyKind::kBytes) {
      return memcmp(__builtin_addressof(stored), __builtin_addressof(key), sizeof(K)) == 0;
    } else if constexpr (kIsText) {
      return probe_stored(stored) == key;
    } else if constexpr (kKind == HmKeyKind::kScalar && std::is_enum_v<K>) {
      // As it is hashed, whatever an == of the user's says.
      using Int = std::underlying_type_t<K>;
      return static_cast<Int>(stored) == static_cast<Int>(key);
    } else {
      return stored == key;
    }
  }
};

template <typename E>
struct HmKeyTypeOf {
  using Type = int;  // there is no key, of which map_layout() tells
};
template <typename E>
requires requires(E e) { e.key; }
struct HmKeyTypeOf<E> {
  using Type = std::remove_cv_t<decltype(E::key)>;
};
template <typename E>
using HmKeyOf = HmKey<typename HmKeyTypeOf<E>::Type>;
template <typename E>
using HmProbe = typename HmKeyOf<E>::Probe;
template <typename E>
using HmSource = typename HmKeyOf<E>::Source;

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_KEY_H_
