"""Turns a chapter of the guide into a test: what its fences say is compiled, run and compared.

Usage: extract.py CHAPTER_MD --source OUT_CC [--file NAME=OUT ...]
       extract.py CHAPTER_MD --list-files

--source writes a GoogleTest program of all the chapter's C++ (compile it with runner.h).
--file writes the fence that is marked `file: NAME` to OUT, as the reader would. Each C
fence must be asked for in this way. --list-files prints the names of all such fences.

A fence is accounted for or the chapter is refused. What it is stands in HTML comments
right above it, which a reader of the page does not see:

  <!-- snippet: KIND -->   of a cpp fence, where it can't be guessed:
      statements           the body of a function; without a mark, this
      declarations         functions, types and includes that later fences may use
      program              has a main() of its own, which is called; guessed from `int main(`
      test                 GoogleTest cases; guessed from `TEST(`
      failing test         one case that has to fail; the text below is part of what it prints
      dies                 statements that the checks of CEX_TEST end, with the text below
      dies in every build  the same without the checks
  <!-- file: NAME -->      the reader is to save it under this name
  <!-- run: DIRECTORY -->  commands that the reader is to run there; follow.py does
  <!-- named: NAME -->     what messages call the file (example.cc without this)
  <!-- arguments: A B -->  what a program is called with
  <!-- not run: REASON --> a fence that nothing checks
  <!-- messages -->        a list of messages, which faq_test.py compares with the library
  <!-- hidden              declarations that the reader does not need to see
  CODE
  -->

A `text` fence is what the fence above it prints. In it, … stands for any characters of
one line. In messages the chapter's lines are counted from the fence's first line, so
that `example.cc:3` is the third line that the reader sees.
"""

import argparse
import os
import re
import sys

KINDS = ["statements", "declarations", "program", "test", "failing test", "dies",
         "dies in every build"]
WITH_OUTPUT = {"statements", "program", "failing test", "dies", "dies in every build"}
MUST_SAY = {"failing test", "dies", "dies in every build"}


class Refused(Exception):
    """A chapter that can't be turned into a test; the message says where and why."""


class Fence:
    def __init__(self, line, language, code, marks):
        self.line = line  # of its first line of code, from 1
        self.language = language
        self.code = code  # a list of lines
        self.marks = marks  # name -> value
        self.hidden = []  # (line, lines)
        self.kind = None
        self.output = None  # the text fence below


def parse_comment(path, line, text):
    """The name and the value of a directive: for a block, its lines."""
    inner = text[len("<!--"):-len("-->")]
    first, newline, rest = inner.partition("\n")
    name, colon, value = first.strip().partition(":")
    name, value = name.strip(), value.strip()
    if name == "hidden" and newline and not colon:
        return name, rest.rstrip("\n").split("\n")
    if name == "messages" and not colon and not newline:
        return name, ""
    if name in ("snippet", "file", "run", "named", "arguments", "not run") and colon and not newline:
        if not value:
            raise Refused(f"{path}:{line}: `{name}:` says nothing")
        return name, value
    raise Refused(f"{path}:{line}: a comment that is no directive: {first.strip() or text!r}")


def read_fences(path):
    """The fences of a chapter with their directives, in order."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    fences, marks, hidden, pending = [], {}, [], None
    i = 0
    while i < len(lines):
        line, number = lines[i], i + 1
        if line.startswith("<!--"):
            end = i
            while end < len(lines) and not lines[end].rstrip().endswith("-->"):
                end += 1
            if end == len(lines):
                raise Refused(f"{path}:{number}: the comment does not end")
            name, value = parse_comment(path, number, "\n".join(lines[i:end + 1]).rstrip())
            if name == "hidden":
                hidden.append((number + 1, value))
            elif name in marks:
                raise Refused(f"{path}:{number}: two of `{name}:` for one fence")
            else:
                marks[name] = value
            pending, i = number, end + 1
        elif line.startswith("```"):
            end = i + 1
            while end < len(lines) and lines[end].rstrip() != "```":
                end += 1
            if end == len(lines):
                raise Refused(f"{path}:{number}: the fence does not end")
            language = line[3:].strip()
            if not language:
                raise Refused(f"{path}:{number}: the fence names no language")
            fence = Fence(number + 1, language, lines[i + 1:end], marks)
            fence.hidden, marks, hidden, pending = hidden, {}, [], None
            fences.append(fence)
            i = end + 1
        elif line.lstrip().startswith("```"):
            raise Refused(f"{path}:{number}: an indented fence, which is not looked into")
        else:
            if pending is not None and line.strip():
                raise Refused(f"{path}:{pending}: the directive does not stand above a fence")
            if line.startswith("#"):
                fences.append(None)  # a heading: what is printed below belongs to what is above
            i += 1
    if pending is not None:
        raise Refused(f"{path}:{pending}: the directive does not stand above a fence")
    return fences


def guess_kind(code):
    text = "\n".join(code)
    if re.search(r"^int main\(", text, re.MULTILINE):
        return "program"
    if re.search(r"^TEST(_F)?\(", text, re.MULTILINE):
        return "test"
    return "statements"


def account(path, fences):
    """Gives every fence its kind and its output, or refuses the chapter."""
    above = None
    for fence in fences:
        if fence is None:
            above = None
            continue
        at = f"{path}:{fence.line - 1}"
        if "not run" in fence.marks or "messages" in fence.marks:
            if len(fence.marks) > 1 or fence.hidden:
                raise Refused(f"{at}: nothing runs this fence, but it has other directives, too")
            above = None
        elif fence.language == "cpp":
            is_header = fence.marks.get("file", "").endswith(".h")
            fence.kind = fence.marks.get("snippet") or guess_kind(fence.code)
            if is_header and "snippet" not in fence.marks:
                fence.kind = "header"
            above = fence
            if fence.kind not in KINDS + ["header"]:
                raise Refused(f"{at}: there is no kind of snippet called {fence.kind}")
        elif fence.language == "text":
            if fence.marks or fence.hidden:
                raise Refused(f"{at}: a text fence takes no other directive than `not run:`")
            if above is None or above.kind not in WITH_OUTPUT and "run" not in above.marks:
                raise Refused(f"{at}: nothing right above prints this text; "
                              "say `not run: REASON` if nothing does")
            above.output = fence
            above = None
        elif "run" in fence.marks and fence.language == "sh":
            above = fence
        elif "file" in fence.marks:
            above = None
        else:
            raise Refused(f"{at}: a {fence.language} fence that nothing checks; "
                          "save it with `file:` or say `not run: REASON`")
    for fence in fences:
        if fence is not None and fence.kind in MUST_SAY and fence.output is None:
            raise Refused(f"{path}:{fence.line - 1}: {fence.kind}: "
                          "a text fence below has to say with what message")


def read_chapter(path):
    fences = read_fences(path)
    account(path, fences)
    return [fence for fence in fences if fence is not None]


def literal(text):
    """A C++ string literal of any text."""
    out = []
    for byte in text.encode():
        char = chr(byte)
        out.append("\\n" if char == "\n" else "\\" + char if char in '"\\' else
                   char if 32 <= byte < 127 else f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


class Writer:
    """Puts a chapter's pieces together, with #line so that errors name the chapter."""

    def __init__(self, shown, name):
        self.shown = shown  # the chapter's path, as messages have it
        self.suite = "Guide_" + name
        self.includes = []
        self.body = []

    def add_code(self, line, code):
        kept = []
        for offset, text in enumerate(code):
            if re.match(r"\s*#\s*include\b", text):
                self.includes.append((line + offset, text.strip()))
                kept.append("")
            else:
                kept.append(text)
        self.body.append(f'#line {line} "{self.shown}"')
        self.body.extend(kept)

    def add_namespace(self, parts, name=""):
        self.body.append(f"namespace {name}{{")
        for line, code in parts:
            self.add_code(line, code)
        self.body.append(f"}}  // namespace {name}".rstrip())

    def facts(self, fence):
        expected = "\n".join(fence.output.code) if fence.output else ""
        name = fence.marks.get("named") or fence.marks.get("file") or "example.cc"
        return (f"{{.chapter = {literal(self.shown)}, .line = {fence.line}, "
                f".lines = {len(fence.code)}, .name = {literal(name)}, "
                f".has_output = {'true' if fence.output else 'false'}, "
                f".expected = {literal(expected)}}}")

    def add_case(self, fence, function, begin, end):
        self.body.append(f"TEST({self.suite}, Line{fence.line}) {{")
        self.body.append(f"  cex::guide::{function}({self.facts(fence)}, {begin}")
        yield
        self.body.append(f"  {end});")
        self.body.append("}")

    def add_statements(self, fence):
        function = {"statements": "expect_output", "dies": "expect_report",
                    "dies in every build": "expect_report_always"}[fence.kind]
        if fence.kind == "dies":
            self.body.append("#ifdef CEX_TEST")
        for _ in self.add_case(fence, function, "[] {", "}"):
            self.add_code(fence.line, fence.code)
        if fence.kind == "dies":
            self.body.append("#endif")

    def add_program(self, fence):
        own_main = f"main_of_line_{fence.line}"
        code = [re.sub(r"^int main\(", f"int {own_main}(", text) for text in fence.code]
        self.add_namespace([(fence.line, code)], f"program_{fence.line} ")
        words = [fence.marks.get("file") or fence.marks.get("named") or "example"]
        words += fence.marks.get("arguments", "").split()
        call = f"program_{fence.line}::{own_main}(" + (
            ")" if "int main()" in "\n".join(fence.code) else "argc, argv)")
        for _ in self.add_case(fence, "expect_output", "[] {", "}"):
            self.body.append("  const char* words[] = {%s, nullptr};" %
                             ", ".join(literal(word) for word in words))
            self.body.append(f"  [[maybe_unused]] int argc = {len(words)};")
            self.body.append("  [[maybe_unused]] char** argv = const_cast<char**>(words);")
            self.body.append(f"  cex::guide::expect_success({call});")

    def add_failing_test(self, path, fence):
        pattern = r"^TEST(_F)?\((\w+), (\w+)\)"
        cases = re.findall(pattern, "\n".join(fence.code), re.MULTILINE)
        if len(cases) != 1:
            raise Refused(f"{path}:{fence.line - 1}: a failing test has to be one TEST(…)")
        code = [re.sub(pattern, r"TEST\1(\2, DISABLED_\3)", text) for text in fence.code]
        self.body.append("#ifdef CEX_TEST")
        self.add_namespace([(fence.line, code)])
        case = literal(f"{cases[0][1]}.DISABLED_{cases[0][2]}")
        for _ in self.add_case(fence, "expect_failure", case, ""):
            pass
        self.body.append("#endif")

    def add(self, path, fence):
        if fence.hidden:
            self.add_namespace(fence.hidden)
        if fence.kind in ("statements", "dies", "dies in every build"):
            self.add_statements(fence)
        elif fence.kind == "program":
            self.add_program(fence)
        elif fence.kind == "failing test":
            self.add_failing_test(path, fence)
        elif fence.kind == "declarations" and "file" in fence.marks:
            self.add_code(fence.line, fence.code)  # a header may declare what is in it
        elif fence.kind in ("declarations", "test"):
            self.add_namespace([(fence.line, fence.code)])

    def text(self):
        top = ["// Made from the chapter by docs/snippets/extract.py.",
               "#include <gtest/gtest.h>", '#include "docs/snippets/runner.h"']
        for line, include in self.includes:
            top += [f'#line {line} "{self.shown}"', include]
        # A snippet shows a call; what it would do with the result is another matter.
        for warning in ("unused-function", "unused-variable", "unused-but-set-variable",
                        "unused-const-variable"):
            top.append(f'#pragma GCC diagnostic ignored "-W{warning}"')
        return "\n".join(top + self.body) + "\n"


def shown_path(path):
    """The path below the repository's root, whatever the build's directory is."""
    return path[path.index("docs/"):] if "docs/" in path else path


def write_source(path, out):
    name = re.sub(r"\W", "_", os.path.splitext(os.path.basename(path))[0])
    writer = Writer(shown_path(path), name)
    count = 0
    for fence in read_chapter(path):
        if fence.kind is not None:
            writer.add(path, fence)
            count += 1
    if count == 0:
        raise Refused(f"{path}: the chapter has no snippet")
    with open(out, "w", encoding="utf-8") as file:
        file.write(writer.text())


def write_files(path, wanted):
    fences = {}
    for fence in read_chapter(path):
        name = fence.marks.get("file")
        if name in fences:
            raise Refused(f"{path}:{fence.line - 1}: a second file called {name}")
        if name is not None:
            fences[name] = fence
            if name not in wanted and (fence.language == "c" or fence.kind == "header"):
                raise Refused(f"{path}:{fence.line - 1}: {name} is not compiled")
    for name, out in wanted.items():
        if name not in fences:
            raise Refused(f"{path}: there is no fence with `file: {name}`")
        fence = fences[name]
        with open(out, "w", encoding="utf-8") as file:
            if name.endswith((".c", ".h")):
                file.write(f'#line {fence.line} "{shown_path(path)}"\n')
            file.write("\n".join(fence.code) + "\n")


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="extract", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapter")
    parser.add_argument("--source")
    parser.add_argument("--file", action="append", default=[], metavar="NAME=OUT")
    parser.add_argument("--list-files", action="store_true")
    options = parser.parse_args(arguments)
    for pair in options.file:
        if "=" not in pair:
            parser.error(f"--file takes NAME=OUT, not {pair}")
    try:
        if options.list_files:
            for fence in read_chapter(options.chapter):
                if "file" in fence.marks:
                    print(fence.marks["file"])
        if options.source:
            write_source(options.chapter, options.source)
            write_files(options.chapter, dict(pair.split("=", 1) for pair in options.file))
        elif options.file:
            write_files(options.chapter, dict(pair.split("=", 1) for pair in options.file))
    except Refused as refused:
        print(f"extract: {refused}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"extract: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
