"""faq_messages.py FAQ_MD SOURCE ...: every message of the library is in the FAQ, and none else.

A message is the first line of a format of die(), die_here() or die_of(), what a static_assert
says (its first sentence), a finding of a sweep, or a name that the linker shows. In
the FAQ they stand in fences "```text messages", one a line, with … for what varies.
"""

import os
import re
import sys

import fences

LITERALS = r'((?:"(?:[^"\\\n]|\\.)*"(?:\s|\\\n)*)+)'
CALL = re.compile(r"\bdie(_here|_of)?\((?!Site|const)")
CALL_WITH_FORMAT = re.compile(r"\bdie(?:_here|_of)?\(\s*(?:[\w.>-]+(?:\(\w*\))?,\s*){0,2}"
                              + LITERALS)
ADVICE = re.compile(r'(?<!")(?=\s*"cex: ?:?)\s*' + LITERALS)  # of static_asserts, in headers

# What is not the format of a call: in which file, what finds it, and the form in which it is printed.
ELSEWHERE = {
    "leak_check.cc": [(r'"(?:%s)?(leak: [^"\\]*)"', "{}")],
    "guard_bytes.cc": [(r'"(write [^"\\]*)"', "{} at …")],
    "guarded_blocks.cc": [(r"\btext\.add\(\s*" + LITERALS, "{}")],
    "guard_pages.cc": [(r'snprintf\(what, sizeof\(what\),\s*"([^"]+)"', "{}")],
    "block_leaks.cc": [(r'"(leak: [^"\\]*)"', "{}")],
    "gtest_main.cc": [(r'"cex: (this test [^"]*)"', "{}")],
    "oom_sweep.cc": [(r'case SweepFault::\w+:\s*return "([^"]+)"', "{}")],
    "build_mode.cc": [(r'"cex: ((?:one program|two versions)[^"]*)"', "{}")],
    "build_mode.h": [(r"define CEX_DETAIL_\w+_MODE (?:\\\n\s*)?(cex_error_\w+)", "{}")],
}
# What can't be freed like other blocks, in whatever file: guarded_blocks.cc prints it.
MARKED = (r'\bguarded_mark\([^,;]*,\s*"([^"]+)"\)', "… of {}: …")
CONVERSION = re.compile(r"%[-+0-9.*]*(?:zu|td|llu|lld|u|d|p|s|c|g)")


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

    def line_of(match, group=0):
        return code.count("\n", 0, match.start(group)) + 1

    for pattern, form in [*ELSEWHERE.get(name, []), MARKED]:
        for match in re.finditer(pattern, code):
            said = join_literals(match.group(1)) or match.group(1)
            found.setdefault(normalized(form.format(said.split("\\n")[0])), line_of(match))
    printed_elsewhere = bool(found)
    for match in CALL.finditer(code) if name not in ("report.h", "report.cc") else ():
        call = CALL_WITH_FORMAT.match(code, match.start())
        if call is None:
            raise fences.Unreadable(f"{path}:{line_of(match)}: a call of die() without a literal format")
        message = normalized(join_literals(call.group(1)).split("\\n")[0])
        if re.search(r"\w{3}", message):
            found.setdefault(message, line_of(match))
        elif message != normalized(MARKED[1].format("…")) and not printed_elsewhere:
            raise fences.Unreadable(f"{path}:{line_of(match)}: a format of variables only; see ELSEWHERE")
    for match in ADVICE.finditer(code) if name.endswith(".h") else ():
        said = join_literals(match.group(1)).removeprefix("cex: ")
        found.setdefault(re.split(r"\.(?: |$)", said)[0], line_of(match, 1))
    return found


def faq_messages(path):
    found, text = {}, fences.read(path)
    for fence in fences.FENCE.finditer(text):
        if fence.group(3) == "messages":
            at = text.count("\n", 0, fence.start(4)) + 1
            for offset, line in enumerate(fence.group(4).splitlines()):
                found.setdefault(normalized(line), at + offset)
    return found


def compare(faq_path, sources):
    """A list of what is wrong."""
    wrong, library = [], {}
    for path in sources:
        for message, line in messages_of(path, fences.read(path)).items():
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
    except fences.Unreadable as error:
        wrong = [str(error)]
    for line in wrong:
        print(f"faq_messages: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
