"""Writes the page about the macros that .bzl files offer.

    rules_page.py OUT.md FILE.bzl LABEL [FILE.bzl LABEL]...

The page has a section for each macro of a file: what its docstring says, and for each argument its
type and default. A docstring's `Args:` has lines of the form `name: (type) what it is.`, and a
macro, or an argument, that says less is an error. Starlark's syntax is Python's here.
"""

import ast
import re
import sys

# One of a docstring's arguments: its name, its type, and what it is, on lines that are indented more.
_ARGUMENT = re.compile(r"^  (\*{0,2}\w+): \((attributes|bool|label|list of labels|list of strings|name|string)\)"
                       r" (.+(?:\n {4}.*)*)", re.MULTILINE)


class PageError(Exception):
    """What is wrong, in one line."""


def _declared(function):
    """(name as the docstring has it, its default as text or None) of each argument."""
    args = function.args
    defaults = [None] * (len(args.args) - len(args.defaults)) + args.defaults
    for arg, default in zip(args.args, defaults):
        yield arg.arg, None if default is None else ast.unparse(default).replace("'", '"')
    if args.kwarg:
        yield "**" + args.kwarg.arg, None


def section(function, label, file):
    """The Markdown of one macro."""
    where = f"{file}: {function.name}"
    docstring = ast.get_docstring(function)
    if not docstring:
        raise PageError(f"{where}: no docstring")
    text, _, listed = docstring.partition("\nArgs:\n")
    typed = {name: (kind, " ".join(said.split())) for name, kind, said in _ARGUMENT.findall(listed)}
    declared = list(_declared(function))
    missing = [name for name, _ in declared if name not in typed]
    stray = [name for name in typed if name not in dict(declared)]
    if missing or stray:
        raise PageError(f"{where}: Args: has not {missing} with a type, and not in the code are {stray}")
    lines = [f"## {function.name}", "", "```python", f'load("{label}", "{function.name}")', "```", "",
             text.strip(), ""]
    if declared:
        lines += ["| argument | type | default | |", "|---|---|---|---|"]
    for name, default in declared:
        kind, said = typed[name]
        needed = "required" if default is None and not name.startswith("*") else "" if default is None \
            else f"`{default}`"
        lines.append(f"| `{name}` | {kind} | {needed} | {said.replace('|', chr(92) + '|')} |")
    return "\n".join(lines).rstrip() + "\n"


def sections(source, label, file):
    """What a file says of itself behind its first line, and its macros."""
    module = ast.parse(source)
    text = (ast.get_docstring(module) or "").partition("\n")[2].strip()
    public = [node for node in module.body
              if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    if not public:
        raise PageError(f"{file}: no macros")
    return ([text + "\n"] if text else []) + [section(node, label, file) for node in public]


def main():
    out, *files = sys.argv[1:]
    parts = ["# Macros for Bazel\n"]
    try:
        for file, label in zip(files[::2], files[1::2], strict=True):
            with open(file, encoding="utf-8") as source:
                parts += sections(source.read(), label, file)
    except (OSError, SyntaxError, ValueError, PageError) as error:
        print(f"rules_page: {error}", file=sys.stderr)
        return 1
    with open(out, "w", encoding="utf-8") as page_file:
        page_file.write("\n".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
