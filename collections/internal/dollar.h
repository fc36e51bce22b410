// Lets a `$` stand in a name without a warning from here on, in the including file
// too: clang counts it as an extension under -Wpedantic.
#ifndef CEX_COLLECTIONS_INTERNAL_DOLLAR_H_
#define CEX_COLLECTIONS_INTERNAL_DOLLAR_H_

#ifdef __clang__
#pragma clang diagnostic ignored "-Wdollar-in-identifier-extension"
#endif

#endif  // CEX_COLLECTIONS_INTERNAL_DOLLAR_H_
