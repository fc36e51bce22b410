"""refused.py INCLUDE_DIR CHAPTER_MD ...: compiles what chapters say does not compile.

Each fence marked so has to be refused by every compiler that there is (g++, clang++)
with the text below it, and the same code without the fence's lines has to be accepted,
so that it is the fence that is refused. INCLUDE_DIR has cex/….
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

import extract

COMPILERS = ("g++", "clang++")


def compile_file(compiler, include, path):
    done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-I", include, "-x", "c++", path],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr


def check(compiler, include, path):
    wrong = []
    accepted, said = compile_file(compiler, include, path + ".good")
    if not accepted:
        wrong.append(f"{compiler}: {path}: refused without the snippet, too:\n{said}")
    accepted, said = compile_file(compiler, include, path)
    with open(path + ".expected", encoding="utf-8") as file:
        expected = file.read().strip()
    if accepted:
        wrong.append(f"{compiler}: {path}: accepted")
    elif expected not in " ".join(said.split("\n")):
        wrong.append(f"{compiler}: {path}: it does not say\n{expected}\nbut\n{said[:2000]}")
    return wrong


def main(arguments):
    if arguments and arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0
    if len(arguments) < 2:
        print("refused: INCLUDE_DIR and at least one CHAPTER_MD are needed; try --help",
              file=sys.stderr)
        return 2
    include, *chapters = arguments
    compilers = [name for name in COMPILERS if shutil.which(name)]
    wrong, count = [], 0
    if not compilers:
        wrong.append("there is no compiler")
    with tempfile.TemporaryDirectory() as work:
        try:
            for chapter in chapters:
                extract.write_refused(chapter, work)
        except extract.Refused as refused:
            wrong.append(str(refused))
        for path in sorted(glob.glob(os.path.join(work, "*.cc"))):
            for compiler in compilers:
                count += 1
                wrong += check(compiler, include, path)
    if count == 0:
        wrong.append("no chapter has a fence that does not compile")
    for line in wrong:
        print(f"refused: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
