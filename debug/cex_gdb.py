"""GDB shows cex's arrays, maps and allocators as what they hold.

    source …/debug/cex_gdb.py      in ~/.gdbinit; `bazel run //debug:gdbinit` prints the line

    (gdb) print primes             arr$(int) of 3, capacity 16 = {2, 3, 5}
    (gdb) print ages               hm$(const char *, int) of 2 = {["ann"] = 41, ["bob"] = 1}
    (gdb) print allocator          0x5555…: arena, 2 pages, depth 1, 5120 bytes in use
    (gdb) cex arena allocator      the same, page by page; `cex arena tmem$` for this thread's

All is read from memory, at offsets that are the same in every build: nothing of the
program is called, so that core files do, and of debug information only the handle's
own type is needed. What is read is checked first, and every loop is bounded: a handle
to nowhere is shown as one.
"""

import re
import struct

import gdb
import gdb.printing

# Where the fields are that are read here: (offset, format of the struct module).
# debug/tests compares it with the compilers' debug information.
LAYOUTS = {
    "cex::detail::ArrHeader": {
        "capacity": (0, "Q"),
        "length": (8, "Q"),
        "allocator": (16, "Q"),
        "magic": (24, "I"),
        "element_size": (28, "I"),
    },
    "cex::detail::HmHeader": {
        "chunks": (0, "Q"),
        "entries": (16, "Q"),
        "length": (24, "Q"),
        "room": (48, "Q"),
        "magic": (56, "I"),
        "entry_size": (60, "I"),
        "allocator": (64, "Q"),
        "copies_keys": (100, "?"),
    },
    "cex::detail::Bump": {
        "cursor": (64, "Q"),
        "newest": (72, "Q"),
        "high": (88, "Q"),
        "entered": (96, "Q"),
        "first": (104, "Q"),
        "left": (112, "Q"),
        "page_limit": (120, "Q"),
        "backing": (128, "Q"),
        "page_bytes": (136, "Q"),
        "byte_limit": (144, "Q"),
        "window": (160, "Q"),
        "reserve_count": (176, "Q"),
        "closed": (184, "Q"),
        "peak": (192, "Q"),
        "reserved": (200, "Q"),
        "created": (208, "Q"),
        "freed": (216, "Q"),
        "has_creator": (232, "?"),
    },
    "cex::detail::Page": {
        "older": (0, "Q"),
        "bytes": (8, "Q"),
        "window_before": (16, "Q"),
        "closed_before": (24, "Q"),
        "depth": (48, "I"),
        "is_large": (52, "?"),
    },
    "Allocator_i": {
        "malloc": (0, "Q"),
    },
}
# How far in front of the elements it begins: under CEX_TEST guard bytes stand between.
ARR_HEADER_BYTES = {False: 32, True: 64}
# Under CEX_TEST only: where the memory in use ends, when that is not the cursor.
BUMP_LIVE = (248, "Q")
META_MAGIC = (56, "I")
META_IS_TEMP = (61, "?")
PMR_RESOURCE = (64, "Q")

ARR_MAGIC, HM_MAGIC, FREED_MAGIC = 0xCEA10A88, 0xCEA105B1, 0xCEA1DEAD
HEAP_MAGIC, BUMP_MAGIC, PMR_MAGIC = 0xCEA1FEAF, 0xCEA1B0B5, 0xCEA1B0B7
POISON_MAGIC = 0xF7F7F7F7

CHECKED_SYMBOL = "cex_error_object_built_with_CEX_TEST_in_a_program_built_without_it"


class Damaged(Exception):
    """What is wrong, in words to show in the value's place."""


def read_bytes(address, count):
    try:
        return gdb.selected_inferior().read_memory(address, count).tobytes()
    except (gdb.error, OverflowError, ValueError):
        raise Damaged("memory at {:#x} can't be read".format(address)) from None


def read_field(address, field):
    offset, code = field
    count = struct.calcsize("<" + code)
    return struct.unpack("<" + code, read_bytes(address + offset, count))[0]


class Record:
    """The fields of LAYOUTS[name] at `address`, all read at once."""

    def __init__(self, name, address):
        fields = LAYOUTS[name]
        size = max(offset + struct.calcsize("<" + code) for offset, code in fields.values())
        data = read_bytes(address, size)
        self.address = address
        for field, (offset, code) in fields.items():
            setattr(self, field, struct.unpack_from("<" + code, data, offset)[0])


def counted(n, what):
    return "{} {}{}".format(n, what, "" if n == 1 else "s")


def type_name(a_type):
    """A type as the user wrote it, near enough."""
    name = str(a_type)
    name = name.replace("std::basic_string_view<char, std::char_traits<char> >", "std::string_view")
    nested = re.fullmatch(r"cex::Arr<(.*?) ?>", name)
    return "arr$({})".format(nested.group(1)) if nested else name


def check_magic(magic, expected, what):
    if magic == expected:
        return
    if magic == FREED_MAGIC:
        raise Damaged("freed")
    if magic == POISON_MAGIC:
        raise Damaged("its memory was freed, or its scope has ended")
    raise Damaged("no {} there (its magic is {:#x})".format(what, magic))


def check_readable(address, length, size):
    """That elements 0 and length-1 are memory: a damaged length is seen at once."""
    if length == 0:
        return
    read_bytes(address, 1)
    try:
        read_bytes(address + length * size - 1, 1)
    except Damaged:
        raise Damaged("its length is {}, but there is no memory for that many".format(length)) from None


def type_size(a_type, recorded):
    """sizeof, checked against what the container itself has on record."""
    size = a_type.sizeof
    if size != recorded:
        name = a_type.strip_typedefs()
        raise Damaged("its elements have {} bytes, and {} has {}".format(recorded, name, size))
    return size


class Printer:
    """A container: `value` is the handle, and what can't be shown is said instead."""

    def __init__(self, value):
        self.value = value
        self.length = 0
        self.address = 0
        self.name = str(value.type)
        try:
            self.text = self.look()
        except Damaged as damage:
            self.length = 0
            self.text = "{} at {:#x}: {}".format(self.name, self.address, damage)
        except gdb.error as error:  # optimized out, an incomplete type, …
            self.length = 0
            self.text = "<{}>".format(error)

    def to_string(self):
        return self.text


class ArrPrinter(Printer):
    """cex::Arr<T>."""

    def look(self):
        self.element = self.value.type.template_argument(0)
        self.name = "arr$({})".format(type_name(self.element))
        elements = self.value["elements_"]
        self.address = int(elements)
        if self.address == 0:
            return "null " + self.name
        header = Record("cex::detail::ArrHeader", self.address - ARR_HEADER_BYTES[is_checked()])
        check_magic(header.magic, ARR_MAGIC, "array")
        size = type_size(self.element, header.element_size)
        if header.length > header.capacity:
            raise Damaged(
                "its length is {}, and its capacity {}".format(header.length, header.capacity))
        check_readable(self.address, header.length, size)
        self.elements = elements
        text = "{} of {}, capacity {}".format(self.name, header.length, header.capacity)
        if self.element.strip_typedefs().unqualified().name in ("char", "char8_t"):
            return text + self.quoted(header.length)
        self.length = header.length
        return text

    def quoted(self, length):
        """A text, which lies there without a NUL, as far as GDB would show it."""
        limit = gdb.parameter("print elements") or length
        shown = read_bytes(self.address, min(length, limit))
        text = "".join(
            {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}.get(c)
            or (c if c.isprintable() else "\\x{:02x}".format(ord(c)))
            for c in shown.decode("utf-8", "backslashreplace"))
        return ' = "{}"{}'.format(text, "..." if len(shown) < length else "")

    def children(self):
        for i in range(self.length):
            yield "[{}]".format(i), (self.elements + i).dereference()

    def display_hint(self):
        return "array" if self.length else None


class HmPrinter(Printer):
    """cex::HmOf<E>: a map where E is an HmEntry, else a list of the user's structs."""

    def look(self):
        self.entry = self.value.type.template_argument(0)
        entry = self.entry.strip_typedefs()
        self.is_map = (entry.name or "").startswith("cex::HmEntry<")
        if self.is_map:
            self.name = "hm$({}, {})".format(
                type_name(entry.template_argument(0)), type_name(entry.template_argument(1)))
        else:
            self.name = "hm$s({})".format(type_name(entry))
        self.address = int(self.value["header_"])
        if self.address == 0:
            return "null " + self.name
        header = Record("cex::detail::HmHeader", self.address)
        check_magic(header.magic, HM_MAGIC, "map")
        size = type_size(self.entry, header.entry_size)
        if header.length > header.room:
            raise Damaged("it has {} entries, and room for {}".format(header.length, header.room))
        check_readable(header.entries, header.length, size)
        self.entries = gdb.Value(header.entries).cast(self.entry.pointer())
        self.length = header.length
        return "{} of {}".format(self.name, header.length)

    def children(self):
        for i in range(self.length):
            entry = (self.entries + i).dereference()
            if self.is_map:
                yield "[{}].key".format(i), entry["key"]
                yield "[{}].value".format(i), entry["value"]
            else:
                yield "[{}]".format(i), entry

    def display_hint(self):
        if not self.length:
            return None
        return "map" if self.is_map else "array"


def is_checked():
    """Whether the program was built with CEX_TEST."""
    try:
        gdb.parse_and_eval("(long)&" + CHECKED_SYMBOL)
        return True
    except gdb.error:
        return False


class Bump:
    """An arena, a fixed buffer or tmem$, whose record lies at `address`."""

    def __init__(self, address):
        record = Record("cex::detail::Bump", address)
        self.record = record
        self.address = address
        self.depth = record.entered - record.left
        self.pages_live = record.created - record.freed - record.reserve_count
        self.window_used = 0
        if record.window != 0:
            end = read_field(address, BUMP_LIVE) if is_checked() else record.cursor
            # Beyond the limit is where the cursor of tmem$ stands between scopes.
            self.window_used = end - record.first if end <= record.page_limit else 0
        self.in_use = record.closed + self.window_used
        if self.window_used < 0 or self.pages_live < 0 or self.in_use > 1 << 62 or self.depth < 0:
            raise Damaged("an arena whose record is damaged")

    def kind(self):
        if read_field(self.address, META_IS_TEMP):
            return "tmem$"
        if self.record.backing == 0:
            return "fixed buffer"
        return "arena" if self.record.has_creator else "mem$arena"

    def summary(self):
        return "{}, {}, depth {}, {} in use".format(
            self.kind(), counted(self.pages_live, "page"), self.depth, counted(self.in_use, "byte"))

    def peak(self):
        if is_checked() or not self.record.window:
            return max(self.record.peak, self.in_use)
        used = max(self.record.high - self.record.first, self.window_used)
        return max(self.record.peak, self.record.closed + used)

    def pages(self):
        """(page's record, its bytes in use), newest first; ends with Damaged where the list does."""
        used = {self.record.window: self.window_used}
        newer_closed = self.record.closed
        address = self.record.newest
        for _ in range(self.pages_live):
            if address == 0:
                return
            page = Record("cex::detail::Page", address)
            # What the page's coming closed: a large page's own block, else the window before.
            used[address if page.is_large else page.window_before] = (
                newer_closed - page.closed_before)
            newer_closed = page.closed_before
            yield page, used.get(address, 0)
            address = page.older


def symbol_at(address):
    """The name of the function there, or None."""
    try:
        text = gdb.execute("info symbol {:#x}".format(address), to_string=True)
    except gdb.error:
        return None
    if text.startswith("No symbol"):
        return None
    return text.split(" in section ")[0].strip()


def describe_allocator(address):
    """What kind of allocator an IAllocator points to, in words."""
    if address == 0:
        return "null"
    magic = read_field(address, META_MAGIC)
    if magic == HEAP_MAGIC:
        return "mem$, the heap"
    if magic == BUMP_MAGIC:
        return Bump(address).summary()
    if magic == PMR_MAGIC:
        resource = read_field(address, PMR_RESOURCE)
        return "over the std::pmr::memory_resource at {:#x}".format(resource)
    if magic == POISON_MAGIC:
        return "no longer there: its memory was freed"
    function = symbol_at(Record("Allocator_i", address).malloc)
    if function is None:
        return "no allocator there"
    return "an allocator whose malloc is {}".format(function)


class AllocatorPrinter:
    """IAllocator, a pointer."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        try:
            address = int(self.value)
            if address == 0:
                return "null IAllocator"
            return "{:#x}: {}".format(address, describe_allocator(address))
        except Damaged as damage:
            return "{:#x}: {}".format(address, damage)
        except gdb.error as error:
            return "<{}>".format(error)


class BumpPrinter:
    """cex::detail::Bump itself, or a cex::ArenaBlock, which holds one."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        try:
            return describe_allocator(int(self.value.address))
        except Damaged as damage:
            return str(damage)
        except (gdb.error, TypeError) as error:  # no address: in registers, or optimized out
            return "<{}>".format(error)


def lookup(value):
    """The printer of a value, for GDB; None where it is not ours."""
    a_type = value.type
    if a_type.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
        a_type = value.type
    a_type = a_type.strip_typedefs().unqualified()
    if a_type.code == gdb.TYPE_CODE_PTR:
        target = a_type.target().strip_typedefs().unqualified()
        return AllocatorPrinter(value) if target.name == "Allocator_i" else None
    name = a_type.name or ""
    if a_type.code != gdb.TYPE_CODE_STRUCT or not name.startswith("cex::"):
        return None
    if name.startswith("cex::Arr<"):
        return ArrPrinter(value)
    if name.startswith("cex::HmOf<"):
        return HmPrinter(value)
    if name in ("cex::ArenaBlock", "cex::detail::Bump"):
        return BumpPrinter(value)
    return None


lookup.name = "cex"
lookup.enabled = True


class CexCommand(gdb.Command):
    """Commands for the memory of cex: `cex arena ALLOCATOR`."""

    def __init__(self):
        super().__init__("cex", gdb.COMMAND_DATA, prefix=True)


class CexArenaCommand(gdb.Command):
    """cex arena ALLOCATOR: an arena's, a fixed buffer's or tmem$'s pages and use.

ALLOCATOR is an expression, such as a variable of type IAllocator, or tmem$, which is
the selected thread's. The newest page comes first; `window` marks the page that small
blocks are taken from, and depth is how many scopes were open when a page came.
No more pages are listed than `set print elements` says."""

    def __init__(self):
        super().__init__("cex arena", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        expression = argument.strip()
        if not expression:
            raise gdb.GdbError("cex arena: of which allocator? For example: cex arena tmem$")
        if expression == "tmem$":
            expression = "(unsigned long)&'cex::detail::temp'"
        try:
            address = self.address_of(gdb.parse_and_eval(expression))
            self.show(address)
        except Damaged as damage:
            raise gdb.GdbError("cex arena: {}: {}".format(argument.strip(), damage)) from None
        except gdb.error as error:
            raise gdb.GdbError("cex arena: {}".format(error)) from None

    @staticmethod
    def address_of(value):
        a_type = value.type.strip_typedefs()
        if a_type.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
            value = value.referenced_value()
            a_type = value.type.strip_typedefs()
        if a_type.code == gdb.TYPE_CODE_STRUCT:
            value = value.address
        return int(value)

    @staticmethod
    def show(address):
        if address == 0 or read_field(address, META_MAGIC) != BUMP_MAGIC:
            raise Damaged("not an arena but: " + describe_allocator(address))
        bump = Bump(address)
        record = bump.record
        limit = "none" if record.byte_limit == (1 << 64) - 1 else record.byte_limit
        print("{:#x}: {}".format(address, bump.summary()))
        print("  at the peak {} bytes; pages hold {}, page size {}, limit {}".format(
            bump.peak(), record.reserved, record.page_bytes, limit))
        print("  {} taken, {} given back, {} in reserve; {} entered".format(
            counted(record.created, "page"), record.freed, record.reserve_count,
            counted(record.entered, "scope")))
        print("  backing: {}".format(
            "none" if record.backing == 0 else describe_allocator(record.backing)))
        print("  {:>18} {:>12} {:>12} {:>6}".format("page", "bytes", "in use", "depth"))
        most = gdb.parameter("print elements") or bump.pages_live
        shown = 0
        for page, used in bump.pages():
            if shown == most:
                print("  ... and {} more".format(bump.pages_live - shown))
                break
            shown += 1
            note = "  window" if page.address == record.window else "  large" * page.is_large
            print("  {:>#18x} {:>12} {:>12} {:>6}{}".format(
                page.address, page.bytes, used, page.depth, note))


gdb.printing.register_pretty_printer(None, lookup, replace=True)
CexCommand()
CexArenaCommand()
