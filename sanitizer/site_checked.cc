// The line of the call under way, and names of files for whoever keeps a line.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <atomic>
#include <new>

#include "cex/site.h"

namespace cex::detail {

constinit thread_local Site current_site{};

namespace {

// A copy of a file's name, which stays.
struct FileName {
  const char* original;
  FileName* next;
  const char* text;
};

// By the address of the original. Without a lock, which a child of fork() could find taken.
constexpr size_t kNameLists = 1024;
constinit std::atomic<FileName*> file_names[kNameLists] = {};

// Room for the names of some thousand files. It goes with the library that this is part of: memory
// of malloc would be lost then.
alignas(FileName) constinit char name_memory[size_t{1} << 18] = {};
constinit std::atomic<size_t> name_bytes = 0;

}  // namespace

Site kept(Site site) {
  if (site.file == nullptr) return site;
  auto& first = file_names[reinterpret_cast<uintptr_t>(site.file) / 8 % kNameLists];
  FileName* newest = first.load(std::memory_order_acquire);
  for (FileName* name = newest; name != nullptr; name = name->next) {
    // Another library's name may have come to lie at the same address.
    if (name->original == site.file && strcmp(name->text, site.file) == 0) {
      return {name->text, site.line};
    }
  }
  const size_t size = strlen(site.file) + 1;
  const size_t bytes =
      (sizeof(FileName) + size + alignof(FileName) - 1) / alignof(FileName) * alignof(FileName);
  const size_t at = name_bytes.fetch_add(bytes, std::memory_order_relaxed);
  if (at + bytes > sizeof(name_memory)) return site;  // no more room
  char* const text = name_memory + at + sizeof(FileName);
  memcpy(text, site.file, size);
  auto* const name = ::new (name_memory + at) FileName{site.file, newest, text};
  do {
    name->next = newest;
  } while (!first.compare_exchange_weak(newest, name, std::memory_order_acq_rel));
  return {name->text, site.line};
}

}  // namespace cex::detail
