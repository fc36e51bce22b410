// What a call is named in messages, where it was made, and what it does when it fails.
#ifndef CEX_COLLECTIONS_INTERNAL_OP_H_
#define CEX_COLLECTIONS_INTERNAL_OP_H_

#include <stddef.h>

#include "cex/site.h"

namespace cex::detail {

// What a call that can't get memory does: the plain forms end the program, the `try`
// forms come back.
enum class OnFailure { kDie, kReturnNull };

// A string literal as an argument of a template.
template <size_t kSize>
struct Literal {
  char text[kSize];

  // NOLINTNEXTLINE(google-explicit-constructor): made for converting
  consteval Literal(const char (&from)[kSize]) {
    for (size_t i = 0; i < kSize; ++i) text[i] = from[i];
  }
};

template <Literal kFirst, Literal kSecond>
struct JoinedNames {
  char text[sizeof(kFirst.text) + sizeof(kSecond.text) - 1];

  consteval JoinedNames() {
    size_t at = 0;
    for (const char* p = kFirst.text; *p != '\0'; ++p) text[at++] = *p;
    for (const char c : kSecond.text) text[at++] = c;
  }
};

// "hm$" and "set" as "hm$set".
template <Literal kPrefix, Literal kName>
inline constexpr JoinedNames<kPrefix, kName> kJoined;

struct Op {
  const char* name;
  Site site;
  OnFailure on_failure = OnFailure::kDie;
};

// An operation of a kind of container: "hm$", "hf$".
template <Literal kPrefix, Literal kName>
constexpr Op plain_op(Site site) {
  return {kJoined<kPrefix, kName>.text, site, OnFailure::kDie};
}
template <Literal kPrefix, Literal kName>
constexpr Op try_op(Site site) {
  return {kJoined<kPrefix, kName>.text, site, OnFailure::kReturnNull};
}

// The result of a form that ends the program on failure: callers look for no nullptr, and neither
// need a compiler's analysis (-Wnull-dereference).
template <typename T>
[[gnu::always_inline]] inline T* never_null(T* p) {
  if (p == nullptr) __builtin_unreachable();
  return p;
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_OP_H_
