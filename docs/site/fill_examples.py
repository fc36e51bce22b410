"""Puts the examples of headers into sources that have what they take for granted.

    fill_examples.py --fill SOURCE OUT [--fill SOURCE OUT] HEADER…

A line `// example: cex/NAME.h` of a source becomes the code at the top of that header,
`// example: cex/NAME.h[0]` what ends with the first line that is `}` alone, and [1] what
follows that. A line of dots becomes an empty one. Every header is asked for that has an
example (of the HEADERs given), and every example that is asked for is there.
"""

import argparse
import pathlib
import re
import sys

_FENCE = re.compile(r"(?: \*|///) ```")
_ASKS = re.compile(r"^\s*// example: (cex/\w+\.h)(?:\[([01])\])?$", re.MULTILINE)


def example_of(text):
    """The first fence of a header's opening comment, which is C++; None where there is none."""
    opening = re.match(r"(?:///.*\n|/\*\*(?:.|\n)*?\*/)+", text)
    lines = opening.group(0).splitlines() if opening else []
    marks = [i for i, line in enumerate(lines) if _FENCE.match(line)]
    if not marks or not lines[marks[0]].endswith("```cpp"):
        return None
    code = [re.sub(r"^( \*|///) ?", "", line) for line in lines[marks[0] + 1:marks[1]]]
    return "\n".join(line.replace("\u2026", "") for line in code)


def _part(example, part):
    if part is None:
        return example
    first, _, rest = example.partition("\n}\n")
    return first + "\n}" if part == "0" else rest


def fill(sources, headers):
    """The sources with the examples in them. `headers`: the text of each by its path.
    Raises ValueError, saying what is wrong."""
    examples = {name: example_of(text) for name, text in headers.items()}
    asked = {name for source in sources for name, _ in _ASKS.findall(source)}
    for name in sorted(asked):
        if examples.get(name) is None:
            raise ValueError(f"{name} has no example")
    for name, example in sorted(examples.items()):
        if example is not None and name not in asked:
            raise ValueError(f"the example of {name} is not asked for")
    return [_ASKS.sub(lambda ask: _part(examples[ask.group(1)], ask.group(2)), source)
            for source in sources]


def main():
    parser = argparse.ArgumentParser(prog="fill_examples",
                                     description="Puts the examples of headers into sources.")
    parser.add_argument("--fill", required=True, nargs=2, action="append",
                        metavar=("SOURCE", "OUT"))
    parser.add_argument("headers", nargs="+", metavar="HEADER")
    args = parser.parse_args()
    try:
        headers = {}
        for path in args.headers:
            name = re.search(r"cex/\w+\.h$", path)
            if name:  # and not one of cex/PACKAGE/internal/
                headers[name.group(0)] = pathlib.Path(path).read_text(encoding="utf-8")
        sources = [pathlib.Path(source).read_text(encoding="utf-8") for source, _ in args.fill]
        for (_, out), text in zip(args.fill, fill(sources, headers)):
            pathlib.Path(out).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        print(f"fill_examples: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
