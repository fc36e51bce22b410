"""runner_test.py WRONG_TEST WRONG_MD: every snippet of wrong.md has to fail, by itself."""

import re
import subprocess
import sys


def main(arguments):
    program, chapter = arguments
    with open(chapter, encoding="utf-8") as file:
        lines = file.read().split("\n")
    # The snippets, and what the test of each is called: by its first line.
    snippets = [i + 2 for i, line in enumerate(lines) if line == "```cpp"]
    listed = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True,
                            check=True).stdout
    cases = re.findall(r"^  (Line(\d+))$", listed, re.MULTILINE)
    wrong = []
    if sorted(int(number) for _, number in cases) != snippets:
        wrong.append(f"snippets at {snippets}, but the cases are {cases}")
    for case, number in cases:
        done = subprocess.run([program, f"--gtest_filter=Guide_wrong.{case}"], capture_output=True,
                              text=True, check=False)
        at = f"wrong.md:{number}: "
        if done.returncode != 1 or at not in done.stdout + done.stderr:
            wrong.append(f"{case} did not fail and say where: {done}")
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
