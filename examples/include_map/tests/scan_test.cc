#include "examples/include_map/scan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "examples/include_map/utf8.h"

namespace include_map {
namespace {

// The directives of `text`, each as `"spelling"`, `<spelling>` or `other`, with a
// `next ` before those of #include_next.
std::vector<std::string> scan(std::string_view text) {
  std::vector<std::string> found;
  Scanner scanner(text);
  for (Directive d; scanner.next(&d);) {
    std::string s = d.is_next ? "next " : "";
    const std::string spelling(d.spelling);
    switch (d.form) {
      case Form::kQuote:
        s += '"' + spelling + '"';
        break;
      case Form::kAngle:
        s += '<' + spelling + '>';
        break;
      case Form::kOther:
        EXPECT_EQ(spelling, "");
        s += "other";
        break;
    }
    found.push_back(s);
  }
  return found;
}

using Found = std::vector<std::string>;
using namespace std::string_view_literals;

TEST(Scan, FindsBothForms) {
  EXPECT_EQ(scan("#include <a.h>\n#include \"b.h\"\n"), (Found{"<a.h>", "\"b.h\""}));
}

TEST(Scan, FindsNothingInNothing) {
  EXPECT_EQ(scan(""), Found{});
  EXPECT_EQ(scan("\n\n"), Found{});
  EXPECT_EQ(scan("#"), Found{});
  EXPECT_EQ(scan("#\ninclude <a.h>"), Found{});
  EXPECT_EQ(scan("include <a.h>"), Found{});
}

TEST(Scan, NeedsNoNewlineAtTheEnd) {
  EXPECT_EQ(scan("#include <a.h>"), Found{"<a.h>"});
  EXPECT_EQ(scan("#include \"a.h\""), Found{"\"a.h\""});
  EXPECT_EQ(scan("#include FOO"), Found{"other"});
  EXPECT_EQ(scan("#include <a.h"), Found{"other"});
  EXPECT_EQ(scan("#include"), Found{});
  EXPECT_EQ(scan("#includ"), Found{});
}

TEST(Scan, AllowsSpaceAndCommentsBetweenTheWords) {
  EXPECT_EQ(scan(" \t# \t include\t<a.h>"), Found{"<a.h>"});
  EXPECT_EQ(scan("/**/#/* # */include/**/<a.h>/**/"), Found{"<a.h>"});
  EXPECT_EQ(scan("#include<a.h>\n#include\"b.h\""), (Found{"<a.h>", "\"b.h\""}));
  EXPECT_EQ(scan("/* two\nlines */ #include <a.h>"), Found{"<a.h>"});
  EXPECT_EQ(scan("\f#include <a.h>\r\n#include <b.h>\r\n"), (Found{"<a.h>", "<b.h>"}));
}

TEST(Scan, SpellingsAreTakenAsTheyStand) {
  EXPECT_EQ(scan("#include <a//b.h>\n#include <c/*d.h>\n"), (Found{"<a//b.h>", "<c/*d.h>"}));
  EXPECT_EQ(scan("#include \"a\\b.h\"\n"), Found{"\"a\\b.h\""});
  EXPECT_EQ(scan("#include \"it's.h\"\n#include <b'.h>\n"), (Found{"\"it's.h\"", "<b'.h>"}));
  EXPECT_EQ(scan("#include \"\"\n#include <>\n"), (Found{"\"\"", "<>"}));
  EXPECT_EQ(scan("#include \"a b\xFF.h\"\n"), Found{"\"a b\xFF.h\""});
}

TEST(Scan, WhatFollowsASpellingIsNotOne) {
  EXPECT_EQ(scan("#include <a.h>\"b.h\"\n#include \"c.h\"<d.h>\n"), (Found{"<a.h>", "\"c.h\""}));
  EXPECT_EQ(scan("#include <a.h>\"/*\"\n#include <b.h>\n"), (Found{"<a.h>", "<b.h>"}));
}

TEST(Scan, KnowsTheOtherDirectives) {
  EXPECT_EQ(scan("#include_next <a.h>\n#import \"b.h\"\n"), (Found{"next <a.h>", "\"b.h\""}));
  EXPECT_EQ(scan("%:include <a.h>\n%: include <b.h>\n% :include <c.h>\n"),
            (Found{"<a.h>", "<b.h>"}));
  EXPECT_EQ(scan("#included <a.h>\n#include_once <a.h>\n#includeR <a.h>\n#Include <a.h>\n"),
            Found{});
  EXPECT_EQ(scan("#include_an_extremely_long_word <a.h>\n#include <b.h>\n"), Found{"<b.h>"});
}

TEST(Scan, HasIncludeIsNoInclude) {
  EXPECT_EQ(scan("#if __has_include(<a.h>) && __has_include_next(\"b.h\")\n#endif\n"), Found{});
}

TEST(Scan, ModuleImportsAreNoIncludes) {
  EXPECT_EQ(scan("import <vector>;\nexport import foo;\n"), Found{});
}

TEST(Scan, OtherOperandsCount) {
  EXPECT_EQ(scan("#include FOO\n#include FOO(1, \"a.h\")\n#include <a.h\n#include \"a.h\n"),
            (Found{"other", "other", "other", "other"}));
  EXPECT_EQ(scan("#include L\"a.h\"\n#include R\"(a.h)\"\n#include 'a'\n"),
            (Found{"other", "other", "other"}));
  EXPECT_EQ(scan("#include\n#include // a.h\n#include /* a.h */\n<a.h>\n"), Found{});
}

TEST(Scan, OnlyAtTheStartOfALine) {
  EXPECT_EQ(scan("int x; #include <a.h>\n"), Found{});
  EXPECT_EQ(scan("## include <a.h>\n#/**/#include <a.h>\n"), Found{});
  EXPECT_EQ(scan("int x; /*\n*/ #include <a.h>\n"), Found{});
  EXPECT_EQ(scan("#define X \\\n#include <a.h>\n"), Found{});
}

TEST(Scan, NotInComments) {
  EXPECT_EQ(scan("// #include <a.h>\n/* #include <a.h> */\n/*\n#include <a.h>\n*/\n"), Found{});
  EXPECT_EQ(scan("// ends in a backslash \\\n#include <a.h>\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("/\\\n/ joined \\ \t\r\n#include <a.h>\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("/\\\n* joined *\\\n/#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("/*/ #include <a.h> */\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("/* /* */ */\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("/***\n#include <a.h>\n***/\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("#include <a.h> /* begins\n#include <b.h>\nends */\n#include <c.h>\n"),
            (Found{"<a.h>", "<c.h>"}));
  EXPECT_EQ(scan("#include <a.h> // \\\n#include <b.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("/* no end\n#include <a.h>\n"), Found{});
  EXPECT_EQ(scan("// no end"), Found{});
  EXPECT_EQ(scan("a / b /\n#include <a.h>\n"), Found{"<a.h>"});
}

TEST(Scan, NotInStrings) {
  EXPECT_EQ(scan("s = \"/*\";\n#include <a.h>\nt = \"*/\";\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = \"\\\"/*\";\n#include <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = \"\\\\\" /*;\n#include <a.h>\n*/"), Found{});
  EXPECT_EQ(scan("s = \"a\\\n#include <a.h>\\\n\";\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("c = '\"'; /*\n#include <a.h>\n*/\n"), Found{});
  EXPECT_EQ(scan("c = '\\''; c = '//';\n#include <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = \"\\\\\n\n\" /*\n#include <a.h>\n"), Found{"<a.h>"});
}

TEST(Scan, UnendedLiteralsEndWithTheirLine) {
  EXPECT_EQ(scan("#error don't do /* that\n#include <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = \"no end /*\n#include <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = \"\\"), Found{});
  EXPECT_EQ(scan("s = '"), Found{});
}

TEST(Scan, DigitSeparatorsAreNoQuotes) {
  EXPECT_EQ(scan("n = 1'000; /*\n#include <a.h>\n*/\n"), Found{});
  EXPECT_EQ(scan("n = 0x1'F'0 + .5'0; /*\n#include <a.h>\n*/\n"), Found{});
  EXPECT_EQ(scan("c = u8'1' + x1'/*'\n#include <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("n = 1'\\\n000; /*\n#include <a.h>\n*/\n"), Found{});
  EXPECT_EQ(scan("n = 1'"), Found{});
}

TEST(Scan, NotInRawStrings) {
  EXPECT_EQ(scan("s = R\"(\n#include <a.h>\n)\";\n#include <b.h>\n"), Found{"<b.h>"});
  for (const char* prefix : {"R", "LR", "uR", "UR", "u8R"}) {
    EXPECT_EQ(scan(std::string("s = ") + prefix + "\"x(\n)\"\n#include <a.h>\n)x\";\n"), Found{})
        << prefix;
  }
  EXPECT_EQ(scan("s = R\"(\\)\";\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("s = R\"(\\\n)\";\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("s = R\"a(\n)\\\na\"\n#include <a.h>\n)a\"\n"), Found{});
  EXPECT_EQ(scan("s = R\\\n\"(\n#include <a.h>\n)\";\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("s = R\"(no end\n#include <a.h>\n"), Found{});
  EXPECT_EQ(scan("s = R\"0123456789abcdef(\n#include <a.h>\n)0123456789abcdef\""), Found{});
}

TEST(Scan, NotInRawStringsOfDirectives) {
  EXPECT_EQ(scan("#R\"(\n#include <a.h>\n)\"\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("#define X R\"(\n#include <a.h>\n)\"\n#include <b.h>\n"), Found{"<b.h>"});
  EXPECT_EQ(scan("#include <a.h>R\"(\n#include <b.h>\n)\"\n"), Found{"<a.h>"});
}

TEST(Scan, LooksLikeARawStringButIsNone) {
  EXPECT_EQ(scan("s = BAR\"(\n#include <a.h>\n)\";\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = 1R\"(\n#include <a.h>\n)\";\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = R \"(\n#include <a.h>\n)\";\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = R\"a b(\n#include <a.h>\n)\";\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = R\"0123456789abcdefg(\n#include <a.h>\n)\";\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("// R\"(\n#include <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("s = R\""), Found{});
}

TEST(Scan, JoinsLines) {
  EXPECT_EQ(scan("#\\\ninclude <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("#inc\\\nlude <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("\\\n\\\r\n#include \\ \t\n<a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("#include <a\\\n.h\\\n>\n#include \"\\\nb.h\"\n"), (Found{"<a.h>", "\"b.h\""}));
  EXPECT_EQ(scan("#include <a\\ b.h>\n"), Found{"<a\\ b.h>"});
  EXPECT_EQ(scan("%\\\n:include <a.h>\n"), Found{"<a.h>"});
  EXPECT_EQ(scan("#include \\"), Found{"other"});
  EXPECT_EQ(scan("#include \\\n"), Found{});
}

TEST(Scan, JoinedSpellingsHaveALimit) {
  const std::string most(Scanner::kMaxSpelling - 1, 'a');
  EXPECT_EQ(scan("#include <a\\\n" + most + ">"), Found{"<a" + most + ">"});
  EXPECT_EQ(scan("#include <ab\\\n" + most + ">"), Found{"<>"});
  EXPECT_EQ(scan("#include <ab" + most + ">"), Found{"<ab" + most + ">"});
}

TEST(Scan, NulIsSpace) {
  EXPECT_EQ(scan("\0#\0include\0<a.h>\n"sv), Found{"<a.h>"});
  EXPECT_EQ(scan("#include <a\0b.h>\n"sv), Found{std::string("<a\0b.h>"sv)});
}

TEST(Scan, PassesOverAByteOrderMark) {
  EXPECT_EQ(scan("\xEF\xBB\xBF#include <a.h>"), Found{"<a.h>"});
}

TEST(Scan, StaysInTheText) {
  // Every cut of a text with everything in it; the memory checkers see a byte too far.
  const std::string text =
      "\xEF\xBB\xBF/\\\n/ \\\n#include <a\\\n.h>\n%\\\n:include_\\\nnext "
      "\"b\"/*\n**/R\\\n\"x()x\"1'\\"
      "\n0'a \"\\\n\\\\\n\"'\\''\n#import X // \\\r\nu8R\"(\\";
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::vector<char> cut(text.begin(), text.begin() + static_cast<ptrdiff_t>(size));
    scan({cut.data(), cut.size()});
  }
}

TEST(NameKind, GoesByTheExtension) {
  for (const char* name : {"a.h", "a.H", "a.hpp", "a.c++", "a.b.cc", ".h", "a.txx", "a.inc"}) {
    EXPECT_EQ(kind_of_name(name), NameKind::kSource) << name;
  }
  for (const char* name :
       {"a.", "a.txt", "a.h.in", "a.hp+", "a.Hpp", "a.h ", "a. ", ".git", "..."}) {
    EXPECT_EQ(kind_of_name(name), NameKind::kOther) << name;
  }
  for (const char* name : {"vector", "README", "h", ""}) {
    EXPECT_EQ(kind_of_name(name), NameKind::kUnknown) << name;
  }
}

TEST(LooksLikeHeader, GoesByTheFirstThing) {
  for (const std::string_view head :
       {"// <vector>"sv, "/* x"sv, "\n \t\r\n#pragma once"sv, "#ifndef X"sv, "# include <a>"sv,
        "\xEF\xBB\xBF// x"sv, "#if"sv, "\0// x"sv}) {
    EXPECT_TRUE(looks_like_header(head)) << head;
  }
  for (const std::string_view head :
       {""sv, " "sv, "#!/bin/sh"sv, "# comment"sv, "#"sv, "/"sv, "/usr"sv, "MIT License"sv,
        "\x7F"
        "ELF"sv,
        "all: // x"sv, "#iffy"sv, "#includes <a>"sv}) {
    EXPECT_FALSE(looks_like_header(head)) << head;
  }
  EXPECT_FALSE(looks_like_header(std::string(kHeadBytes, ' ') + "// too late"));
}

TEST(Utf8, MeasuresSequences) {
  EXPECT_EQ(utf8_length(""), 0U);
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("\0"sv), 1U);
  EXPECT_EQ(utf8_length("\xC3\xA4x"), 2U);
  EXPECT_EQ(utf8_length("\xE2\x82\xAC"), 3U);
  EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80"), 4U);
  EXPECT_EQ(utf8_length("\xF4\x8F\xBF\xBF"), 4U);
  for (const char* bad :
       {"\x80", "\xC3", "\xC3(", "\xC0\x80", "\xC1\xBF", "\xE2\x82", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF0\x9F\x98", "\xFF"}) {
    EXPECT_EQ(utf8_length(bad), 0U) << static_cast<int>(static_cast<unsigned char>(bad[0]));
  }
}

}  // namespace
}  // namespace include_map
