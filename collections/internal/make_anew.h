// What arr$new, hm$new and hf$new call.
#ifndef CEX_COLLECTIONS_INTERNAL_MAKE_ANEW_H_
#define CEX_COLLECTIONS_INTERNAL_MAKE_ANEW_H_

#include <new>
#include <type_traits>

#include "cex/allocator.h"

namespace cex::detail {

// The handle is made anew and not assigned to: it may be the variable whose initializer this is.
template <typename Handle, typename Made>
Handle& put_anew(Handle& handle, Made made) {
  static_assert(
      !std::is_const_v<Handle>,
      "cex: arr$new, hm$new and hf$new make the handle, and this one is const. Declare it "
      "without const, or as in `const auto m = cex::Hm<K, V>::create(allocator);`.");
  return *::new (static_cast<void*>(&handle)) Handle(made);
}

template <typename Handle, typename Options>
Handle& make_anew(Handle& handle, IAllocator allocator, const Options& options,
                  Site site = Site::current()) {
  return put_anew(handle, Handle::create(allocator, options, site));
}
template <typename Handle, typename Options>
Handle& try_make_anew(Handle& handle, IAllocator allocator, const Options& options,
                      Site site = Site::current()) {
  return put_anew(handle, Handle::try_create(allocator, options, site));
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAKE_ANEW_H_
