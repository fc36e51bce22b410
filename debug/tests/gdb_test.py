"""gdb_test.py COMPILER: GDB shows tests/program.cc's values as cex_gdb.py promises.

The program is built four times, with -O0 and -O2, with the checks of CEX_TEST and
without, against a library that has no debug information, and looked at in each.
"""

import concurrent.futures
import itertools
import os
import re
import subprocess
import sys

HERE = "debug/tests"
WORK = os.environ.get("TEST_TMPDIR", "/tmp")
ENVIRONMENT = {**os.environ, "HOME": WORK, "DEBUGINFOD_URLS": ""}
PRINTERS = "debug/cex_gdb.py"

TEMP_SCOPE = {
    "release": "0x*: scope 1 of 0x*: tmem$, 1 page, depth 1, 1008 bytes in use",
    "checked": "0x*: scope 1 (opened at debug/tests/program.cc:*) of 0x*: tmem$, 1 block, depth 1, "
               "1008 bytes in use",
}

# expression -> what GDB prints; an address is 0x*, and of a list any will do.
VALUES = {
    "arrays.none": "null arr$(int)",
    "arrays.empty": "arr$(int) of 0, capacity 16",
    "arrays.numbers": "arr$(int) of 3, capacity 16 = {3, 1, 2}",
    "&arrays.numbers": "(cex::Arr<int> *) 0x* <arrays+16>",
    "arrays.points": "arr$(Point) of 2, capacity 16 = {{x = 1, y = 2}, {x = 3, y = 4}}",
    "arrays.names": 'arr$(const char *) of 2, capacity 16 = {0x* "ann", 0x* "bob"}',
    "arrays.text": 'arr$(char) of 4, capacity 16 = "a\\"\\nb"',
    "arrays.bytes": 'arr$(char) of 5, capacity 16 = "\\377\\\\\\001é"',
    "arrays.nested": "arr$(arr$(int)) of 2, capacity 16 = "
                     "{arr$(int) of 3, capacity 16 = {3, 1, 2}, null arr$(int)}",
    "arrays.wide": "arr$(Wide) of 1, capacity 16 = {{n = 7}}",
    "arrays.colors": "arr$(Color) of 1, capacity 16 = {Color::kGreen}",
    # Only what is shown is read: `set print elements 5` is in force.
    "arrays.many": "arr$(int) of 100000, capacity 131072 = {0, 1, 2, 3, 4...}",
    "maps.none": "null hm$(int, int)",
    "maps.empty": "hm$(int, int) of 0",
    "maps.ages": 'hm$(const char *, int) of 2 = {[0x* "ann"] = 41, [0x* "bob"] = 1}',
    "maps.places": 'hm$(std::string_view, Point) of 1 = {["here"] = {x = 1, y = 2}}',
    "maps.lists": "hm$(int, arr$(int)) of 1 = {[5] = arr$(int) of 3, capacity 16 = {3, 1, 2}}",
    "maps.countries": 'hm$s(Country) of 2 = {{key = 0x* "be", people = 11}, '
                      '{key = 0x* "nl", people = 17}}',
    "maps.no_flat": "null hf$(int, int)",
    "maps.flat": 'hf$(const char *, int) of 1 = {[0x* "ann"] = 41}',
    "maps.flat_large": "hf$(int, int) of 1 = {[5] = 25}",
    "maps.flat_countries": 'hf$s(Country) of 2 = {{key = 0x* "nl", people = 11}, '
                           '{key = 0x* "de", people = 11}}',
    "allocators.none": "null IAllocator",
    "allocators.heap": "0x*: mem$, the heap",
    "allocators.arena": ["0x*: arena, 4 pages, depth 1, 103760 bytes in use",
                         "0x*: arena, 6 blocks, depth 1, 103760 bytes in use"],
    "allocators.scope": [
        "0x*: scope 1 of 0x*: arena, 4 pages, depth 1, 103760 bytes in use",
        "0x*: scope 1 (opened at debug/tests/program.cc:*) of 0x*: arena, 6 blocks, depth 1, "
        "103760 bytes in use"],
    "allocators.ended": [
        "0x*: scope 2 (ended) of 0x*: arena, 4 pages, depth 1, 103760 bytes in use",
        "0x*: scope 2 (opened at debug/tests/program.cc:*, ended) of 0x*: arena, 6 blocks, "
        "depth 1, 103760 bytes in use"],
    "allocators.block": ["0x*: mem$arena, 0 pages, depth 0, 0 bytes in use",
                         "0x*: mem$arena, 0 blocks, depth 0, 0 bytes in use"],
    "arena_records.core": "fixed buffer, 0 pages, depth 0, 0 bytes in use",
    "allocators.temp": [TEMP_SCOPE["release"], TEMP_SCOPE["checked"]],
    "allocators.unused_temp": "0x*: tmem$, not used yet",
    "allocators.fixed": ["0x*: fixed buffer, 1 page, depth 0, 0 bytes in use",
                         "0x*: fixed buffer, 0 blocks, depth 0, 0 bytes in use"],
    "allocators.pmr": "0x*: over the std::pmr::memory_resource at 0x*",
    "allocators.own": "0x*: an allocator whose malloc is (anonymous namespace)::own_malloc"
                      "(Allocator_i const*, unsigned long, unsigned long)",
    "allocators.wild": "0x*: memory at 0x* can't be read",
    "allocators.nothing": "0x*: no allocator there",
    "allocators.object": "0x*: no allocator there",
    "damage.wild": "arr$(int) at 0x*: memory at 0x* can't be read",
    "damage.no_array": "arr$(int) at 0x*: no array there (its magic is 0x*)",
    "damage.freed": ["arr$(int) at 0x*: freed",
                     "arr$(int) at 0x*: its memory was freed, or its scope has ended"],
    "damage.too_long": "arr$(int) at 0x*: its length is 1000, and its capacity 16",
    "damage.huge": "arr$(int) at 0x*: its length is 2305843009213693951, "
                   "but there is no memory for that many",
    "damage.other_size": "arr$(int) at 0x*: its elements have 12 bytes, and int has 4",
    "damage.wild_map": "hm$(int, int) at 0x*: memory at 0x* can't be read",
    "damage.no_map": "hm$(int, int) at 0x*: no map there (its magic is 0x*)",
    "damage.freed_map": ["hm$(int, int) at 0x*: freed",
                         "hm$(int, int) at 0x*: its memory was freed, or its scope has ended"],
    "damage.huge_map": "hm$(int, int) at 0x*: its length is 288230376151711743, "
                       "but there is no memory for that many",
    "damage.stray": "0x*: a scope without an arena",
}

# Without the printers; what the guide tells its readers to type.
PLAIN = {
    "arrays.numbers": "{elements_ = 0x*}",
    "arrays.numbers.elements_[0]": "3",
    "*arrays.numbers.elements_@3": "{3, 1, 2}",
    "((cex::detail::ArrHeader*)arrays.numbers.elements_)[-1].length": "3",
    "maps.ages.header_->length": "2",
    "*(cex::HmEntry<char const*, int>*)maps.ages.header_->entries@2":
        '{{key = 0x* "ann", value = 41}, {key = 0x* "bob", value = 1}}',
    "(Country[2])*(Country*)maps.countries.header_->entries":
        '{{key = 0x* "be", people = 11}, {key = 0x* "nl", people = 17}}',
    "allocators.arena->meta": ["{magic_id = 13541376, is_arena = true, is_temp = false}",
                               "{magic_id = 216117248, is_arena = true, is_temp = false}"],
    "allocators.heap->meta.is_arena": "false",
}

LISTINGS = {
    "release": {
        "allocators.arena": """\
0x*: arena, 4 pages, depth 1, 103760 bytes in use
at the peak 103760 bytes; pages hold 112400, page size 4096, limit none
4 pages taken, 0 freed, 0 kept with 0 bytes; 1008 bytes to use again; 2 scopes entered
backing: 0x*: mem$, the heap
depth scope page bytes in use
1 0x* 0x* 100112 100016 large
1 0x* 0x* 4096 1008 window
0 0x* 0x* 4096 208
0 0x* 0x* 4096 3536
""",
        "tmem$": TEMP_SCOPE["release"] + """
at the peak 1008 bytes; pages hold 262144, page size 262144, limit none
1 page taken, 0 freed, 0 kept with 0 bytes; 1 scope entered
backing: 0x*: mem$, the heap
depth scope page bytes in use
1 0x* 0x* 262144 1008 window
0 0x* -
""",
        "allocators.reserved": """\
0x*: arena, 1 page, depth 0, 0 bytes in use
at the peak 0 bytes; pages hold 8192, page size 4096, limit none
1 page taken, 0 freed, 0 kept with 0 bytes; 0 scopes entered
backing: a range of addresses, at 0x*
depth scope page bytes in use
0 0x* 0x* 1048512 0 window
""",
        "allocators.fixed": """\
0x*: fixed buffer, 1 page, depth 0, 0 bytes in use
at the peak 0 bytes; pages hold *, page size 0, limit none
1 page taken, 0 freed, 0 kept with 0 bytes; 0 scopes entered
backing: none
depth scope page bytes in use
0 0x* 0x* * 0 window
""",
    },
    "checked": {
        "allocators.arena": """\
0x*: arena, 6 blocks, depth 1, 103760 bytes in use
at the peak 103760 bytes; limit none
7 blocks allocated, 1 freed; 2 scopes entered
backing: 0x*: mem$, the heap
depth scope opened at
1 0x* debug/tests/program.cc:*
0 0x* -
""",
        "tmem$": TEMP_SCOPE["checked"] + """
at the peak 1008 bytes; limit none
1 block allocated, 0 freed; 1 scope entered
backing: the C library
depth scope opened at
1 0x* debug/tests/program.cc:*
0 0x* -
""",
        "allocators.reserved": """\
0x*: arena, 0 blocks, depth 0, 0 bytes in use
at the peak 0 bytes; limit 1048576
0 blocks allocated, 0 freed; 0 scopes entered
backing: 0x*: mem$, the heap
depth scope opened at
0 0x* -
""",
        "allocators.fixed": """\
0x*: fixed buffer, 0 blocks, depth 0, 0 bytes in use
at the peak 0 bytes; a buffer of 4096, limit none
0 blocks allocated, 0 freed; 0 scopes entered
backing: none
depth scope opened at
0 0x* -
""",
    },
}
# A scope's handle leads to its arena.
FIRST_LINE = re.compile(r"^0x\*: (scope .* of 0x\*: )?")

COMPLAINTS = {
    "cex arena": "cex arena: of which allocator? For example: cex arena tmem$",
    "cex arena allocators.heap":
        "cex arena: allocators.heap: not an arena but: 0x*: mem$, the heap",
    "cex arena allocators.wild": "cex arena: allocators.wild: memory at 0x* can't be read",
    "cex arena allocators.none": "cex arena: allocators.none: not an arena but: null",
    "cex arena damage.stray": "cex arena: damage.stray: a scope without an arena",
    "cex arena $copy = arrays": "cex arena: $copy = arrays: it is not in the program's memory",
    "cex arena nonsense": 'cex arena: No symbol "nonsense" in current context.',
}

failures = []


def check(label, actual, expected):
    options = expected if isinstance(expected, list) else [expected]
    if actual not in options:
        failures.append("{}\n    printed  {!r}\n    expected {!r}".format(label, actual, expected))


def build(compiler, mode, optimize):
    program = "{}/{}_{}".format(WORK, mode, optimize)
    subprocess.run(
        [compiler, "-std=c++20", "-g", optimize, "-I", HERE + "/include"]
        + (["-DCEX_TEST=1"] if mode == "checked" else [])
        + [HERE + "/program.cc", "@{}/{}/link.txt".format(HERE, mode), "-pthread"]
        + ["-o", program],
        check=True)
    return program


def gdb(program, commands, printers=True, setup=(), extra=(), locale="C.UTF-8"):
    """The output of each command, in a program that stands in stop_here()."""
    script = ["set width 0", "set print elements 5", "set confirm off", *setup]
    if printers:
        script.append("source " + PRINTERS)
    script += ["break stop_here", "run"] if not extra else []
    for number, command in enumerate(commands):
        # An error would end the script; Python's execute() hands it over.
        script.append("echo \\n@@{}\\n".format(number))
        script.append("python\ntry:\n  gdb.execute({!r})\nexcept gdb.error as e:\n  print(e)\nend"
                      .format(command))
    script.append("echo \\n@@end\\n")
    path = "{}/script_{}".format(WORK, os.path.basename(program))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(script) + "\n")
    done = subprocess.run(["gdb", "-batch", "-nx", "-x", path, program, *extra],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                          env={**ENVIRONMENT, "LC_ALL": locale}, encoding="utf-8", check=False)
    text = re.sub(r"0x[0-9a-f]+", "0x*", done.stdout)
    text = re.sub(r"(program\.cc):\d+", r"\1:*", text)
    if "Python Exception" in text or "Traceback" in text or "@@end" not in text:
        failures.append("{}: gdb said\n{}".format(program, done.stdout))
    parts = re.split(r"\n@@\w+\n", text)
    return dict(zip(commands, [part.strip("\n") for part in parts[1:]]))


def value_of(output):
    """`$1 = value` without the number."""
    return re.sub(r"^\$\d+ = ", "", output)


def table(text):
    """A listing with its columns' spaces made one."""
    return "".join(" ".join(line.split()) + "\n" for line in text.splitlines())


def check_printers(program, mode):
    commands = ["print " + expression for expression in VALUES]
    listings = {"cex arena " + name: text for name, text in LISTINGS[mode].items()}
    of_a_scope = ["cex arena allocators.scope", "cex arena allocators.ended"]
    locals_ = ["cex arena *allocators.arena", "cex arena damage.ring", "up", "info locals"]
    out = gdb(program, commands + [*listings, *COMPLAINTS] + of_a_scope + locals_)
    for expression, expected in VALUES.items():
        check("{}: print {}".format(program, expression),
              value_of(out["print " + expression]), expected)
    for command, expected in listings.items():
        printed = table(out[command])
        if command.endswith("fixed"):  # its own record takes more or less of it
            printed = re.sub(r"(pages hold |0x\* 0x\* )\d+", r"\1*", printed)
        check("{}: {}".format(program, command), printed,
              expected.replace("backing: 0x*: ", "backing: "))
    arena = table(out["cex arena allocators.arena"])
    check("{}: cex arena of an object".format(program),
          table(out["cex arena *allocators.arena"]), arena)
    for command in of_a_scope:
        check("{}: {}".format(program, command),
              FIRST_LINE.sub("0x*: ", table(out[command])), arena)
    check("{}: cex arena damage.ring".format(program), out["cex arena damage.ring"].splitlines()[-1],
          "cex arena: damage.ring: the list of its {} is damaged".format(
              "pages" if mode == "release" else "scopes"))
    for command, expected in COMPLAINTS.items():
        expected = expected.replace("but: 0x*: ", "but: ")
        check("{}: {}".format(program, command), out[command], expected)
    if program.endswith("-O0"):
        expected = "temp = " + TEMP_SCOPE[mode]
        check("{}: info locals".format(program), expected in out["info locals"], True)


def check_plain(program):
    out = gdb(program, ["print " + expression for expression in PLAIN], printers=False)
    for expression, expected in PLAIN.items():
        check("{}, no printers: print {}".format(program, expression),
              value_of(out["print " + expression]), expected)


def check_layouts(program):
    source = "source " + HERE + "/check_layouts.py"
    spoil = 'python LAYOUTS["cex::detail::ArrHeader"]["length"] = (0, "Q")'
    out = gdb(program, [source, spoil, source + " "])
    lines = dict(line.rsplit(": ", 1) for line in out[source].splitlines())
    check("{}: records".format(program), len(lines), 10)
    for name, result in lines.items():
        check("{}: {}".format(program, name), result, "ok")
    # The comparison itself notices: a table that is wrong has to be found out.
    spoiled = "layout of cex::detail::ArrHeader: differs: length (0, 8) (8, 8)"
    check("{}: a wrong table".format(program),
          spoiled in out[source + " "].splitlines(), True)
    # A table that is wrong shows in the values, too.
    wrong = gdb(program, [spoil, "print arrays.numbers"])
    check("{}: values with a wrong table".format(program),
          "of 3, capacity 16" in wrong["print arrays.numbers"], False)


def check_effort(program):
    """Of a large map GDB shows a few entries, and makes no list of all."""
    start = "python import tracemalloc; tracemalloc.start()"
    peak = "python print(tracemalloc.get_traced_memory()[1] < 1 << 20)"
    out = gdb(program, [start, "print maps.flat_many", peak])
    check("{}: print maps.flat_many".format(program),
          "hf$(int, int) of 60000 = {[" in out["print maps.flat_many"], True)
    check("{}: memory that it took".format(program), out[peak], "True")


def check_core(program):
    core = WORK + "/core"
    gdb(program, ["generate-core-file " + core])
    # No process: nothing can be called, and all is still there.
    names = ["arrays.numbers", "maps.ages", "allocators.arena", "damage.huge"]
    out = gdb(program, ["print " + name for name in names], extra=["-c", core])
    for name in names:
        check("{}, core file: print {}".format(program, name),
              value_of(out["print " + name]), VALUES[name])


def check_plain_locale(program):
    """Of a container, a service, or whoever has set no other."""
    out = gdb(program, ["print arrays.bytes"], locale="C")
    check("{}: in the locale C".format(program), value_of(out["print arrays.bytes"]),
          'arr$(char) of 5, capacity 16 = "\\377\\\\\\001\\303\\251"')


def check_before_run(program):
    out = gdb(program, ["kill", "print arrays.numbers", "print allocators.arena"])
    check("{}: before it runs".format(program),
          value_of(out["print arrays.numbers"]), "null arr$(int)")
    check("{}: before it runs".format(program),
          value_of(out["print allocators.arena"]), "null IAllocator")


def check_machine_interface(program):
    """What an editor's debugger view asks for."""
    make = 'interpreter-exec mi "-var-create v * arrays.numbers"'
    listed = 'interpreter-exec mi "-var-list-children --all-values v"'
    pairs = 'interpreter-exec mi "-var-create m * maps.ages"'
    of_map = 'interpreter-exec mi "-var-list-children --all-values m"'
    enable = 'interpreter-exec mi "-enable-pretty-printing"'
    # Of what may have children an editor shows no text: here the text is all there is.
    said = {name: 'interpreter-exec mi "-var-create - * {}"'.format(name)
            for name in ["arrays.none", "arrays.text", "maps.empty", "damage.too_long"]}
    out = gdb(program, [enable, make, listed, pairs, of_map, *said.values()])
    for name, command in said.items():
        check("{}: MI {}".format(program, name),
              re.findall(r'value="((?:\\.|[^"\\])*)"', out[command]),
              [[VALUES[name].replace("\\", "\\\\").replace('"', '\\"')]])
    check("{}: MI array".format(program),
          re.findall(r'exp="(\[\d\])",numchild="0",value="(\d)"', out[listed]),
          [[("[0]", "3"), ("[1]", "1"), ("[2]", "2")]])
    check("{}: MI map".format(program),
          re.findall(r'value="(\d+)"', out[of_map]), [["41", "1"]])


def main():
    if len(sys.argv) != 2:
        sys.exit("gdb_test: call it with one argument, the compiler")
    compiler = sys.argv[1]
    variants = list(itertools.product(["release", "checked"], ["-O0", "-O2"]))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        programs = list(pool.map(lambda variant: build(compiler, *variant), variants))
    for (mode, optimize), program in zip(variants, programs):
        check_printers(program, mode)
        if optimize == "-O0":
            check_plain(program)
            check_layouts(program)
    check_effort(programs[1])
    check_core(programs[1])
    check_before_run(programs[0])
    check_plain_locale(programs[0])
    check_machine_interface(programs[1])
    for failure in failures:
        print("FAILED: " + failure)
    print("{} programs, {} values in each".format(len(programs), len(VALUES)))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
