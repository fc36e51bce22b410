"""Programs built by a compiler and pkg-config alone, with an installed cex."""

import os
import shutil
import subprocess
import unittest

import support

SOURCE = os.path.join(support.ROOT, "tools", "install", "tests", "consumer", "double_free.cc")
AFTER_SCOPE = os.path.join(os.path.dirname(SOURCE), "after_scope.cc")
TRACED = os.path.join(os.path.dirname(SOURCE), "traced.cc")
LEAKS = os.path.join(os.path.dirname(SOURCE), "leaks.cc")
COMPILERS = [name for name in ("g++", "clang++") if shutil.which(name)]


class PkgConfig(support.Case):

    def ask(self, prefix, *arguments):
        """The words that pkg-config answers with."""
        return self.run_program("pkg-config", *arguments,
                                env={"PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig"}).split()

    def build(self, compiler, *options, status=0, source=SOURCE):
        return self.run_program(compiler, "-std=c++20", "-O2", source, *options, "-o",
                                self.path("program"), status=status)

    def check(self, prefix, compiler, package, checks):
        self.build(compiler, *self.ask(prefix, "--cflags", "--libs", package))
        self.assertEqual(self.run_program(self.path("program")), f"checks: {checks}\n")

    def check_report(self):
        said = self.run_program(self.path("program"), "twice", status=None)
        self.assertRegex(said, r"(?m)^cex: .*/double_free\.cc:10: .*free")
        self.assertRegex(said, r"(?m)^    #\d+ \w+ free_twice.*\n    #\d+ \w+ main$")

    def test_builds_before_and_after_a_move(self):
        self.install(self.path("before"))
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                self.check(self.path("before"), compiler, "cex", "off")
                self.check(self.path("before"), compiler, "cex-checked", "on")
                self.check_report()
        os.rename(self.path("before"), self.path("after"))
        self.check(self.path("after"), COMPILERS[0], "cex", "off")
        self.check(self.path("after"), COMPILERS[0], "cex-checked", "on")
        self.check_report()

    def test_no_defines_but_the_documented(self):
        prefix = self.installed()
        flags = self.ask(prefix, "--cflags", "cex")
        self.assertEqual([flag for flag in flags if not flag.startswith("-I")], [])
        flags = self.ask(prefix, "--cflags", "cex-checked")
        self.assertIn("-DCEX_TEST=1", flags)
        self.assertEqual([flag for flag in flags if flag.startswith("-f")], [])

    def test_only_the_checked_library_needs_abseil(self):
        prefix = self.installed()
        self.assertNotIn("absl", " ".join(self.ask(prefix, "--libs", "--static", "cex")))
        self.assertIn("absl", " ".join(self.ask(prefix, "--libs", "cex-checked")))

    def test_trace_and_print(self):
        prefix = self.installed()
        for compiler in COMPILERS:
            for package in ("cex-trace", "cex-checked"):
                with self.subTest(compiler=compiler, package=package):
                    self.build(compiler, *self.ask(prefix, "--cflags", "--libs", package), source=TRACED)
                    self.assertEqual(self.run_program(self.path("program")), "[2, 3, 5]\n")

    @unittest.skipIf(subprocess.call(("pkg-config", "--exists", "gmock")), "GoogleTest is not installed")
    def test_googletest(self):
        prefix = self.installed()
        main = [os.path.join(prefix, "share", "cex", name) for name in ("gtest_checks.cc", "gtest_main.cc")]
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                self.build(compiler, *main, *self.ask(prefix, "--cflags", "--libs", "cex-checked", "gmock"),
                           source=LEAKS)
                said = self.run_program(self.path("program"), status=1)
                self.assertRegex(said, r"cex: in LeakTest.Leaks: leak: 1 block, 10 bytes of mem\$ not freed")

    def test_mixing_does_not_link(self):
        prefix = self.installed()
        plain = self.ask(prefix, "--cflags", "cex")
        checked = self.ask(prefix, "--libs", "cex-checked")
        for compiler in COMPILERS:
            said = self.build(compiler, *plain, *checked, status=None)
            self.assertIn("cex_error_object_built_without_CEX_TEST_in_a_program_built_with_it",
                          said)

    def test_address_sanitizer(self):
        prefix = self.installed()
        asan = ("-fsanitize=address", "-g1", "-fno-omit-frame-pointer")
        for compiler in COMPILERS:
            for package in ("cex", "cex-checked"):
                with self.subTest(compiler=compiler, package=package):
                    flags = self.ask(prefix, "--cflags", "--libs", f"{package}-asan")
                    self.build(compiler, *asan, *flags, source=AFTER_SCOPE)
                    self.assertEqual(self.run_program(self.path("program")), "asan: on\n")
                    said = self.run_program(self.path("program"), "read", status=None)
                    self.assertRegex(said, "AddressSanitizer: (use-after-poison|heap-use-after-free)")
                    self.assertIn("after_scope.cc:17", said)
                    # The library that tells the tool nothing.
                    flags = self.ask(prefix, "--cflags", "--libs", package)
                    said = self.build(compiler, *asan, *flags, source=AFTER_SCOPE, status=None)
                    self.assertIn("cex_error_object_built_with_AddressSanitizer_needs", said)

    def test_into_a_shared_library(self):
        prefix = self.installed()
        for compiler in COMPILERS:
            self.build(compiler, "-shared", "-fPIC", "-Wl,-z,defs",
                       *self.ask(prefix, "--cflags", "--libs", "cex"))


support.main()
