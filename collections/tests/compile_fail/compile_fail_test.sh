#!/usr/bin/env bash
# compile_fail_test.sh HEADER: code that cex refuses to compile, and the advice that
# each refusal has to give. HEADER is a header in the tree of headers, as
# …/include/cex/arr.h.
#
# Every snippet is compiled with both compilers where both are there. `good` ones
# show that the refusal is the snippet's fault and not that of what stands around it.
set -uo pipefail

include=${1%/cex/*}
work=${TEST_TMPDIR:-$(mktemp -d)}
failed=0
ran=0

# What every snippet begins with, compiled once per compiler.
cat >"$work/preamble.h" <<'CODE'
#include <stdint.h>
#include <span>
#include <string>
#include <vector>
#define COMMA ,
#include "cex/collections.h"
struct Padded { char c; int i; };
struct WithFloat { float x, y; };
struct Entry { int id; int value; };
struct Destroyed { ~Destroyed() {} };
struct MoveOnly { MoveOnly(MoveOnly&&) = default; MoveOnly(const MoveOnly&) = delete; };
struct alignas(128) Huge { char c; };
struct Bits { unsigned a : 3; unsigned b : 3; };
struct Handled { arr$(int) list; std::string name; };
struct NoBlank { int i; explicit NoBlank(int from) : i(from) {} };
struct ExplicitBlank { int i; explicit ExplicitBlank(int from = 0) : i(from) {} };
struct NoAssign { const int i; };
struct Method { int get() { return 1; } int field; };
struct HandMade {
  struct It {
    int i;
    int operator*() const { return i; }
    It& operator++() { return ++i, *this; }
    bool operator!=(const It& other) const { return i != other.i; }
  };
  It begin() { return {0}; }
  It end() { return {3}; }
};
struct Ages : cex::Hm<int, int> {
  Ages() = default;
  explicit Ages(const cex::Hm<int, int>& m) : cex::Hm<int, int>(m) {}
};
struct Uncomparable {
  double x;
  template <typename H> friend H AbslHashValue(H h, const Uncomparable& u) {
    return H::combine(std::move(h), u.x);
  }
};
struct HashesPadded {
  Padded p;
  bool operator==(const HashesPadded&) const { return true; }
  template <typename H> friend H AbslHashValue(H h, const HashesPadded& u) {
    return H::combine(std::move(h), u.p);
  }
};
struct Path {  // as std::filesystem::path
  const Path* begin() const { return this; }
  const Path* end() const { return this + 1; }
};
struct HashesPath {
  Path p;
  bool operator==(const HashesPath&) const { return true; }
  template <typename H> friend H AbslHashValue(H h, const HashesPath& u) {
    return H::combine(std::move(h), u.p);
  }
};
struct View { std::string_view text; };
struct AnyCase : std::char_traits<char> {
  static bool eq(char x, char y) { return (x | 0x20) == (y | 0x20); }
};
struct Hashed {
  double x;
  bool operator==(const Hashed&) const = default;
  template <typename H> friend H AbslHashValue(H h, const Hashed& u) {
    return H::combine(std::move(h), u.x);
  }
};
CODE
compilers=()
for compiler in g++ clang++; do
  command -v "$compiler" >/dev/null || continue
  compilers+=("$compiler")
  mkdir -p "$work/$compiler"
  cp "$work/preamble.h" "$work/$compiler/preamble.h"
  "$compiler" -std=c++20 -I "$include" -x c++-header "$work/$compiler/preamble.h" \
    -o "$work/$compiler/preamble.h.gch" || exit 1
done

# compile COMPILER CODE: compiles CODE as a function's body.
compile() {
  echo "void test([[maybe_unused]] int* plain, [[maybe_unused]] IAllocator a) { $2 }" \
    >"$work/snippet.cc"
  "$1" -std=c++20 -fsyntax-only -I "$include" -include "$work/$1/preamble.h" "$work/snippet.cc" \
    >"$work/log" 2>&1
}

# refuse ADVICE CODE
refuse() {
  local compiler
  for compiler in "${compilers[@]}"; do
    ran=$((ran + 1))
    if compile "$compiler" "$2"; then
      echo "FAILED: $compiler accepts: $2"
      failed=1
    elif ! tr '\n' ' ' <"$work/log" | grep -qF "$1"; then
      echo "FAILED: $compiler does not say '$1' about: $2"
      head -20 "$work/log"
      failed=1
    fi
  done
}

# good CODE
good() {
  local compiler
  for compiler in "${compilers[@]}"; do
    ran=$((ran + 1))
    if ! compile "$compiler" "$1"; then
      echo "FAILED: $compiler refuses: $1"
      head -20 "$work/log"
      failed=1
    fi
  done
}

good 'arr$(int) x = arr$new(x, a); arr$push(x, 1); arr$pushm(x, 1, 2); arr$del(x, 0);'
good 'hm$(int, Padded) m = hm$new(m, a); hm$set(m, 1, {1, 2});'
good 'for$each (i, plain, 3) (void)i;'

good 'arr$(int) x; arr$(arr$(int)) xs = arr$new(xs, a); arr$push(xs, x);'
good 'hm$(uint8_t[16], int) m = hm$new(m, a); hm$(wchar_t, int) w = hm$new(w, a);'
good 'hm$(Hashed, Padded) m = hm$new(m, a); hm$set(m, {1.5}, {1, 2});'

# A plain pointer where an array is meant.
plain='this is a plain T*, not an arr$(T) handle'
refuse "$plain" 'arr$push(plain, 1);'
refuse "$plain" 'arr$push(plain, 1, 2);'
refuse "$plain" 'arr$try_push(plain, 1);'
refuse "$plain" 'arr$pushm(plain, 1, 2);'
refuse "$plain" 'arr$pusha(plain, plain, 2);'
refuse "$plain" 'arr$ins(plain, 0, 1);'
refuse "$plain" '(void)arr$try_pushm(plain, 1, 2);'
refuse "$plain" '(void)arr$try_pusha(plain, plain, 2);'
refuse "$plain" '(void)arr$try_ins(plain, 0, 1);'
refuse "$plain" '(void)arr$try_setcap(plain, 1);'
refuse "$plain" '(void)arr$try_new(plain, a);'
refuse "$plain" 'int fixed[4]; arr$push(fixed, 1);'
refuse "$plain" 'const char** names = nullptr; arr$push(names, "x");'
refuse "$plain" 'arr$(int) x; arr$push(x.data(), 1);'
refuse "$plain" 'arr$del(plain, 0);'
refuse "$plain" 'arr$delswap(plain, 0);'
refuse "$plain" 'arr$pop(plain);'
refuse "$plain" 'arr$last(plain);'
refuse "$plain" 'arr$at(plain, 0);'
refuse "$plain" 'arr$sort(plain);'
refuse 'a comparison that returns bool, a signed number, or an ordering' \
  'arr$(int) x; arr$sort(x, [](int p, int q) -> unsigned { return p < q; });'
refuse "$plain" 'arr$cap(plain);'
refuse "$plain" 'arr$setcap(plain, 10);'
refuse "$plain" 'arr$clear(plain);'
refuse "$plain" 'arr$free(plain);'
refuse "$plain" 'arr$new(plain, a);'
refuse "$plain" '(void)arr$grow_check(plain, 1);'
refuse 'arr$len of a plain pointer' 'arr$len(plain);'
refuse 'say how many elements there are' 'for$each (i, plain) (void)i;'
refuse 'say how many elements there are' 'for$eachp (i, plain) (void)i;'
refuse 'a temporary std::initializer_list' 'for$each (i, std::initializer_list<int>{1}) (void)i;'
refuse 'a temporary std::initializer_list' 'for$eachp (i, std::initializer_list<int>{1}) (void)i;'
refuse 'over something that is no range' 'for$each (i, 5) (void)i;'
refuse 'over something that is no range' 'HandMade r; for$each (i, r) (void)i;'
good 'HandMade r; for (int i : r) (void)i;'

# A pointer that can't be set to null.
constant='cex: mem$free(a, p) sets p to nullptr, and this p is const'
refuse "$constant" 'int* const p = mem$malloc(a, 8); mem$free(a, p);'
refuse "$constant" 'void* p = plain; [p, a] { mem$free(a, p); }();'
good 'void* const p = mem$malloc(a, 8); mem$free(a, +p); [=]() mutable { mem$free(a, plain); }();'

# A handle that can't be made.
constant='make the handle, and this one is const'
refuse "$constant" 'const hm$(int, int) m = hm$new(m, a);'
refuse "$constant" 'const hf$(int, int) m = hf$try_new(m, a);'
refuse "$constant" 'const arr$(int) x; arr$new(x, a);'
good 'Ages m; hm$new(m, a); hm$set(m, 1, 2);'
good 'const auto m = cex::Hm<int COMMA int>::create(a); hm$set(m, 1, 2);'

# The result of an allocation used as a pointer before it has a type.
typeless='write `T* p = mem$malloc('
refuse "$typeless" 'auto p = mem$malloc(a, 8); *p = 1;'
refuse "$typeless" 'auto p = mem$malloc(a, 8); p[0] = 1;'
refuse "$typeless" 'auto p = mem$malloc(a, 8); memset(p, 0, 2 * sizeof(*p));'
refuse "$typeless" 'auto p = mem$malloc(a, 8); memset(p, 0, 2 * sizeof(p[0]));'
refuse "$typeless" 'auto p = mem$calloc(a, 1, sizeof(Entry)); p->id = 1;'
refuse "$typeless" 'auto p = mem$realloc(a, plain, 8); p[1] = 1;'
refuse "$typeless" 'auto p = mem$malloc(a, 8); mem$free(a, p);'
refuse "$typeless" 'const auto p = mem$malloc(a, 8); mem$free(a, p);'
good 'auto p = mem$malloc(a, 8); if (p == nullptr) return; int* q = p; q[0] = 1; (void)p.get();'

# Elements and values that can't be moved as bytes.
trivial='T must be trivially copyable and trivially destructible'
refuse "$trivial" 'arr$(std::string) x = arr$new(x, a);'
refuse "$trivial" 'arr$(Destroyed) x = arr$new(x, a);'
refuse "$trivial" 'arr$(MoveOnly) x = arr$new(x, a);'
refuse "$trivial" 'arr$(std::string) x; arr$len(x);'
refuse "$trivial" 'arr$(Handled) x = arr$new(x, a);'
refuse "$trivial" 'arr$(std::vector<int>) x = arr$new(x, a);'
refuse 'Use std::vector<T> (over an IAllocator' 'arr$(MoveOnly) x; arr$len(x);'
refuse 'aligned beyond 64 bytes' 'hm$(int, Huge) m = hm$new(m, a);'
refuse 'aligned beyond 64 bytes' 'arr$(Huge) x = arr$new(x, a);'
refuse 'T is const or volatile' 'arr$(const int) x = arr$new(x, a); arr$push(x, 1);'
refuse 'must be trivially copyable' 'hm$(int, std::string) m = hm$new(m, a);'
refuse 'std::string_view with .copy_keys' 'hm$(std::string, int) m = hm$new(m, a);'

# Keys.
refuse 'it has padding' 'hm$(Padded, int) m = hm$new(m, a);'
refuse 'it has padding' 'hm$(WithFloat, int) m = hm$new(m, a);'
refuse 'takes no floating point keys' 'hm$(double, int) m = hm$new(m, a);'
refuse 'it has padding' 'hm$(Bits, int) m = hm$new(m, a);'
refuse 'give the type an operator== and an AbslHashValue' 'hm$(Uncomparable, int) m = hm$new(m, a);'
refuse 'a type that hm$ can'"'"'t hash' 'hm$(HashesPadded, int) m = hm$new(m, a); hm$set(m, {}, 1);'
refuse 'a type that hm$ can'"'"'t hash' 'hm$(HashesPath, int) m = hm$new(m, a); hm$set(m, {}, 1);'
state='cex::HmHashState({1, 2})'
refuse "can't hash: give that type an AbslHashValue" "cex::HmHashState::combine($state, View());"
refuse 'whose traits say what is equal' \
  "cex::HmHashState::combine($state, std::basic_string<char, AnyCase>());"
refuse 'takes no floating point keys' 'hm$(float, int) m = hm$new(m, a);'
refuse 'takes no wide text as keys' 'hm$(wchar_t*, int) m = hm$new(m, a);'
refuse 'Use text in UTF-8' 'hm$(const char16_t*, int) m = hm$new(m, a);'
refuse 'takes no wide text as keys' 'hm$(const char32_t*, int) m = hm$new(m, a);'
refuse 'hash where this view' 'hm$(std::u8string_view, int) m = hm$new(m, a);'
refuse 'hash where this view' 'hm$(std::wstring_view, int) m = hm$new(m, a);'
refuse 'hash where this view' 'hm$(std::span<const int>, int) m = hm$new(m, a);'
refuse 'hash where this view' 'hm$(std::span<const int COMMA 4>, int) m = hm$new(m, a);'
refuse 'it has padding' 'hm$(float[4], int) m = hm$new(m, a);'
method='takes no pointers to member functions as keys'
refuse "$method" 'hm$(int (Method::*)(), int) m = hm$new(m, a);'
refuse "$method" 'using F = int (Method::*)(); hf$(F[2], int) m = hf$new(m, a);'
good 'hm$(int Method::*, int) m = hm$new(m, a); hm$(int (*)(), int) f = hm$new(f, a);'
refuse 'needs a field called key' 'hm$s(Entry) m = hm$new(m, a);'

# Values that hm$set can't make or assign, but hm$sets can.
blank='make an entry of its key alone'
refuse "$blank" 'hm$(int, NoBlank) m = hm$new(m, a); hm$set(m, 1, NoBlank(2));'
refuse "$blank" 'hf$(int, NoBlank) m = hf$new(m, a); hf$setp(m, 1);'
refuse "$blank" 'hm$(int, NoBlank) m = hm$new(m, a); (void)hm$try_setp(m, 1);'
refuse 'that is not explicit' 'hm$(int, ExplicitBlank) m = hm$new(m, a); hm$setp(m, 1);'
refuse 'assigns the value' 'hm$(int, NoAssign) m = hm$new(m, a); hm$set(m, 1, {2});'
refuse 'assigns the value' 'hf$(int, NoAssign) m = hf$new(m, a); (void)hf$try_set(m, 1, {2});'
good 'hm$(int, NoBlank) m = hm$new(m, a); hm$sets(m, {1, NoBlank(2)});'
good 'hm$(int, NoAssign) m = hm$new(m, a); hm$sets(m, {1, {2}}); hm$setp(m, 3);'

if [[ $ran == 0 ]]; then
  echo "FAILED: no compiler was found"
  failed=1
fi
echo "$ran snippets compiled"
exit "$failed"
