"""What //:install does with its arguments, and what it puts where."""

import os
import re
import shutil
import unittest

import support


def tree(root):
    """The files below root: their names and what is in them."""
    files = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, root)] = file.read()
    return files


def naming(files, *texts):
    """Which of the files have one of the texts in them."""
    return [name for name, data in files.items() if any(text.encode() in data for text in texts)]


class Arguments(support.Case):

    def refused(self, *arguments, **env):
        said = self.install(*arguments, status=2, **env)
        self.assertRegex(said, r"\Ainstall: [^\n]+\n\Z")
        return said

    def test_bad_ones_are_refused(self):
        self.assertIn("one PREFIX", self.refused())
        self.assertIn("one PREFIX", self.refused("a", "b"))
        self.assertIn("empty", self.refused(""))
        self.assertIn("--prefix", self.refused("--prefix", self.path("p")))
        self.assertFalse(os.path.exists(self.path("p")))

    def test_help(self):
        self.assertIn("PREFIX", self.install("--help"))
        self.assertIn("DESTDIR", self.install(self.path("p"), "-h"))
        self.assertFalse(os.path.exists(self.path("p")))

    def test_a_prefix_that_cannot_be(self):
        with open(self.path("file"), "w", encoding="utf-8"):
            pass
        self.assertIn("Not a directory", self.refused(self.path("file", "p")))
        self.assertIn("/proc", self.refused("/proc/cex"))

    @unittest.skipIf(os.getuid() == 0, "root may write everywhere")
    def test_a_folder_without_permission(self):
        os.mkdir(self.path("closed"), 0o500)
        self.assertIn("Permission denied", self.refused(self.path("closed", "p")))

    def test_relative_to_where_bazel_was_called(self):
        os.mkdir(self.path("here"))
        self.install("p", BUILD_WORKING_DIRECTORY=self.path("here"))
        self.assertTrue(os.path.exists(self.path("here", "p", "lib", "libcex.a")))

    def test_destdir(self):
        self.install("/opt/cex", DESTDIR=self.path("stage"))
        self.assertTrue(os.path.exists(self.path("stage", "opt", "cex", "lib", "libcex.a")))
        self.assertIn("absolute", self.refused("opt/cex", DESTDIR=self.path("stage")))

    def test_a_module_without_version(self):
        os.makedirs(self.path("tools", "install"))
        program = shutil.copy(support.INSTALL, self.path("tools", "install"))
        with open(self.path("MODULE.bazel"), "w", encoding="utf-8") as file:
            file.write('module(\n    name = "cex",\n)\nbazel_dep(name = "a", version = "1.0.0")\n')
        self.assertIn("no version", self.refused(self.path("p"), program=program))


class Tree(support.Case):

    def test_what_is_where(self):
        said = self.install(self.path("p"))
        files = tree(self.path("p"))
        for name in ("include/cex/cex.h", "include/cex/allocator/internal/bump_window.h", "include/cex/testing.h",
                     "lib/libcex.a", "lib/libcex_checked.a", "lib/libcex_asan.a",
                     "lib/libcex_checked_asan.a", "lib/pkgconfig/cex-asan.pc",
                     "lib/pkgconfig/cex-checked-asan.pc", "lib/pkgconfig/cex.pc",
                     "lib/pkgconfig/cex-checked.pc", "lib/cmake/cex/cexConfig.cmake",
                     "lib/cmake/cex/cexConfigVersion.cmake", "share/doc/cex/LICENSE",
                     "include/cex/trace.h", "include/cex/print.h", "lib/pkgconfig/cex-trace.pc",
                     "share/cex/cex_gdb.py", "share/cex/gtest_main.cc", "share/cex/gtest_checks.cc"):
            self.assertIn(name, files)
        listed = files.pop("share/cex/installed_files.txt").decode().splitlines()
        self.assertEqual(listed, sorted(files))

        # The version has one source.
        with open(os.path.join(support.ROOT, "MODULE.bazel"), encoding="utf-8") as file:
            version = re.search(r'name = "cex",\s+version = "([0-9.]+)"', file.read())[1]
        self.assertIn(f"cex {version} is in {self.path('p')}", said)
        for name in ("lib/pkgconfig/cex.pc", "lib/pkgconfig/cex-checked.pc"):
            self.assertIn(f"Version: {version}\n", files[name].decode())
        self.assertIn(f'"{version}"', files["lib/cmake/cex/cexConfigVersion.cmake"].decode())

    def test_every_include_is_installed(self):
        self.install(self.path("p"))
        include = self.path("p", "include")
        count = 0
        for name, data in tree(include).items():
            for header in re.findall(r'^#include ["<](cex/[^">]+)', data.decode(), re.MULTILINE):
                self.assertTrue(os.path.exists(os.path.join(include, header)), (name, header))
                count += 1
        self.assertGreater(count, 50)

    def test_nothing_of_this_machine(self):
        self.install(self.path("p"))
        places = (self.dir, os.path.realpath(support.INSTALL).partition("/tools/install/")[0],
                  "/execroot/", "/sandbox/", "/.cache/")
        files = tree(self.path("p"))
        self.assertEqual(naming(files, *places), [])
        # A file that does name one would have been found.
        files["bad.pc"] = f"prefix={self.path('p')}".encode()
        self.assertEqual(naming(files, *places), ["bad.pc"])

    def test_again(self):
        self.install(self.path("p"))
        before = tree(self.path("p"))
        self.install(self.path("p"))
        self.assertEqual(tree(self.path("p")), before)

    def test_what_an_earlier_version_left(self):
        self.install(self.path("p"))
        for name in ("p/include/cex/old.h", "p/include/cex/users_own.h", "outside"):
            with open(self.path(name), "w", encoding="utf-8"):
                pass
        with open(self.path("p", "share", "cex", "installed_files.txt"), "a",
                  encoding="utf-8") as file:
            file.write(f"include/cex/old.h\n../outside\n{self.path('outside')}\nlib/gone.a\n")
        self.install(self.path("p"))
        self.assertFalse(os.path.exists(self.path("p", "include", "cex", "old.h")))
        self.assertTrue(os.path.exists(self.path("p", "include", "cex", "users_own.h")))
        self.assertTrue(os.path.exists(self.path("outside")))
        self.assertNotIn(b"old.h", tree(self.path("p"))["share/cex/installed_files.txt"])

    def test_folders_that_are_links(self):
        for name in ("p/lib64", "include"):
            os.makedirs(self.path(name))
        os.symlink("lib64", self.path("p", "lib"))
        os.symlink("../include", self.path("p", "include"))
        self.install(self.path("p"))
        for name in ("p/lib", "p/include"):
            self.assertTrue(os.path.islink(self.path(name)), name)
        for name in ("p/lib64/libcex.a", "include/cex/cex.h"):
            self.assertTrue(os.path.isfile(self.path(name)), name)

    def test_a_damaged_list_of_an_earlier_version(self):
        self.install(self.path("p"))
        with open(self.path("p", "lib", "old.a"), "w", encoding="utf-8"):
            pass
        with open(self.path("p", "share", "cex", "installed_files.txt"), "ab") as file:
            file.write(b"lib\n.\n\n\xff\xfe\0\nlib/old.a\n")
        self.assertRegex(self.install(self.path("p")), r"\Ainstall: cex [^\n]*\n\Z")
        self.assertFalse(os.path.exists(self.path("p", "lib", "old.a")))

    def test_a_folder_in_the_place_of_a_file(self):
        os.makedirs(self.path("p", "lib", "libcex.a"))
        said = self.install(self.path("p"), status=2)
        self.assertRegex(said, r"\Ainstall: [^\n]*libcex.a[^\n]*\n\Z")


support.main()
