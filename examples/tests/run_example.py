"""run_example.py EXPECTED PROGRAM ... [--takes-arguments] -- ARGUMENT ...

Runs each PROGRAM with the arguments; it has to succeed, print what EXPECTED has, and
nothing on stderr. With --takes-arguments also: --help explains, no argument at all is
a one-line error and exit status 2, and an argument of any length does not crash it.
"""

import subprocess
import sys


def run(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60,
                          check=False)


def main(arguments):
    split = arguments.index("--")
    own, arguments = arguments[:split], arguments[split + 1:]
    takes_arguments = "--takes-arguments" in own
    expected_path, *programs = [word for word in own if word != "--takes-arguments"]
    with open(expected_path, encoding="utf-8") as file:
        expected = file.read()
    failures = []
    for program in programs:
        done = run(program, *arguments)
        if (done.returncode, done.stdout, done.stderr) != (0, expected, ""):
            failures.append(f"{program} {arguments}: exit status {done.returncode}, expected\n"
                            f"{expected}but printed\n{done.stdout}{done.stderr}")
        if not takes_arguments:
            continue
        done = run(program, "--help")
        if done.returncode != 0 or "usage: " not in done.stdout or done.stderr:
            failures.append(f"{program} --help: {done}")
        done = run(program)
        if done.returncode != 2 or done.stdout or done.stderr.count("\n") != 1:
            failures.append(f"{program} without arguments: {done}")
        for text in ("(" * 100000, "1" + "+1" * 50000):
            done = run(program, text)
            if done.returncode not in (0, 1):
                failures.append(f"{program} {text[:4]}…: exit status {done.returncode}: {done.stderr}")
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
