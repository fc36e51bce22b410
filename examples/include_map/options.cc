#include "examples/include_map/options.h"

#include <unistd.h>

#include <charconv>

#include "examples/include_map/output.h"
#include "examples/include_map/strings.h"

namespace include_map {
namespace {

void usage_error(std::string_view what, std::string_view argument, std::string_view rest) {
  char buffer[1024];
  Output err(STDERR_FILENO, buffer, sizeof(buffer));
  err.put("include_map: ").put(what).put(" '").put_name(argument).put("'").put(rest);
  err.put("; see --help\n").finish();
}

class Parser {
 public:
  Parser(int argc, char** argv, Options* options, IAllocator a)
      : at_(argv + (argc > 0 ? 1 : 0)), end_(argv + argc), options_(options), allocator_(a) {}

  bool parse() {
    bool only_names = false;
    for (; at_ < end_; ++at_) {
      const std::string_view argument = *at_;
      if (only_names || argument == "-" || !argument.starts_with('-')) {
        if (!add_directory(options_->roots, argument)) return false;
      } else if (argument == "--") {
        only_names = true;
      } else if (!parse_option(argument)) {
        return false;
      }
    }
    return true;
  }

 private:
  bool parse_option(std::string_view argument) {
    std::string_view value;
    if (argument == "--help" || argument == "-h") {
      options_->help = true;
    } else if (argument == "--version") {
      options_->version = true;
    } else if (argument == "--json") {
      options_->json = true;
    } else if (is_option(argument, "--dot")) {
      if (!take_value("--dot", &value)) return false;
      options_->dot_file = copy_string(value, allocator_);
    } else if (is_option(argument, "--trace")) {
      if (!take_value("--trace", &value)) return false;
      options_->trace_file = copy_string(value, allocator_);
    } else if (is_option(argument, "--top")) {
      return take_value("--top", &value) && parse_top(value);
    } else if (argument == "-I") {
      return take_value("-I", &value) && add_directory(options_->include_dirs, value);
    } else if (argument.starts_with("-I")) {
      return add_directory(options_->include_dirs, argument.substr(2));
    } else {
      usage_error("unknown option", argument, "");
      return false;
    }
    return true;
  }

  // Whether `argument` is the option `name`, alone or with a value (--name=VALUE).
  static bool is_option(std::string_view argument, std::string_view name) {
    return argument == name || (argument.starts_with(name) && argument[name.size()] == '=');
  }

  // The value of the option that is being read: after its '=', or the next argument.
  bool take_value(std::string_view name, std::string_view* value) {
    const std::string_view argument = *at_;
    if (argument.size() > name.size()) {
      *value = argument.substr(name.size() + 1);
    } else if (at_ + 1 < end_) {
      *value = *++at_;
    }
    if (!value->empty()) return true;
    usage_error("no value for option", name, "");
    return false;
  }

  bool parse_top(std::string_view value) {
    const char* const end = value.data() + value.size();
    const std::from_chars_result result = std::from_chars(value.data(), end, options_->top);
    if (result.ec == std::errc() && result.ptr == end) return true;
    usage_error("--top", value, " is not a number of files");
    return false;
  }

  // Trailing slashes go, so that paths below have one where they should.
  bool add_directory(arr$(std::string_view) & list, std::string_view name) {
    if (name.empty()) {
      usage_error("the name of a directory is empty:", name, "");
      return false;
    }
    while (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
    arr$push(list, copy_string(name, allocator_));
    return true;
  }

  char** at_;
  char** end_;
  Options* options_;
  IAllocator allocator_;
};

constexpr std::string_view kHelp =
    R"(usage: include_map [OPTION]... [DIRECTORY]...

Reads every C and C++ header and source file below the directories (/usr/include
if none is given) and reports how they include each other: counts, the files
included most, the longest chain of includes, the cycles, and the memory that
finding out took.

  -I DIR        look for included files in DIR too; may be repeated
  --top N       list N most included files, and N cycles in the text (20)
  --dot FILE    write the graph to FILE, for Graphviz
  --trace FILE  write what the program did with its memory to FILE: as a page
                if the name ends in .html, else as JSON for Perfetto
  --json        print the whole result as JSON
  --help        print this
  --version     print the version

Which files are read
  Those whose name ends in one of
    .h .hh .hp .hpp .hxx .h++ .H .HPP .c .cc .cp .cpp .cxx .c++ .C .CPP
    .cppm .ixx .inc .inl .ipp .tcc .tpp .txx
  and those without a dot in their name (as <vector> has none) that begin, after
  blank space, with a comment (// or /*) or a preprocessor directive.
  Symbolic links are followed, to files and to directories. A file with several
  names, by links of either kind, counts once, under a name that is no symbolic
  link if there is one, and the includes in it are resolved from there. FIFOs,
  sockets and devices are never opened.

Which includes are found
  #include, #include_next and #import, also as "# include" or "%:include", with
  comments between the words, and over lines joined by a backslash; not what
  stands in comments, strings or raw strings, and neither __has_include nor the
  import of a module. #if is not evaluated: an include in a branch that no
  compiler would take counts.

How they are resolved
  "FILE"  beside the file that includes it, then as <FILE>
  <FILE>  in the -I directories, then in the directories that are read, each in
          the order given
  #include_next, in either form, as <FILE>, but never to the file it stands in.
  An absolute name is what it says. #include MACRO counts, as unresolved. What
  is found outside the directories, or has another kind of name, is resolved and
  is part of the graph, but is not read.

Chains and cycles
  The longest chain is the longest path when each cycle is taken for one file;
  every file in it includes the next. A cycle is a largest set of files that all
  reach each other by includes (a strongly connected component), or a file that
  includes itself. Files that are included equally often are listed by name.

Names that are not UTF-8
  In all output a byte that is part of no UTF-8 sequence is shown as \xNN. In
  JSON that is the four characters, so in the source a doubled backslash.

Exit status
  0  all is well
  1  something could not be read or written; stderr and "errors" in the JSON say
     what, and the rest is in the report
  2  wrong usage
)";

}  // namespace

std::string_view help_text() { return kHelp; }

bool parse_options(int argc, char** argv, Options* options, IAllocator a) {
  arr$new(options->roots, a);
  arr$new(options->include_dirs, a);
  if (!Parser(argc, argv, options, a).parse()) return false;
  if (arr$len(options->roots) == 0) arr$push(options->roots, copy_string("/usr/include", a));
  return true;
}

}  // namespace include_map
