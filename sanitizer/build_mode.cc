#include "cex/build_mode.h"

#include "cex/version.h"

// The one definition; see the header for what its name is for.
namespace cex::detail {
const char CEX_DETAIL_BUILD_MODE = 1;
#ifdef CEX_DETAIL_ASAN
const char CEX_DETAIL_ASAN_MODE = 1;
#endif
}  // namespace cex::detail

// Defined by both modes, so that a program which links a library of each (and so
// has both of the symbols above) is told by the linker: multiple definition.
extern "C" {
extern const char cex_error_program_with_libraries_built_with_and_without_CEX_TEST;
const char cex_error_program_with_libraries_built_with_and_without_CEX_TEST = 1;

// The version whose symbols this library uses: another library's, where that came first.
extern const int cex_version_in_use;
const int cex_version_in_use = CEX_VERSION;
}

// The linker does not see across shared libraries. So each of them, and the program, has an ELF
// note, which is found whatever symbols are visible, and looks at all others' when it is loaded.
#if defined(__ELF__) && defined(__has_include)
#if __has_include(<link.h>)
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CEX_DETAIL_TEXT_OF(x) #x
#define CEX_DETAIL_TEXT(x) CEX_DETAIL_TEXT_OF(x)
#ifdef CEX_TEST
#define CEX_DETAIL_IS_CHECKED 1
#else
#define CEX_DETAIL_IS_CHECKED 0
#endif

__asm__(
    ".pushsection .note.cex, \"a\", %note\n"
    ".balign 4\n"
    ".long 4, 8, 1\n"  // bytes of the name, and of what follows it; the note's type
    ".asciz \"cex\"\n"
    ".long " CEX_DETAIL_TEXT(CEX_DETAIL_IS_CHECKED) ", " CEX_DETAIL_TEXT(CEX_VERSION) "\n"
    ".popsection\n");

namespace {

struct Note {
  uint32_t name_size;
  uint32_t size;
  uint32_t type;
  char name[4];
  uint32_t is_checked;
  uint32_t version;
};

bool holds(const dl_phdr_info* info, const void* p) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    const uintptr_t offset = reinterpret_cast<uintptr_t>(p) - info->dlpi_addr - part.p_vaddr;
    if (part.p_type == PT_LOAD && offset < part.p_memsz) return true;
  }
  return false;
}

// The note of cex in a part of a library; null: it has none.
const Note* find_note(const char* at, const char* end, size_t align) {
  const auto padded = [align](size_t size) { return (size + align - 1) & ~(align - 1); };
  constexpr size_t kHeader = offsetof(Note, name);
  while (static_cast<size_t>(end - at) >= sizeof(Note)) {
    const auto* const note = reinterpret_cast<const Note*>(at);
    if (note->name_size == 4 && note->size == 8 && memcmp(note->name, "cex", 4) == 0) return note;
    const size_t whole = padded(padded(kHeader + note->name_size) + note->size);
    if (whole > static_cast<size_t>(end - at)) break;
    at += whole;
  }
  return nullptr;
}

const Note* note_of(const dl_phdr_info* info) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    if (part.p_type != PT_NOTE) continue;
    const char* const begin = reinterpret_cast<const char*>(info->dlpi_addr + part.p_vaddr);
    if (!holds(info, begin)) continue;
    const Note* const note = find_note(begin, begin + part.p_memsz, part.p_align == 8 ? 8 : 4);
    if (note != nullptr) return note;
  }
  return nullptr;
}

struct Builds {
  const char* checked = nullptr;  // the names of libraries
  const char* unchecked = nullptr;
  const char* own = nullptr;
  const char* in_use = nullptr;  // whose symbols this library uses
};

const int* version_in_use() {
  const int* p = &cex_version_in_use;
  __asm__("" : "+r"(p));  // it may be another one than the one above
  return p;
}

int look(dl_phdr_info* info, size_t, void* argument) {
  auto* const builds = static_cast<Builds*>(argument);
  const char* const name = info->dlpi_name[0] != '\0' ? info->dlpi_name : "the program";
  static const char here = 0;
  if (holds(info, &here)) builds->own = name;
  if (holds(info, version_in_use())) builds->in_use = name;
  if (const Note* const note = note_of(info)) {
    (note->is_checked != 0 ? builds->checked : builds->unchecked) = name;
  }
  return 0;
}

// Before any other constructor of the same library.
[[gnu::constructor(101)]] void refuse_other_builds() {
  Builds builds;
  dl_iterate_phdr(look, &builds);
  if (builds.checked != nullptr && builds.unchecked != nullptr) {
    fprintf(stderr,
            "cex: one program built with and without CEX_TEST: %s with it, %s without\n"
            "    shared libraries and plugins have to be built like the program\n",
            builds.checked, builds.unchecked);
    abort();
  }
  const int in_use = *version_in_use();
  if (in_use != CEX_VERSION && builds.own != nullptr && builds.in_use != nullptr) {
    fprintf(stderr,
            "cex: two versions of cex share their symbols: %d in %s, %d in %s\n"
            "    build both with one version, or hide the symbols: -Wl,--exclude-libs,ALL\n",
            CEX_VERSION, builds.own, in_use, builds.in_use);
    abort();
  }
}

}  // namespace

#endif
#endif
