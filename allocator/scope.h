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
/// scopes that were opened inside it. If an arena is out of memory for another scope, the scope's
/// allocator returns nullptr for every request.
///
/// Works on arenas, tmem$, the allocator of a scope, and any allocator with scopes. For an
/// allocator without scopes (mem$) the program ends with a message. Thread safety: that of the
/// arena, which belongs to one thread. A coroutine must not suspend inside a scope if another
/// coroutine of the thread may open one meanwhile: the scopes would end out of order. longjmp()
/// over a scope does not end it; the end of a scope around it does.
#ifndef CEX_ALLOCATOR_SCOPE_H_
#define CEX_ALLOCATOR_SCOPE_H_

#include "cex/allocator/internal/bump_window.h"
#include "cex/site.h"

namespace cex {

/// A guard: its constructor opens a scope, its destructor ends it and frees what was
/// allocated through its allocator.
class MemScope {
 public:
  /// Opens a scope on `a`: an arena, tmem$, the allocator of another scope, or an allocator of
  /// yours that has scopes. An allocator without scopes, and one of yours that can't open another
  /// scope, end the program with a message.
  [[gnu::always_inline]] explicit MemScope(IAllocator a, Site site = Site::current()) : outer_(a) {
    [[maybe_unused]] const detail::CallSite call(site);
    detail::check_alive(a);
    if constexpr (detail::kInlineBump) {
      if (detail::has_inline_scopes(a->meta.magic_id)) [[likely]] {
        detail::Level* outer = detail::level_of(a);
        detail::Level* inner = outer->inner;
        // Most often `a` is shut, then. A branch, since waiting for `innermost` would cost
        // more than the rest.
        if (inner->limit != outer->limit) {
          outer = detail::level_of(outer->head->innermost);
          inner = outer->inner;
        }
        // A scope of one that has ended is refused: it would leave that as the innermost one.
        if (inner->limit == outer->limit && !detail::is_closed(outer->cursor)) [[likely]] {
          detail::ArenaHead* const head = outer->head;
          ++head->scopes_entered;
          head->innermost = &inner->base;
          outer->limit = outer->shut_limit;
          detail::keep_store_order();
          inner->cursor = outer->cursor;
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
      }
    }
#ifdef CEX_TEST
    site_ = site;
    if (inner_->meta.magic_id == detail::kCheckedLevelMagic) {
      detail::level_of(inner_)->own.guard = &inner_;
    } else if (inner_->scope_depth != nullptr) {
      depth_ = inner_->scope_depth(inner_);
    }
#endif
  }

  /// Ends the scope and all that were opened inside it. Under CEX_TEST, ends the program with a
  /// message if a MemScope of the same allocator that was opened later still exists.
  [[gnu::always_inline]] ~MemScope() {
    if constexpr (detail::kInlineBump) {
      if (inner_->meta.magic_id == detail::kLevelMagic) [[likely]] {
        detail::Level* const inner = detail::level_of(inner_);
        if (!detail::is_shut(inner->limit) && !inner->must_settle) [[likely]] {
          detail::ArenaHead* const head = inner->head;
          char* const cursor = inner->cursor;
          if (cursor > head->high) [[unlikely]] {
            if (detail::is_closed(cursor)) return;  // misuse: it was ended before
            head->high = cursor;
          }
          inner->cursor = detail::closed_cursor();
          detail::keep_store_order();
          head->innermost = outer_;
          // Not what `outer` had: waiting for that would cost more than the rest.
          detail::level_of(outer_)->limit = inner->limit;
          return;
        }
      }
    }
#ifdef CEX_TEST
    const detail::CallSite call(site_);
    if (inner_->meta.magic_id != detail::kCheckedLevelMagic) detail::check_depth(inner_, depth_);
#endif
    // An allocator without levels of its own may have answered with any other.
    const IAllocator ending =
        inner_->meta.is_arena && inner_->scope_exit != nullptr ? inner_ : outer_;
    ending->scope_exit(ending);
  }

  MemScope(const MemScope&) = delete;
  MemScope& operator=(const MemScope&) = delete;

  /// What to allocate from inside the scope.
  [[gnu::always_inline]] IAllocator allocator() const { return inner_; }

 private:
  // The allocator of an arena's scope for which there is no memory. Ends the program where
  // `a` is another allocator, or has no scopes at all.
  [[gnu::cold]] static IAllocator refusal_of(IAllocator a, Site site);

  IAllocator outer_;
  IAllocator inner_ = nullptr;
#ifdef CEX_TEST
  Site site_;
  uint32_t depth_ = 0;
#endif
};

}  // namespace cex

#endif  // CEX_ALLOCATOR_SCOPE_H_
