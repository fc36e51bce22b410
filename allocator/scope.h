/// @file
/// MemScope: memory that goes when its block is left. mem$scope is one line over it.
///
/// ```cpp
/// {
///   cex::MemScope scope(arena);
///   char* scratch = cex::mem_malloc(scope.allocator(), 1000);
///   …
/// }                                  // scratch is gone, arena as it was
/// ```
///
/// Scopes nest to any depth and end in the reverse of the order in which they
/// were opened. Memory from before a scope must not be resized inside it: the
/// resized block would go with the scope (CEX_TEST reports that).
///
/// Works on arenas, on tmem$, and on any allocator with scopes of its own. For one
/// without (mem$) the program ends with a message. Thread safety: the arena's,
/// which belongs to one thread. A coroutine may not suspend inside a scope that
/// another coroutine of the same thread can enter: scopes would end out of order.
#ifndef CEX_ALLOCATOR_SCOPE_H_
#define CEX_ALLOCATOR_SCOPE_H_

#include "cex/allocator/internal/bump_head.h"
#include "cex/site.h"

namespace cex {

/// A guard: its constructor opens a scope, its destructor ends it and frees what was
/// allocated inside.
class MemScope {
 public:
  /// Opens a scope on `a`: an arena, tmem$, or a user's allocator with scopes. One
  /// without scopes, and a user's that has no memory for another one, end the program
  /// with a message.
  [[gnu::always_inline]] explicit MemScope(IAllocator a, Site site = Site::current())
      : outer_(a), inner_(a), head_(&detail::no_window) {
    [[maybe_unused]] const detail::CallSite call(site);
    detail::check_is_there(a);
    if (a->meta.magic_id == detail::kBumpMagic) [[likely]] {
      head_ = detail::bump_head(a);
      if constexpr (detail::kInlineBump) {
        ++head_->entered;
        mark_.cursor = head_->cursor;
        mark_.newest = head_->newest;
        if (detail::is_shut(mark_.cursor, head_->limit)) head_->cursor = head_->first;
      } else {
        mark_ = detail::bump_enter(head_);
      }
    } else {
      // Called from here, so that an allocator which looks for its caller finds the user.
      inner_ = a->meta.is_arena && a->scope_enter != nullptr ? a->scope_enter(a) : nullptr;
      if (inner_ == nullptr) [[unlikely]]
        cannot_enter(a, site);
    }
#ifdef CEX_TEST
    site_ = site;
    if (head_ == &detail::no_window && inner_->scope_depth != nullptr) {
      mark_.depth = inner_->scope_depth(inner_);
    }
#endif
  }

  /// Ends the scope. Under CEX_TEST, ends the program with a message where it is not
  /// the one opened last.
  [[gnu::always_inline]] ~MemScope() {
    if constexpr (detail::kInlineBump) {
      if (head_->newest == mark_.newest) [[likely]] {
        if (head_->cursor > head_->high) [[unlikely]]
          head_->high = head_->cursor;
        head_->cursor = mark_.cursor;
        ++head_->left;
        return;
      }
      mark_.depth = detail::depth_of(head_) - 1;
    }
#ifdef CEX_TEST
    const detail::CallSite call(site_);
#endif
    if (head_->base.meta.magic_id == detail::kBumpMagic) {
      detail::bump_exit(head_, mark_.cursor, mark_.newest, mark_.depth);
    } else {
#ifdef CEX_TEST
      detail::check_depth(inner_, mark_.depth);
#endif
      outer_->scope_exit(outer_);
    }
  }

  MemScope(const MemScope&) = delete;
  MemScope& operator=(const MemScope&) = delete;

  /// What to allocate from inside the scope.
  [[gnu::always_inline]] IAllocator allocator() const { return inner_; }

 private:
  // Reports that an allocator without a bump window opens no scope, and why.
  [[noreturn, gnu::cold]] static void cannot_enter(IAllocator a, Site site);

  IAllocator outer_;
  IAllocator inner_;
  detail::BumpHead* head_;  // no_window: an allocator of another kind
  detail::Mark mark_{};
#ifdef CEX_TEST
  Site site_;
#endif
};

}  // namespace cex

#endif  // CEX_ALLOCATOR_SCOPE_H_
