// Keys of every kind that hm$ takes, by number.
#ifndef CEX_COLLECTIONS_TESTS_HM_MODEL_KEYS_H_
#define CEX_COLLECTIONS_TESTS_HM_MODEL_KEYS_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace cex {

enum class ModelColor : uint8_t {};
enum class ModelWideEnum : int64_t {};

// Compared and hashed by their bytes; the first fits a word.
struct ModelCell {
  uint32_t x, y;
};
struct ModelWide {
  uint64_t parts[3];
};

// Has padding, whose bytes must not matter, and says itself what is equal.
struct ModelOwn {
  double x;
  char c;
  bool operator==(const ModelOwn& o) const { return x == o.x && c == o.c; }
  template <typename H>
  friend H AbslHashValue(H h, const ModelOwn& o) {
    return H::combine(std::move(h), o.x, o.c);
  }
};

// Calls `f.template operator()<K>()` with the type of kind number `kind`.
inline constexpr size_t kModelKeyKinds = 13;
template <typename F>
void with_model_key(size_t kind, F f) {
  switch (kind) {
    case 0:
      return f.template operator()<uint64_t>("uint64_t");
    case 1:
      return f.template operator()<int>("int");
    case 2:
      return f.template operator()<int16_t>("int16_t");
    case 3:
      return f.template operator()<ModelColor>("enum of a byte");
    case 4:
      return f.template operator()<ModelWideEnum>("enum of 8 bytes");
    case 5:
      return f.template operator()<int*>("pointer");
    case 6:
      return f.template operator()<const char*>("const char*");
    case 7:
      return f.template operator()<char*>("char*");
    case 8:
      return f.template operator()<std::string_view>("string_view");
    case 9:
      return f.template operator()<char[16]>("char[16]");
    case 10:
      return f.template operator()<ModelCell>("struct of 8 bytes");
    case 11:
      return f.template operator()<ModelWide>("struct of 24 bytes");
    default:
      return f.template operator()<ModelOwn>("struct with AbslHashValue");
  }
}

// All keys collide in the degenerate variant, and each operation is linear.
#ifdef CEX_DETAIL_DEGENERATE_HASH
inline constexpr size_t kModelKeys = 150;
#else
inline constexpr size_t kModelKeys = 3000;
#endif

template <typename K>
class ModelKeys {
 public:
  static constexpr bool kIsText = std::is_same_v<K, const char*> || std::is_same_v<K, char*> ||
                                  std::is_same_v<K, std::string_view> || std::is_array_v<K>;
  // Whether the map keeps a pointer to the text, and .copy_keys means something.
  static constexpr bool kPointsToText = kIsText && !std::is_array_v<K>;

  // There are so many.
  static constexpr size_t kCount =
      std::is_same_v<K, ModelColor> && kModelKeys > 256 ? 256 : kModelKeys;

  // Key number `n`, as an argument. Text that is to be `kept` lies there for ever, at
  // one place for each n; the rest lies there until it is spoilt.
  auto get(size_t n, bool kept) {
    if constexpr (std::is_same_v<K, const char*> || std::is_same_v<K, char*>) {
      return text_of(n, kept).c_str();
    } else if constexpr (kIsText) {
      return std::string_view(text_of(n, kept));
    } else if constexpr (std::is_same_v<K, ModelCell>) {
      return ModelCell{static_cast<uint32_t>(n % 7), static_cast<uint32_t>(n / 7)};
    } else if constexpr (std::is_same_v<K, ModelWide>) {
      return ModelWide{{n % 5, n / 5, ~n}};
    } else if constexpr (std::is_same_v<K, ModelOwn>) {
      ModelOwn key;
      memset(static_cast<void*>(&key), ++dirt_, sizeof(key));
      const size_t fifth = n / 5;
      key.x = fifth == 0 && dirt_ % 2 == 0 ? -0.0 : static_cast<double>(fifth);
      key.c = static_cast<char>(n % 5);
      return key;
    } else if constexpr (std::is_pointer_v<K>) {
      return reinterpret_cast<K>(n << 6);  // n == 0: a null pointer is a key
    } else {
      return static_cast<K>(n * 0x9e37);
    }
  }

  // Where get(n, true) has its text; nullptr where a map keeps no pointer to text.
  static const char* kept_text(size_t n) { return kPointsToText ? texts()[n].data() : nullptr; }

  // Overwrites the text of the last key that was not to be kept.
  void spoil() { text_.assign(text_.size(), '?'); }

  static bool is(const K& stored, size_t n) {
    if constexpr (std::is_array_v<K>) {
      return std::string_view(stored, detail::text_length(stored, sizeof(stored))) == texts()[n];
    } else if constexpr (kIsText) {
      return std::string_view(stored) == texts()[n];
    } else if constexpr (std::is_same_v<K, ModelCell>) {
      return stored.x == n % 7 && stored.y == n / 7;
    } else if constexpr (std::is_same_v<K, ModelWide>) {
      return stored.parts[0] == n % 5 && stored.parts[1] == n / 5 && stored.parts[2] == ~n;
    } else if constexpr (std::is_same_v<K, ModelOwn>) {
      return stored.x == static_cast<double>(n / 5) && stored.c == static_cast<char>(n % 5);
    } else if constexpr (std::is_pointer_v<K>) {
      return stored == reinterpret_cast<K>(n << 6);
    } else {
      return stored == static_cast<K>(n * 0x9e37);
    }
  }

  // Where a stored key's text lies; nullptr for other keys.
  static const char* text_at(const K& stored) {
    if constexpr (!kPointsToText) {
      return nullptr;
    } else if constexpr (std::is_same_v<K, std::string_view>) {
      return stored.data();
    } else {
      return stored;
    }
  }

 private:
  // Of 0 to 50 characters, and some of 400, which key pages keep apart.
  static const std::vector<std::string>& texts() {
    static const std::vector<std::string> all = [] {
      std::vector<std::string> made(kCount);
      for (size_t n = 1; n < kCount; ++n) {
        made[n] = std::to_string(n * 31);
        if constexpr (kPointsToText) made[n] += std::string(n % 50 == 7 ? 400 : n % 40, '.');
        // A NUL is a character of a string_view, and of no other text.
        if (std::is_same_v<K, std::string_view> && n % 9 == 0) made[n] += {'\0', 'x'};
      }
      return made;
    }();
    return all;
  }

  const std::string& text_of(size_t n, bool kept) {
    if (kept) return texts()[n];
    return text_ = texts()[n];
  }

  std::string text_;
  unsigned char dirt_ = 0;
};

// Writes the key number `n` where an entry or a variable has its key.
template <typename K>
void put_key(K* to, size_t n) {
  static ModelKeys<K> keys;
  const auto key = keys.get(n, true);
  if constexpr (std::is_array_v<K>) {
    memset(*to, 0, sizeof(K));
    memcpy(*to, key.data(), key.size());
  } else if constexpr (std::is_same_v<K, char*>) {
    *to = const_cast<char*>(key);
  } else {
    *to = key;
  }
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_HM_MODEL_KEYS_H_
