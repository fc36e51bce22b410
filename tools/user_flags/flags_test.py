"""flags_test.py COMPILER CEX_H USER_CC LINES_CC NEVER_NULL_CC: cex's headers under a strict user's warnings.

Code that uses every macro compiles without a warning in C++20 and in C++23, with exceptions and RTTI and without, with the checks and without, and with
the headers found by -I (where warnings in them count, unlike with -isystem). So does
each header alone, and the interface as C11.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import unittest

COMPILER = sys.argv[1]
INCLUDE = os.path.dirname(os.path.dirname(sys.argv[2]))
USER = sys.argv[3]
LINES = sys.argv[4]
NEVER_NULL = sys.argv[5]
STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion",
          "-Wold-style-cast", "-Werror",
          "-Wcast-align=strict" if COMPILER.startswith("g++") else "-Wcast-align")
# None may be missing, lest a test of all tests nothing.
PUBLIC_ROOTS = ("cex.h", "testing.h", "gtest_checks.h")


def headers():
    """The headers at the root of cex/, which users include."""
    return sorted(name for name in os.listdir(os.path.join(INCLUDE, "cex"))
                  if name.endswith(".h"))


def compiled(*options, source=None, text=None):
    """None where the compiler says nothing and succeeds, else what it says."""
    command = [COMPILER, f"-I{INCLUDE}", *options, source or "-"]
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, text=True)
    if done.returncode == 0 and not done.stdout:
        return None
    return f"{' '.join(command)}\n{done.stdout}"


class Flags(unittest.TestCase):

    def all_pass(self, jobs):
        """Runs them two at a time; each is the arguments of compiled()."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            said = list(pool.map(lambda job: compiled(*job[0], **job[1]), jobs))
        self.assertEqual([text for text in said if text], [])
        self.assertGreater(len(jobs), 1)

    def test_user_code(self):
        syntax = [(standard, *more, "-fsyntax-only")
                  for standard in ("-std=c++20", "-std=c++2b")
                  for more in ((), ("-fno-exceptions", "-fno-rtti"), ("-DCEX_TEST=1",))]
        # Some warnings are the optimizer's.
        optimized = ("-std=c++20", "-O2", "-c", "-o", os.devnull)
        self.all_pass([((*STRICT, *options), {"source": source})
                       for source in (USER, LINES) for options in (*syntax, optimized)])

    def test_other_dialects(self):
        """Without char8_t; with the macro `I` of C's complex.h, which gnu++20 has; and with Qt's."""
        qt = ("-Dsignals=public", "-Dslots=", "-Demit=", "-Dforever=for(;;)", "-Dforeach=for")
        self.all_pass([((*STRICT, *options, "-fsyntax-only"), {"source": USER})
                       for options in (("-std=c++20", "-fno-char8_t"),
                                       ("-std=gnu++20", "-include", "complex.h"),
                                       ("-std=c++20", *qt))])

    def test_results_that_are_never_null(self):
        """-Wnull-dereference, which takes g++'s optimizer; clang has no more than the flag."""
        null = ("-std=c++20", "-Wnull-dereference", "-Werror", "-c", "-o", os.devnull)
        self.all_pass([((*null, *options), {"source": source})
                       for source in (USER, NEVER_NULL)
                       for options in (("-O2",), ("-O2", "-DCEX_TEST=1"))])
        if not COMPILER.startswith("g++"):
            return
        # The negative control: a form that may give nullptr, whose result is used all the same.
        said = compiled(*null, "-O2", "-xc++", text='#include "cex/cex.h"\nint f(hm$(int, int) m);\n'
                        "int f(hm$(int, int) m) { return *hm$try_setp(m, 1); }\n")
        self.assertIn("-Werror=null-dereference", said or "")

    def test_there_are_many_lines(self):
        with open(LINES, encoding="utf-8") as file:
            self.assertGreater(len(re.findall(r"^ .*\bUSE\(", file.read(), re.MULTILINE)), 115)

    def test_each_header_alone(self):
        self.assertTrue(set(PUBLIC_ROOTS) <= set(headers()), headers())
        # Twice, so that it has to have a guard.
        self.all_pass([(("-std=c++20", *STRICT, "-fsyntax-only", "-xc++"),
                        {"text": f'#include "cex/{header}"\n' * 2 + "int main() {}\n"})
                       for header in headers()])

    def test_the_interface_in_c(self):
        text = ('#include "cex/interface.h"\n#include "cex/allocator.h"\n'
                "int use(IAllocator a);\n"
                "int use(IAllocator a) { return a->malloc(a, 1, 1) != NULL; }\n")
        self.all_pass([((standard, "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
                         "-Werror", "-fsyntax-only", "-xc"), {"text": text})
                       for standard in ("-std=c11", "-std=c17")])

    def test_every_macro_is_used(self):
        with open(USER, encoding="utf-8") as file:
            user = file.read()
        missing = []
        for header in headers():
            with open(os.path.join(INCLUDE, "cex", header), encoding="utf-8") as file:
                for macro in re.findall(r"^#define (\w+\$\w*)", file.read(), re.MULTILINE):
                    if not re.search(rf"(?<![\w$]){re.escape(macro)}(?![\w$])", user):
                        missing.append(macro)
        self.assertEqual(missing, [])

    def test_an_older_language_is_told_so(self):
        said = compiled("-std=c++17", "-fsyntax-only", "-xc++",
                        text='#include "cex/build_mode.h"\n') or ""
        self.assertIn("cex needs C++20", said)

    def test_a_warning_would_be_seen(self):
        """The negative control: each of the flags finds what it is for, in user code too."""
        for code, warning in {
            "char f(int i); char f(int i) { return i; }": "conversion",
            "unsigned f(int i); unsigned f(int i) { return i; }": "sign-conversion",
            "int f(long i); int f(long i) { return (int)i; }": "old-style-cast",
            "int* f(char* p); int* f(char* p) { return (int*)p; }": "cast-align",
            "int f(int i); int f(int i) { { int i = 1; return i; } }": "shadow",
            "void f(int i); void f(int i) {}": "unused-parameter",
            "int f(int* p); int f(int* p) { return ({ *p; }); }": "error",
        }.items():
            said = compiled("-std=c++20", *STRICT, "-fsyntax-only", "-xc++",
                            text='#include "cex/interface.h"\n' + code + "\n") or ""
            self.assertIn("error", said)
            self.assertIn(warning, said)


unittest.main(argv=sys.argv[:1])
