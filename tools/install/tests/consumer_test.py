"""consumer_test.py COMPILER: CMake projects find, build on and run with an installed cex."""

import os
import sys

import support

COMPILER = sys.argv[1]
CONSUMER = os.path.join(support.ROOT, "tools", "install", "tests", "consumer")
EXAMPLE = os.path.join(support.ROOT, "examples", "cmake")
STRICT = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"

# The variables of consumer/CMakeLists.txt, and others that a test may set.
VARIABLES = {
    "CEX_ASAN": None,
    "CEX_TEST": "",
    "CMAKE_BUILD_TYPE": "Release",
    "CMAKE_CXX_FLAGS": "",
    "CMAKE_DISABLE_FIND_PACKAGE_absl": "",
    "LIBRARIES": "cex::cex",
    "MIXED": "",
    "WANTED_COMPONENTS": "",
    "WANTED_VERSION": "",
}


class Consumer(support.Case):
    """All tests use one installation, and one build folder, since CMake takes long to make one."""

    shared = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls().installed()

    def configure(self, source, build, status=0, **variables):
        """Configures `source`; what CMake says."""
        variables["CMAKE_PREFIX_PATH"] = self.path("moved")
        variables["CMAKE_CXX_COMPILER"] = COMPILER
        return self.run_program("cmake", "-S", source, "-B", self.path(build), "-Wno-dev",
                                *(f"-U{name}" if value is None else f"-D{name}={value}"
                                  for name, value in variables.items()),
                                status=status)

    def consumer(self, status=0, **variables):
        return self.configure(CONSUMER, "consumer", status, **{**VARIABLES, **variables})

    def build(self, build="consumer", status=0):
        return self.run_program("cmake", "--build", self.path(build), "-j2", status=status)

    def test_the_example(self):
        # With the warnings of a strict user, whose headers they are not.
        self.configure(EXAMPLE, "example", CMAKE_CXX_FLAGS=STRICT)
        self.build("example")
        self.assertEqual(self.run_program(self.path("example", "count_words"), "one", "two", "one"),
                         "2 one\n1 two\n")
        self.run_program("ctest", "--test-dir", self.path("example"), "--output-on-failure")

    def check_library(self, checks, **variables):
        self.consumer(**variables)
        self.build()
        program = self.path("consumer", "double_free")
        self.assertEqual(self.run_program(program), f"checks: {checks}\n")
        return program

    def test_without_checks(self):
        # Only the checked library needs Abseil.
        self.check_library("off", CMAKE_DISABLE_FIND_PACKAGE_absl="ON")
        said = self.consumer(1, CMAKE_DISABLE_FIND_PACKAGE_absl="ON", WANTED_COMPONENTS="checked")
        self.assertIn("absl", said)

    def test_trace_and_print(self):
        for checks in ("", "ON"):
            with self.subTest(checks=checks):
                self.consumer(WANTED_COMPONENTS="trace", CEX_TEST=checks)
                self.build()
                self.assertEqual(self.run_program(self.path("consumer", "traced")), "[2, 3, 5]\n")

    def test_with_checks(self):
        for variables in (
            {"WANTED_COMPONENTS": "checked", "LIBRARIES": "cex::checked"},
            {"CEX_TEST": "ON"},
        ):
            with self.subTest(**variables):
                program = self.check_library("on", **variables)
                said = self.run_program(program, "twice", status=None)
                self.assertRegex(said, r"(?m)^cex: .*/double_free\.cc:10: .*free")
                self.assertRegex(said, r"(?m)^    #\d+ \w+ free_twice.*\n    #\d+ \w+ main$")

    def test_address_sanitizer(self):
        for variables in ({}, {"CEX_TEST": "ON"}):
            with self.subTest(**variables):
                self.consumer(CMAKE_CXX_FLAGS="-g1 -fsanitize=address", **variables)
                self.build()
                program = self.path("consumer", "after_scope")
                self.assertEqual(self.run_program(program), "asan: on\n")
                said = self.run_program(program, "read", status=None)
                self.assertRegex(said, "AddressSanitizer: (use-after-poison|heap-use-after-free)")
        # Another sanitizer's name ends alike. (In a macro, since few compilers have it.)
        self.consumer(CMAKE_CXX_FLAGS="-DNAME=-fsanitize=hwaddress")
        self.build()
        # The library that tells the tool nothing.
        self.consumer(CMAKE_CXX_FLAGS="-fsanitize=address", CEX_ASAN="OFF")
        self.assertIn("cex_error_object_built_with_AddressSanitizer", self.build(status=None))

    def test_mixing_is_an_error(self):
        # Of one target, when the build is generated.
        said = self.consumer(1, WANTED_COMPONENTS="checked", LIBRARIES="cex::cex;cex::checked")
        self.assertIn("INTERFACE_CEX_CHECKS", said)
        # Of a library that a target uses, when it is linked.
        self.consumer(WANTED_COMPONENTS="checked", LIBRARIES="cex::checked", MIXED="cex::cex")
        said = self.build(status=None)
        self.assertRegex(said, "multiple definition of .*with_and_without_CEX_TEST")

    def test_what_is_not_there(self):
        said = self.consumer(1, WANTED_COMPONENTS="chekced")
        self.assertIn("no component chekced", said)
        for version in ("0.0.9", "0.1.1", "0.2", "1"):
            with self.subTest(version=version):
                said = self.consumer(1, WANTED_VERSION=version)
                self.assertIn(f'requested version "{version}"', said)
        for version in ("0", "0.1", "0.1.0"):
            with self.subTest(version=version):
                self.consumer(WANTED_VERSION=version)


support.main()
