"""Writes the page about the macros that .bzl files offer.

    rules_page.py OUT.md FILE.bzl LABEL [FILE.bzl LABEL]...

The page has a section for each macro of a file: what its docstring says, and for each argument its
type and default. A docstring's `Args:` has lines of the form `name: (type) what it is.`, and a
macro, or an argument, that says less is an error. Starlark's syntax is Python's here.
"""

import ast
import pathlib
import re
import sys

# One of a docstring's arguments: its name, its type, and what it is, on lines that are indented more.
_ARGUMENT = re.compile(r"^  (\*{0,2}\w+): \((attributes|bool|label|list of labels|list of strings|name|string)\)"
                       r" (.+(?:\n {4}.*)*)", re.MULTILINE)


def _declared(function):
    """{name as the docstring has it: what the page says of its default} of all arguments."""
    args = function.args
    defaults = [f"`{ast.unparse(default)}`".replace("'", '"') for default in args.defaults]
    required = ["required"] * (len(args.args) - len(defaults))
    declared = dict(zip([arg.arg for arg in args.args], required + defaults))
    return declared | ({"**" + args.kwarg.arg: ""} if args.kwarg else {})


def section(function, label, file):
    """The Markdown of one macro."""
    where = f"{file}: {function.name}"
    docstring = ast.get_docstring(function)
    if not docstring:
        raise ValueError(f"{where}: no docstring")
    text, _, listed = docstring.partition("\nArgs:\n")
    typed = {name: (kind, " ".join(said.split())) for name, kind, said in _ARGUMENT.findall(listed)}
    declared = _declared(function)
    missing = [name for name in declared if name not in typed]
    stray = [name for name in typed if name not in declared]
    if missing or stray:
        raise ValueError(f"{where}: Args: has not {missing} with a type, and not in the code are {stray}")
    lines = [f"## {function.name}", "", "```python", f'load("{label}", "{function.name}")', "```", "",
             text.strip(), ""]
    if declared:
        lines += ["| argument | type | default | |", "|---|---|---|---|"]
    for name, default in declared.items():
        kind, said = typed[name]
        lines.append(f"| `{name}` | {kind} | {default} | {said.replace('|', chr(92) + '|')} |")
    return "\n".join(lines).rstrip() + "\n"


def sections(source, label, file):
    """What a file says of itself behind its first line, and its macros."""
    module = ast.parse(source)
    text = (ast.get_docstring(module) or "").partition("\n")[2].strip()
    public = [node for node in module.body
              if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    if not public:
        raise ValueError(f"{file}: no macros")
    return ([text + "\n"] if text else []) + [section(node, label, file) for node in public]


def main():
    out, *files = sys.argv[1:]
    parts = ["# Macros for Bazel\n"]
    try:
        for file, label in zip(files[::2], files[1::2], strict=True):
            parts += sections(pathlib.Path(file).read_text(encoding="utf-8"), label, file)
    except (OSError, SyntaxError, ValueError) as error:
        print(f"rules_page: {error}", file=sys.stderr)
        return 1
    pathlib.Path(out).write_text("\n".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
