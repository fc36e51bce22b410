"""tidy_test.py USER_CC: clang-tidy finds nothing in a user's file that uses every macro of cex.

The checks are broad. Of what they find, all is held against cex but what MUTED names,
each with the reason.
"""

import os
import re
import subprocess
import sys
import tempfile

INCLUDE = "tools/tidy/include"
# All that look at the text; clang-analyzer, which runs paths, takes too long for a test.
GROUPS = ["bugprone", "cert", "clang-diagnostic", "cppcoreguidelines", "google", "hicpp", "misc",
          "modernize", "performance", "portability", "readability"]

# Checks of the user's own style, which have nothing to do with cex.
MUTED = [
    "modernize-use-trailing-return-type",
    "readability-identifier-length",
    "readability-magic-numbers",
    "cppcoreguidelines-avoid-magic-numbers",
    # A mem$scope counts as the `if`s that it is made of.
    "readability-function-cognitive-complexity",
    "google-readability-function-size",
    "hicpp-function-size",
    "readability-function-size",
    "bugprone-easily-swappable-parameters",
    # `if (x) return y;` without braces is Google's style, and LLVM's.
    "readability-braces-around-statements",
    "google-readability-braces-around-statements",
    "hicpp-braces-around-statements",
    # A guard that is const costs g++ 12 and 16 three to five instructions per scope; and pointees are
    # the user's.
    "misc-const-correctness",
    # printf is the user's.
    "cppcoreguidelines-pro-type-vararg",
    "hicpp-vararg",
]


def tidy(path):
    """What clang-tidy reports of the file itself: (line, check)."""
    checks = "-*," + ",".join(f"{group}-*" for group in GROUPS)
    checks += "".join(f",-{check}" for check in MUTED)
    done = subprocess.run(
        ["clang-tidy", "--quiet", f"--config={{Checks: '{checks}'}}", path, "--", "-std=c++20",
         "-I", INCLUDE, "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if "error: " in done.stdout + done.stderr:
        sys.exit(f"FAILED: {path} does not compile:\n{done.stdout}{done.stderr}")
    name = re.escape(os.path.basename(path))
    return [(int(line), text, check) for line, text, check in re.findall(
        rf"{name}:(\d+):\d+: warning: (.*) \[([\w.,-]+)\]$", done.stdout, re.M)]


def macros_of(folder):
    """Every macro that cex's headers define for users: name$… and tmem$ and mem$."""
    found = set()
    for name in os.listdir(folder):
        if name.endswith(".h"):
            with open(f"{folder}/{name}", encoding="utf-8") as file:
                found.update(re.findall(r"^#define (\w+\$\w*)", file.read(), re.M))
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit("tidy_test: call it with one argument, the file")
    user = sys.argv[1]
    failed = False
    for line, text, check in tidy(user):
        print(f"FAILED: line {line}: {text} [{check}]")
        failed = True

    # No macro is left out: a new one is put into the file, or this fails.
    with open(user, encoding="utf-8") as file:
        source = file.read()
    macros = macros_of(INCLUDE + "/cex")
    unused = sorted(macro for macro in macros
                    if not re.search(r"(?<![\w$])" + re.escape(macro) + r"(?![\w$])", source))
    if unused or len(macros) < 50:
        print(f"FAILED: of {len(macros)} macros, {user} does not use: {' '.join(unused)}")
        failed = True

    # Negative control: a macro that is not well made is noticed, in the user's own line.
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
        bad = folder + "/bad.cc"
        with open(bad, "w", encoding="utf-8") as file:
            file.write('#include "bad.h"\nint twice(int* p) {\n  return bad$twice(p);\n}\n')
        with open(folder + "/bad.h", "w", encoding="utf-8") as file:
            file.write("#define bad$twice(p) ((int)(long)(p) * 2 + (p == NULL))\n"
                       "#include <cstddef>\n")
        if not any(line == 3 for line, _, _ in tidy(bad)):
            print("FAILED: a bad macro was not noticed")
            failed = True
    print(f"{len(macros)} macros")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
