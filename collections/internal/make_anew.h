// What arr$new, hm$new and hf$new call.
#ifndef CEX_COLLECTIONS_INTERNAL_MAKE_ANEW_H_
#define CEX_COLLECTIONS_INTERNAL_MAKE_ANEW_H_

#include <new>

#include "cex/allocator.h"

namespace cex::detail {

// The handle is made anew and not assigned to: it may be the variable whose initializer this is.
template <typename Handle, typename Options>
Handle& make_anew(Handle& handle, IAllocator allocator, const Options& options,
                  Site site = Site::current()) {
  return *::new (static_cast<void*>(&handle)) Handle(Handle::create(allocator, options, site));
}
template <typename Handle, typename Options>
Handle& try_make_anew(Handle& handle, IAllocator allocator, const Options& options,
                      Site site = Site::current()) {
  return *::new (static_cast<void*>(&handle)) Handle(Handle::try_create(allocator, options, site));
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAKE_ANEW_H_
