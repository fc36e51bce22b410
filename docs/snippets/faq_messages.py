"""faq_messages.py FAQ_MD SOURCE ...: every message of the library is in the FAQ, and none else.

A message is the first line of a format of die(), die_here() or die_of(), what a static_assert
says (its first sentence), a finding of a sweep, or a name that the linker shows. In
the FAQ they stand in fences marked `messages`, one a line, with … for what varies.
"""

import os
import re
import sys

import extract

LITERALS = r'((?:"(?:[^"\\\n]|\\.)*"(?:\s|\\\n)*)+)'
CALL = re.compile(r"\bdie(_here|_of)?\((?!Site|const)")
CALL_WITH_FORMAT = re.compile(r"\bdie(?:_here|_of)?\(\s*(?:[\w.>-]+(?:\(\w*\))?,\s*){0,2}"
                              + LITERALS)
ADVICE = re.compile(r'(?<!")(?=\s*"cex: ?:?)\s*' + LITERALS)  # of static_asserts, in headers

# Formats that print what was put together elsewhere in the same file, and how to find that.
ASSEMBLED = {
    ("leak_check.cc", "…"): [(re.compile(r'"(?:%s)?(leak: [^"\\]*)"'), "{}")],
    ("guard_bytes.cc", "…"): [(re.compile(r'"(write [^"\\]*)"'), "{} at …")],
    ("guarded_blocks.cc", "…"): [(re.compile(r"\btext\.add\(\s*" + LITERALS), "{}")],
}
OTHER = {
    "guard_pages.cc": re.compile(r'snprintf\(what, sizeof\(what\),\s*"([^"]+)"'),
    "block_leaks.cc": re.compile(r'"(leak: [^"\\]*)"'),
    "gtest_main.cc": re.compile(r'"cex: (this test [^"]*)"'),
    "oom_sweep.cc": re.compile(r'case SweepFault::\w+:\s*return "([^"]+)"'),
    "build_mode.cc": re.compile(r'"cex: ((?:one program|two versions)[^"]*)"'),
    "build_mode.h": re.compile(r"define CEX_DETAIL_\w+_MODE (?:\\\n\s*)?(cex_error_\w+)"),
}
# What can't be freed like other blocks: printed as the next line has it, by guarded_blocks.cc.
MARKED = re.compile(r'\bguarded_mark\([^,;]*,\s*"([^"]+)"\)')
MARKED_FORM = "… of {}: …"
CONVERSION = re.compile(r"%[-+0-9.*]*(?:zu|td|llu|lld|u|d|p|s|c|g)")


class Unreadable(Exception):
    """A source that this script does not understand, and so can't vouch for."""


def join_literals(text):
    joined = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', text))
    return joined.replace('\\"', '"')


def normalized(text):
    return re.sub(r"…(\s*…)+", "…", CONVERSION.sub("…", text)).strip()


def messages_of(path, text):
    """Message -> line, for all that `text`, the file at `path`, can say."""
    name = os.path.basename(path)
    found = {}
    code = re.sub(r"^[ \t]*//.*$|  // [^\"\n]*$", "", text, flags=re.MULTILINE)

    def add(message, at):
        found.setdefault(message, code.count("\n", 0, at) + 1)

    for match in CALL.finditer(code):
        line = code.count("\n", 0, match.start()) + 1
        if name in ("report.h", "report.cc"):
            continue  # where die() itself is
        call = CALL_WITH_FORMAT.match(code, match.start())
        if call is None:
            raise Unreadable(f"{path}:{line}: a call of die() without a literal format")
        message = normalized(join_literals(call.group(1)).split("\\n")[0])
        if (name, message) in ASSEMBLED:
            for pattern, form in ASSEMBLED[name, message]:
                parts = list(pattern.finditer(code))
                if not parts:
                    raise Unreadable(f"{path}:{line}: nothing found that it could print")
                for part in parts:
                    said = join_literals(part.group(1)) or part.group(1)
                    add(normalized(form.format(said.split("\\n")[0])), part.start())
        elif message == MARKED_FORM.format("…"):
            continue
        elif not re.search(r"\w{3}", message):
            raise Unreadable(f"{path}:{line}: a format of variables only; see ASSEMBLED")
        else:
            add(message, match.start())
    for match in ADVICE.finditer(code) if name.endswith(".h") else ():
        said = join_literals(match.group(1)).removeprefix("cex: ")
        add(re.split(r"\.(?: |$)", said)[0], match.start(1))
    for match in MARKED.finditer(code):
        add(MARKED_FORM.format(match.group(1)), match.start())
    if name in OTHER:
        for match in OTHER[name].finditer(code):
            add(normalized(match.group(1).split("\\n")[0]), match.start())
    return found


def faq_messages(path):
    found = {}
    for fence in extract.read_chapter(path):
        if "messages" in fence.marks:
            for offset, line in enumerate(fence.code):
                found.setdefault(normalized(line), fence.line + offset)
    return found


def compare(faq_path, sources):
    """A list of what is wrong."""
    wrong, library = [], {}
    for path in sources:
        with open(path, encoding="utf-8") as file:
            for message, line in messages_of(path, file.read()).items():
                library.setdefault(message, f"{path}:{line}")
    faq = faq_messages(faq_path)
    if not library or not faq:
        wrong.append("no messages found")
    for message, at in sorted(library.items()):
        if message not in faq:
            wrong.append(f"{at}: not in the FAQ: {message}")
    for message, line in sorted(faq.items()):
        if message not in library:
            wrong.append(f"{faq_path}:{line}: nothing says this: {message}")
    return wrong


def main(arguments):
    if not arguments or arguments[0] == "--help":
        print(__doc__)
        return 0 if arguments else 2
    try:
        wrong = compare(arguments[0], arguments[1:])
    except (Unreadable, extract.Refused) as error:
        wrong = [str(error)]
    except OSError as error:
        wrong = [f"{error.filename}: {error.strerror}"]
    for line in wrong:
        print(f"faq_messages: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
