// Finding the #include directives of a C or C++ file, and telling such files from
// others. Pure functions over bytes: nothing here allocates or does I/O.
//
//   Scanner scanner(text);
//   for (Directive d; scanner.next(&d);) use(d.spelling);
#ifndef CEX_EXAMPLES_INCLUDE_MAP_SCAN_H_
#define CEX_EXAMPLES_INCLUDE_MAP_SCAN_H_

#include <stddef.h>
#include <stdint.h>

#include <string_view>

namespace include_map {

enum class Form : uint8_t {
  kQuote,  // #include "spelling"
  kAngle,  // #include <spelling>
  kOther,  // #include MACRO, or anything else that names no file by itself
};

struct Directive {
  std::string_view spelling;  // between the quotes or brackets; empty for kOther
  Form form = Form::kOther;
  bool is_next = false;  // #include_next
};

// Reads a file from front to back, as the first phases of a compiler do: lines
// joined by a backslash, comments, string and raw string literals, character
// literals and digit separators are all seen for what they are. Conditions (#if)
// are not evaluated: a directive in a branch that no compiler would take is found
// too. `#include`, `#include_next` and `#import` are directives of interest;
// `__has_include` and the `import` of a module are not.
//
// Any bytes will do, NUL included. Time is linear in their number.
class Scanner {
 public:
  // The longest spelling that can be put together from joined lines. No system
  // opens a longer path.
  static constexpr size_t kMaxSpelling = 4096;

  explicit Scanner(std::string_view text);
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  // Puts the next directive into `out`, or returns false at the end. The spelling
  // points into the text or into the scanner, and is good until the next call.
  bool next(Directive* out);

 private:
  bool read_directive(Directive* out);
  bool read_operand(Directive* out);
  bool read_header_name(char closing, std::string_view* spelling);
  bool skip_hash();
  bool skip_splice();
  bool skip_comment();
  void skip_blank();
  void skip_rest_of_line();
  void skip_line_comment();
  void skip_block_comment();
  void skip_identifier();
  void skip_number();
  void skip_literal();
  void skip_raw_string();

  const char* at_;
  const char* end_;
  bool at_line_start_ = true;
  char joined_[kMaxSpelling];
};

enum class NameKind : uint8_t {
  kSource,   // has an extension of C or C++
  kUnknown,  // has no extension: the content decides, see looks_like_header()
  kOther,
};

// What a file's name (without its directory) says about it.
NameKind kind_of_name(std::string_view name);

// How many bytes from the front looks_like_header() wants to see.
inline constexpr size_t kHeadBytes = 4096;

// Whether a file without extension is taken for a header, as <vector> is: the
// first thing in it is a comment or a preprocessor directive. A README, a Makefile
// or a program is not.
bool looks_like_header(std::string_view head);

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_SCAN_H_
