"""Compares the code that Markdown shows with the code that is compiled.

A fence "```cpp NAME" of CHAPTER.md is the region NAME of CODE_DIR/chapter.cc, between the comments
`// [NAME]` and `// [end]`. Parts of one name are joined by an empty line; a #line directive and the
indentation are not shown. A text fence below is what the next guide::expect_… expects. A NAME with
a dot or a slash is a file of CODE_DIR, or what stands in it from `# [shown]` to `# [end]`.

"```text messages" are messages of the library, which faq_messages.py compares. Any other fence is
refused, unless `<!-- not run: REASON -->` is above it. --fix puts the code into the fences.
"""

import argparse
import os
import re
import sys
import textwrap

FENCE = re.compile(r"(^<!-- not run: \S[^\n]*-->\n)?^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
REGION = re.compile(r'^ *(?://|#) \[(\w+)\]\n(.*?)^ *(?://|#) \[end\]$|guide::expect_\w+\([^;]*?R"\(\n(.*?)\)"',
                    re.M | re.S)


def regions_of(source):
    """{name: code} and {name: what it prints}, in the order of the source."""
    code, output, name = {}, {}, None
    for match in REGION.finditer(source):
        if match.group(1):
            name = match.group(1)
            part = textwrap.dedent(re.sub(r"^#line .*\n", "", match.group(2), flags=re.M))
            code[name] = code[name] + "\n" + part if name in code else part
        else:
            output[name] = match.group(3)
    return code, output


class Unreadable(Exception):
    """What can't be read, and why."""


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def compare(code_dir, path):
    """What is wrong with a chapter, and its text as it should be."""
    text, wrong, above, last = read(path), [], None, 0
    source = os.path.join(code_dir, os.path.basename(path).removesuffix(".md").lower() + ".cc")
    code, output = regions_of(read(source) if os.path.exists(source) else "")
    shown, printed = set(), set()

    def right(match):
        nonlocal above, last
        not_run, language, name, body = match.groups()
        at = f"{path}:{text.count(chr(10), 0, match.start(2)) + 1}"
        follows = None if re.search(r"^#", text[last:match.start()], re.M) else above
        above, last = name, match.end()
        if not_run or (language, name) == ("text", "messages"):
            return match.group(0)
        if name and re.search(r"[./]", name):
            whole = read(os.path.join(code_dir, name))
            wanted = regions_of(whole)[0].get("shown", whole)
        elif name in code:
            wanted = code[name]
            shown.add(name)
        elif language == "text" and not name and follows in output:
            wanted = output[follows]
            printed.add(follows)
        else:
            wrong.append(f"{at}: no region, no output and no `not run:` for this {language} fence")
            return match.group(0)
        if body != wanted:
            wrong.append(f"{at}: not what {source} has; --fix puts it here")
        return match.group(0)[:match.start(4) - match.start()] + wanted + "```"

    fixed = FENCE.sub(right, text)
    if len(re.findall(r"^ *```", text, re.M)) != 2 * len(FENCE.findall(text)):
        wrong.append(f"{path}: a fence that is indented, names no language or does not end")
    wrong += [f"{source}: [{name}] is not shown" for name in code if name not in shown]
    wrong += [f"{source}: what [{name}] prints is not shown" for name in output if name not in printed]
    return wrong, fixed


def main():
    parser = argparse.ArgumentParser(prog="fences", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("code_dir")
    parser.add_argument("chapters", nargs="+")
    options = parser.parse_args()
    wrong = []
    for path in options.chapters:
        try:
            found, fixed = compare(options.code_dir, path)
            if options.fix:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(fixed)
                found = compare(options.code_dir, path)[0]
        except Unreadable as error:
            found = [str(error)]
        except OSError as error:
            found = [f"{path}: {error.strerror}"]
        wrong += found
    for line in wrong:
        print(f"fences: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
