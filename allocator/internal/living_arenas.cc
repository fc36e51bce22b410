#include "cex/allocator/internal/living_arenas.h"

#ifdef CEX_TEST

#include <stdio.h>

#include <map>
#include <memory_resource>
#include <mutex>
#include <new>

#include "cex/allocator/internal/block_register.h"
#include "cex/allocator/internal/checks.h"
#include "cex/allocator/internal/living_threads.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/system_pages.h"

namespace cex::detail {
namespace {

struct Arenas {
  std::mutex mutex;
  std::pmr::unsynchronized_pool_resource memory{system_pages()};
  std::pmr::map<const void*, Site> made{&memory};  // each Bump, and where it was created
};

// Never destroyed, nor made by `new`: as the register of mem$'s blocks.
Arenas& arenas() {
  alignas(Arenas) static char memory[sizeof(Arenas)];
  static Arenas& instance = *::new (memory) Arenas;
  return instance;
}

// Only its own thread may look at an arena; one that no thread uses has changed hands.
bool is_own(const Bump* bump) {
  return __atomic_load_n(&bump->owner, __ATOMIC_RELAXED) == this_thread();
}

}  // namespace

void add_arena(Bump* bump) {
  Arenas& all = arenas();
  const std::lock_guard lock(all.mutex);
  all.made.insert_or_assign(bump, current_site);
}

void remove_arena(Bump* bump) {
  Arenas& all = arenas();
  const std::lock_guard lock(all.mutex);
  all.made.erase(bump);
}

void check_no_arena(const void* p, const char* call) {
  Arenas& all = arenas();
  const std::lock_guard lock(all.mutex);
  const auto it = all.made.find(p);
  if (it == all.made.end()) return;
  RegisterFacts facts;
  snprintf(facts.text, sizeof(facts.text), "pages of %zu bytes",
           static_cast<const Bump*>(p)->page_bytes);
  add_site(&facts, "created", it->second);
  die_here("%s of an arena, which AllocatorArena.destroy would end: %p\n    the arena: %s", call, p,
           facts.text);
}

void check_arenas(const char* when) {
  Arenas& all = arenas();
  const std::lock_guard lock(all.mutex);
  for (const auto& [at, made] : all.made) {
    const Bump* const bump = static_cast<const Bump*>(at);
    if (is_own(bump)) check_all(bump, when);
  }
}

void take_arenas_damage(void (*found)(const char* text, void* context), void* context) {
  Arenas& all = arenas();
  const std::lock_guard lock(all.mutex);
  for (const auto& [at, made] : all.made) {
    Bump* const bump = const_cast<Bump*>(static_cast<const Bump*>(at));
    if (is_own(bump)) take_damage(bump, "an arena", found, context);
  }
}

}  // namespace cex::detail

#endif
