/// @file
/// The version of cex: macros for `#if`, constants for the rest.
///
/// ```cpp
/// static_assert(CEX_VERSION >= 100, "cex 0.1.0 or newer");
/// printf("cex %s\n", cex::kVersion);
/// ```
///
/// MODULE.bazel's `version` is what a release changes; //tools:version_test holds this file and
/// CHANGELOG.md to it.
#ifndef CEX_VERSION_H_
#define CEX_VERSION_H_

/// Changes when code that worked may not work any more.
#define CEX_VERSION_MAJOR 0

/// Changes when something is added.
#define CEX_VERSION_MINOR 1

/// Changes when something is fixed.
#define CEX_VERSION_PATCH 0

/// One number that grows with each version: 10000 * major + 100 * minor + patch.
#define CEX_VERSION (CEX_VERSION_MAJOR * 10000 + CEX_VERSION_MINOR * 100 + CEX_VERSION_PATCH)

/// The version as text.
#define CEX_VERSION_STRING "0.1.0"

#ifdef __cplusplus
namespace cex {

inline constexpr int kVersionMajor = CEX_VERSION_MAJOR;      ///< CEX_VERSION_MAJOR
inline constexpr int kVersionMinor = CEX_VERSION_MINOR;      ///< CEX_VERSION_MINOR
inline constexpr int kVersionPatch = CEX_VERSION_PATCH;      ///< CEX_VERSION_PATCH
inline constexpr const char* kVersion = CEX_VERSION_STRING;  ///< CEX_VERSION_STRING

}  // namespace cex
#endif

#endif  // CEX_VERSION_H_
