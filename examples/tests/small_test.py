"""small_test.py FILE ...: each example is a program of under 100 lines that says what it shows."""

import sys

MAX_LINES = 99


def main(paths):
    failures = [] if paths else ["there are no examples"]
    for path in paths:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        if len(lines) > MAX_LINES:
            failures.append(f"{path}: {len(lines)} lines, at most {MAX_LINES} are wanted")
        if not lines[0].startswith(("// ", "/* ")) and path.endswith((".cc", ".h")):
            failures.append(f"{path}: it does not begin by saying what it shows")
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
