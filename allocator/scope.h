/// @file
/// MemScope: memory that is freed when its block is left. mem$scope is one line over it.
///
/// ```cpp
/// {
///   cex::MemScope scope(arena);
///   char* scratch = cex::mem_malloc(scope.allocator(), 1000);
///   char* result = cex::mem_malloc(arena, 100);        // the arena's: it stays
///   …
/// }                                  // scratch is freed, result is not
/// ```
///
/// Each scope is an allocator of its own, and memory belongs to the scope whose allocator was
/// named, whatever the depth of the call. Scopes nest to any depth. A scope that ends also ends the
/// scopes that were opened inside it. If an allocator has no memory for another scope, the scope's
/// own allocator returns nullptr for every request.
///
/// Works on arenas, tmem$, the allocator of a scope, and any allocator with scopes. For an
/// allocator without scopes (mem$) the program ends with a message. Thread safety: that of the
/// arena, which belongs to one thread. A coroutine must not suspend inside a scope if another
/// coroutine of the thread may open one meanwhile: the scopes would end out of order. longjmp()
/// over a scope does not end it; the end of a scope around it does, and CEX_TEST reports that.
#ifndef CEX_ALLOCATOR_SCOPE_H_
#define CEX_ALLOCATOR_SCOPE_H_

#include "cex/allocator/internal/bump_window.h"
#include "cex/site.h"

namespace cex {

namespace detail {

// The scope that could not be opened: an allocator without memory, whose scopes have none either.
extern const Allocator_i kNoScope;

// Scopes that are open, as the allocator says.
inline uint32_t scope_depth_of(IAllocator a) {
  return a->scope_depth != nullptr ? a->scope_depth(a) : 0;
}

// Whose scope_exit() ends a scope on `outer`: that of `inner`, what scope_enter() answered, unless
// it is without scopes, as an allocator without levels of its own may answer.
inline IAllocator ending_of(IAllocator inner, IAllocator outer) {
  return inner->meta.is_arena && inner->scope_exit != nullptr ? inner : outer;
}

}  // namespace detail

/// A guard: its constructor opens a scope, its destructor ends it and frees what was
/// allocated through its allocator.
class MemScope {
 public:
  /// Opens a scope on `a`: an arena, tmem$, the allocator of another scope, or an allocator of
  /// yours that has scopes. An allocator without scopes ends the program with a message.
  [[gnu::always_inline]] explicit MemScope(IAllocator a, Site site = Site::current()) : outer_(a) {
    [[maybe_unused]] const detail::CallSite call(site);
    detail::check_alive(a);
    if constexpr (detail::kInlineBump) {
      if (detail::has_inline_scopes(a->meta.magic_id)) [[likely]] {
        detail::Level* outer = detail::level_of(a);
        uintptr_t limit = outer->limit;
        // A branch, since waiting for `innermost` would cost more than the rest.
        if (limit == detail::kShut) {
          outer = detail::level_of(outer->head->innermost);
          limit = outer->limit;
        }
        detail::Level* const inner = outer->inner;
        if (detail::is_open(limit) && inner != nullptr) [[likely]] {
          head_ = outer->head;
          ++head_->scopes_entered;
          head_->innermost = &inner->base;
          outer->limit = detail::kShut;
          detail::keep_store_order();
          inner->cursor = outer->cursor;
          inner->limit = limit;
          outer_ = &outer->base;
          inner_ = &inner->base;
          return;
        }
      }
    }
    // Called from here, so that an allocator which looks for its caller finds the user.
    inner_ = a->meta.is_arena && a->scope_enter != nullptr ? a->scope_enter(a) : nullptr;
    if (inner_ == nullptr) [[unlikely]]
      inner_ = refusal_of(a, site);
    if constexpr (detail::kInlineBump) {
      if (inner_->meta.magic_id == detail::kLevelMagic) {
        outer_ = &detail::level_of(inner_)->outer->base;
        head_ = detail::level_of(inner_)->head;
      }
    }
#ifdef CEX_TEST
    site_ = site;
    if (inner_->meta.magic_id == detail::kCheckedLevelMagic) {
      detail::level_of(inner_)->own.guard = &inner_;
    } else {
      depth_ = detail::scope_depth_of(inner_);
    }
#endif
  }

  /// Ends the scope and all that were opened inside it. Under CEX_TEST, ends the program with a
  /// message if a MemScope of the same allocator that was opened later still exists; through an
  /// AllocatorGuard, a trace, or an allocator of yours, also if a scope_enter() inside has had no
  /// scope_exit().
  [[gnu::always_inline]] ~MemScope() {
    if constexpr (detail::kInlineBump) {
      if (head_ != nullptr) [[likely]] {
        detail::Level* const inner = detail::level_of(inner_);
        const uintptr_t limit = inner->limit;
        if (detail::is_open(limit) && !inner->must_settle) [[likely]] {
          char* const cursor = inner->cursor;
          if (cursor > head_->high) [[unlikely]]
            head_->high = cursor;
          inner->limit = detail::kClosed;
          detail::keep_store_order();
          head_->innermost = outer_;
          detail::level_of(outer_)->limit = limit;
          return;
        }
      }
    }
#ifdef CEX_TEST
    const detail::CallSite call(site_);
    if (inner_->meta.magic_id != detail::kCheckedLevelMagic) detail::check_depth(inner_, depth_);
#endif
    const IAllocator ending = detail::ending_of(inner_, outer_);
    ending->scope_exit(ending);
  }

  MemScope(const MemScope&) = delete;
  MemScope& operator=(const MemScope&) = delete;

  /// What to allocate from inside the scope.
  [[gnu::always_inline]] IAllocator allocator() const { return inner_; }

 private:
  // An allocator that refuses each request, for a scope for which there is no memory. Ends the
  // program if `a` has no scopes at all.
  [[gnu::cold]] static IAllocator refusal_of(IAllocator a, Site site);

  IAllocator outer_;
  IAllocator inner_ = nullptr;
  detail::ArenaHead* head_ = nullptr;  // of a scope that inline code may end
#ifdef CEX_TEST
  Site site_;
  uint32_t depth_ = 0;
#endif
};

}  // namespace cex

#endif  // CEX_ALLOCATOR_SCOPE_H_
