"""valgrind_blocks_test.py PROGRAM CHECKED: Valgrind names the stacks that allocated blocks of arenas.

Memcheck does for PROGRAM, without the checks, and for CHECKED; DHAT lists blocks of the latter,
which are blocks of the C library.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree


def memcheck(program, bug):
    """The errors of a run: (what is said of the address, the functions of its stack)."""
    path = os.path.join(os.environ["TEST_TMPDIR"], bug + ".xml")
    subprocess.run(
        ["valgrind", "-q", "--vgdb=no", "--num-callers=30", "--xml=yes", "--xml-file=" + path, program, bug],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    errors = []
    for error in ElementTree.parse(path).getroot().iter("error"):
        stacks = [[frame.findtext("fn", "") for frame in stack.iter("frame")] for stack in error.iter("stack")]
        for said in list(error.iter("auxwhat")) or [error.find("kind")]:
            errors.append((said.text, stacks[-1]))
    return errors


def expect_block(program, bug, size=""):
    errors = memcheck(program, bug)
    for said, stack in errors:
        if "block of size " + size in said and any(bug in function for function in stack):
            print("%s %s: %s, by %s" % (os.path.basename(program), bug, said, " < ".join(stack[:3])))
            return
    sys.exit("FAILED: %s %s: the stack of the block is not named: %s" % (program, bug, errors))


def expect_in_dhat(program, bug):
    path = os.path.join(os.environ["TEST_TMPDIR"], bug + ".dhat")
    subprocess.run(
        ["valgrind", "--tool=dhat", "--dhat-out-file=" + path, program, bug],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    with open(path, encoding="utf-8") as file:
        if bug not in file.read():
            sys.exit("FAILED: DHAT does not list what %s allocates" % bug)


def main():
    plain, checked = sys.argv[1:]
    for program in (plain, checked):
        if memcheck(program, "fine"):
            sys.exit("FAILED: %s: errors where there is none" % program)
        for bug in ("arena_overflow", "arena_underflow"):
            expect_block(program, bug)
    expect_block(plain, "arena_overflow_of_grown", "20,000")
    for bug in ("freed_in_arena", "after_scope", "after_arena"):
        expect_block(checked, bug)
    expect_in_dhat(checked, "arena_overflow")


if __name__ == "__main__":
    main()
