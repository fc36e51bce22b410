"""GDB shows cex's arrays, maps and allocators as what they hold.

    source …/debug/cex_gdb.py      in ~/.gdbinit; `bazel run //debug:gdbinit` prints the line

    (gdb) print primes             arr$(int) of 3, capacity 16 = {2, 3, 5}
    (gdb) print ages               hm$(const char *, int) of 2 = {["ann"] = 41, ["bob"] = 1}
    (gdb) print allocator          0x5555…: arena, 2 pages, depth 1, 5120 bytes in use
    (gdb) cex arena allocator      the same, scope by scope; `cex arena tmem$` for this thread's

All is read from memory, at offsets that are the same in every build for a 64-bit little-endian
processor: nothing of the program is called, so that core files do, and of debug information only the handle's
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
    "cex::detail::MapHeader": {
        "groups": (0, "Q"),
        "mask": (8, "Q"),
        "entries": (16, "Q"),
        "length": (24, "Q"),
        "room": (48, "Q"),
        "magic": (56, "I"),
        "entry_size": (60, "I"),
        "allocator": (64, "Q"),
        "copies_keys": (96, "?"),
    },
    # A scope of an arena, or the arena itself.
    "cex::detail::ArenaLevel": {
        "cursor": (64, "Q"),
        "limit": (80, "Q"),
        "depth": (124, "I"),
        "outer": (128, "Q"),
        "own.freed": (136, "Q"),
        "core": (144, "Q"),
        "pages": (152, "Q"),
        "window": (160, "Q"),
        "side": (168, "Q"),
        "closed": (184, "Q"),
    },
    "cex::detail::CheckedLevel": {
        "depth": (124, "I"),
        "outer": (128, "Q"),
        "arena": (144, "Q"),
        "blocks.opened.file": (192, "Q"),
        "blocks.opened.line": (200, "i"),
        "is_open": (248, "?"),
    },
    "cex::detail::ArenaHead": {
        "innermost": (0, "Q"),
        "high": (8, "Q"),
        "scopes_entered": (16, "Q"),
    },
    "cex::detail::ArenaCore": {
        "head": (0, "Q"),
        "backing": (8, "Q"),
        "page_bytes": (16, "Q"),
        "byte_limit": (24, "Q"),
        "kept_count": (56, "Q"),
        "kept_bytes": (64, "Q"),
        "first": (72, "Q"),
        "closed": (96, "Q"),
        "peak": (104, "Q"),
        "reserved": (112, "Q"),
        "created": (120, "Q"),
        "freed": (128, "Q"),
        "range": (160, "Q"),
        "has_creator": (168, "?"),
        "outermost.base": (192, "64s"),
    },
    "cex::detail::CheckedArena": {
        "outermost.base": (0, "64s"),
        "head": (320, "Q"),
        "totals.live_bytes": (328, "Q"),
        "totals.peak_bytes": (336, "Q"),
        "totals.made": (352, "Q"),
        "totals.freed": (360, "Q"),
        "backing": (376, "Q"),
        "byte_limit": (384, "Q"),
        "buffer_bytes": (392, "Q"),
        "has_creator": (416, "?"),
    },
    "cex::detail::Page": {
        "older": (0, "Q"),
        "newer": (8, "Q"),
        "level": (16, "Q"),
        "bytes": (24, "Q"),
        "cursor": (32, "Q"),
        "is_large": (40, "?"),
    },
    "Allocator_i": {
        "malloc": (0, "Q"),
    },
}
# How far in front of the elements it begins: under CEX_TEST guard bytes stand between.
ARR_HEADER_BYTES = {False: 32, True: 64}
# How far behind a page's begin its blocks begin.
PAGE_FIRST = 64
META_MAGIC = (56, "I")
META_IS_TEMP = (61, "?")
PMR_RESOURCE = (64, "Q")

ARR_MAGIC, HM_MAGIC, FREED_MAGIC = 0xCEA10A88, 0xCEA105B1, 0xCEA1DEAD
HEAP_MAGIC, PMR_MAGIC = 0xCEA1FEAF, 0xCEA1B0B7
# Of the scopes of an arena: inline; tmem$ between scopes; for a checker; with CEX_TEST.
LEVEL_MAGIC, TEMP_MAGIC, POISONED_MAGIC, CHECKED_MAGIC = 0xCEA000, 0xCEB000, 0xCE1A000, 0xCE1B000
POISON_MAGIC = 0xF7F7F7F7
# Above the size of a block: that it is free; and all that is no size.
FREE_BIT, SIZE_BITS = 1 << 60, (1 << 59) - 1
# From a free block to its links.
FREE_LINKS = 48
# The limit of a scope that has ended.
CLOSED = 3
NO_LIMIT = (1 << 64) - 1

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
    """The fields of LAYOUTS[name] at `address`, all read at once; `a.b` becomes a_b."""

    def __init__(self, name, address):
        fields = LAYOUTS[name]
        size = max(offset + struct.calcsize("<" + code) for offset, code in fields.values())
        data = read_bytes(address, size)
        self.address = address
        for field, (offset, code) in fields.items():
            setattr(self, field.replace(".", "_"), struct.unpack_from("<" + code, data, offset)[0])


def counted(n, what):
    return "{} {}{}".format(n, what, "" if n == 1 else "s")


def type_name(a_type):
    """A type as the user wrote it, near enough."""
    name = str(a_type)
    name = name.replace("std::basic_string_view<char, std::char_traits<char> >", "std::string_view")
    nested = re.fullmatch(r"cex::Arr<(.*?) ?>", name)
    return "arr$({})".format(nested.group(1)) if nested else name


def printable(character):
    """Itself where GDB can print it, else its bytes as GDB shows those of a text."""
    try:
        # A character that isn't of the terminal's set would be an exception in GDB.
        character.encode(getattr(gdb, "host_charset", lambda: "ascii")())
        if character.isprintable():
            return character
    except (UnicodeError, LookupError):
        pass
    return "".join("\\{:03o}".format(b) for b in character.encode("utf-8", "surrogateescape"))


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

    def for_gdb(self):
        """Itself, or the text alone: editors show no text of what may have children."""
        return self if self.length else Text(self.text)


class Text:
    """What is said of a container that has no elements to show."""

    def __init__(self, text):
        self.text = text

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
        shown = read_bytes(self.address, min(length, limit)).decode("utf-8", "surrogateescape")
        text = "".join({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}.get(c) or printable(c)
                       for c in shown)
        return ' = "{}"{}'.format(text, "..." if limit < length else "")

    def children(self):
        for i in range(self.length):
            yield "[{}]".format(i), (self.elements + i).dereference()

    def display_hint(self):
        return "array"


class HmPrinter(Printer):
    """cex::HmOf<E>: a map where E is an HmEntry, else a list of the user's structs."""

    KIND = "hm$"

    def look(self):
        self.entry = self.value.type.template_argument(0)
        entry = self.entry.strip_typedefs()
        self.is_map = (entry.name or "").startswith("cex::HmEntry<")
        if self.is_map:
            self.name = "{}({}, {})".format(
                self.KIND, type_name(entry.template_argument(0)), type_name(entry.template_argument(1)))
        else:
            self.name = "{}s({})".format(self.KIND, type_name(entry))
        self.address = int(self.value["header_"])
        if self.address == 0:
            return "null " + self.name
        header = Record("cex::detail::MapHeader", self.address)
        check_magic(header.magic, HM_MAGIC, "map")
        size = type_size(self.entry, header.entry_size)
        if header.length > header.room:
            raise Damaged("it has {} entries, and room for {}".format(header.length, header.room))
        self.check_slots(header, size)
        self.entries = gdb.Value(header.entries).cast(self.entry.pointer())
        self.length = header.length
        return "{} of {}".format(self.name, header.length)

    def check_slots(self, header, size):
        """That the entries are there."""
        check_readable(header.entries, header.length, size)

    def slots(self):
        """The numbers of the slots that hold the entries."""
        return range(self.length)

    def children(self):
        for i, slot in enumerate(self.slots()):
            entry = (self.entries + slot).dereference()
            if self.is_map:
                yield "[{}].key".format(i), entry["key"]
                yield "[{}].value".format(i), entry["value"]
            else:
                yield "[{}]".format(i), entry

    def display_hint(self):
        return "map" if self.is_map else "array"


class HfPrinter(HmPrinter):
    """cex::HfOf<E>: as HmPrinter, in the order of the table."""

    KIND = "hf$"
    SLOTS = 15  # of a group
    GROUP = 16  # bytes, the tags of the slots first
    tags = b""

    def check_slots(self, header, size):
        groups = header.mask // self.GROUP + 1
        check_readable(header.entries, groups * self.SLOTS, size)
        tags = read_bytes(header.groups, groups * self.GROUP)
        free = tags.count(0) - tags[self.SLOTS::self.GROUP].count(0)
        taken = groups * self.SLOTS - free
        if taken != header.length:
            raise Damaged("it has {} entries, and {} slots are taken".format(header.length, taken))
        self.tags = tags

    def slots(self):
        # One by one: of millions GDB shows a few.
        for i, tag in enumerate(self.tags):
            group, slot = divmod(i, self.GROUP)
            if tag != 0 and slot != self.SLOTS:
                yield group * self.SLOTS + slot


def is_checked():
    """Whether the program was built with CEX_TEST."""
    try:
        gdb.parse_and_eval("(long)&" + CHECKED_SYMBOL)
        return True
    except gdb.error:
        return False


def read_text(address, limit=300):
    """A C string, or the first bytes of it."""
    text = b""
    while len(text) < limit and not text.endswith(b"\0"):
        text += read_bytes(address + len(text), 1)
    return "".join(map(printable, text.rstrip(b"\0").decode("utf-8", "surrogateescape")))


class AnyArena:
    """An arena, a fixed buffer or tmem$, by the handle of itself or of a scope of it."""

    def __init__(self, handle):
        self.handle = handle
        self.is_temp = read_field(handle, META_IS_TEMP)
        self.address = read_field(handle, LAYOUTS[self.LEVEL][self.LINK])
        if self.address == 0:
            raise Damaged("tmem$, not used yet" if self.is_temp else "a scope without an arena")
        self.level = Record(self.LEVEL, handle)
        self.record = Record(self.RECORD, self.address)
        self.head = Record("cex::detail::ArenaHead", self.record.head)
        self.innermost = Record(self.LEVEL, self.head.innermost)
        self.depth = self.innermost.depth
        self.look()
        if not 0 <= self.in_use < 1 << 62 or not 0 <= self.count < 1 << 62:
            raise Damaged("an arena whose record is damaged")

    def levels(self):
        """Those that are open, innermost first; ends with Damaged where the list does."""
        level = self.innermost
        while True:
            # Depths that fall by one end the loop, whatever the memory holds.
            if getattr(level, self.LINK) != self.address:
                raise Damaged("the list of its scopes is damaged")
            yield level
            if level.depth == 0:
                return
            outer = Record(self.LEVEL, level.outer)
            if outer.depth != level.depth - 1:
                raise Damaged("the list of its scopes is damaged")
            level = outer

    def kind(self):
        if self.is_temp:
            return "tmem$"
        if self.is_buffer():
            return "fixed buffer"
        return "arena" if self.record.has_creator else "mem$arena"

    def summary(self):
        text = "{}, {}, depth {}, {} in use".format(
            self.kind(), counted(self.count, self.UNIT), self.depth, counted(self.in_use, "byte"))
        arena = self.address + LAYOUTS[self.RECORD]["outermost.base"][0]
        if self.handle == arena:
            return text
        opened = self.opened_at(self.level)
        notes = (["opened at " + opened] if opened else []) + ["ended"] * (not self.is_open())
        return "scope {}{} of {:#x}: {}".format(
            self.level.depth, " ({})".format(", ".join(notes)) if notes else "", arena, text)

    @staticmethod
    def opened_at(_level):
        return ""

    def show(self):
        print("{:#x}: {}".format(self.handle, self.summary()))
        limit = "none" if self.record.byte_limit == NO_LIMIT else self.record.byte_limit
        print("  at the peak {} bytes; {}limit {}".format(self.peak(), self.holds(), limit))
        print("  {}; {} entered".format(
            self.history(), counted(self.head.scopes_entered, "scope")))
        print("  backing: {}".format(self.backing()))
        print(self.HEADING)
        most = gdb.parameter("print elements") or 1 << 62
        for shown, row in enumerate(self.rows()):
            if shown == most:
                print("  ... and more")
                break
            print(row)


class Arena(AnyArena):
    """Without CEX_TEST: pages."""

    LEVEL, LINK, RECORD = "cex::detail::ArenaLevel", "core", "cex::detail::ArenaCore"
    UNIT = "page"
    HEADING = "  {:>5} {:>18} {:>18} {:>12} {:>12}".format(
        "depth", "scope", "page", "bytes", "in use")

    def look(self):
        record = self.record
        if self.is_temp and record.page_bytes == 0:
            raise Damaged("tmem$, not used yet")
        self.count = record.created - record.freed - record.kept_count
        self.window_used = self.innermost.cursor - record.first
        # Less what is free in blocks, so that it may be below 0.
        self.in_use = (record.closed + self.window_used) % (1 << 64)
        if self.window_used < 0:
            raise Damaged("an arena whose record is damaged")

    def is_buffer(self):
        return self.record.backing == 0 and self.record.range == 0

    def is_open(self):
        return self.level.limit != CLOSED

    def backing(self):
        if self.record.range != 0:
            return "a range of addresses, at {:#x}".format(self.record.range)
        return "none" if self.is_buffer() else describe_allocator(self.record.backing)

    def peak(self):
        used = max(self.head.high - self.record.first, self.window_used)
        return max(self.record.peak, (self.record.closed + used) % (1 << 64))

    def holds(self):
        return "pages hold {}, page size {}, ".format(self.record.reserved, self.record.page_bytes)

    def history(self):
        record = self.record
        free = sum(self.free_bytes(level) for level in self.levels())
        return "{} taken, {} freed, {} kept with {}{}".format(
            counted(record.created, "page"), record.freed, record.kept_count,
            counted(record.kept_bytes, "byte"),
            "; {} to use again".format(counted(free, "byte")) if free else "")

    @staticmethod
    def free_bytes(level):
        """What free blocks of a level take of its pages."""
        total, seen = 0, set()
        first = level.own_freed
        while first != 0:
            p, bigger = first, 0
            while p != 0:
                size, = struct.unpack("<Q", read_bytes(p - 8, 8))
                following, next_class = struct.unpack("<QQ", read_bytes(p + FREE_LINKS, 16))
                if not size & FREE_BIT or p in seen:
                    raise Damaged("the list of its free blocks is damaged")
                seen.add(p)
                total += (size & SIZE_BITS) + 8
                bigger = bigger if p != first else next_class
                p = following
            first = bigger
        return total

    @staticmethod
    def pages(level):
        """Newest first; ends with Damaged where the list does."""
        newer = 0
        address = level.pages
        while address != 0:
            page = Record("cex::detail::Page", address)
            # Links that agree in both directions make no ring.
            if page.newer != newer or page.level != level.address:
                raise Damaged("the list of its pages is damaged")
            yield page
            newer, address = address, page.older

    def rows(self):
        window_used = self.window_used
        note_of_window = "  window"
        for level in self.levels():
            pages = list(self.pages(level))
            used = {p.address: p.cursor - p.address - PAGE_FIRST for p in pages}
            if level.window in used:
                used[level.window] = window_used
                # What a level has closed is on its other pages, and, for the rest, on the
                # page of an outer level where the window was before.
                window_used = (level.closed + self.free_bytes(level) - sum(
                    bytes_used for page, bytes_used in used.items() if page != level.window)
                ) % (1 << 64)
            for page in pages:
                if not 0 <= used[page.address] <= page.bytes:
                    raise Damaged("a page whose record is damaged")
                note = ""
                if page.address == level.window:
                    note, note_of_window = note_of_window, ""
                elif page.is_large:
                    note = "  large"
                yield "  {:>5} {:>#18x} {:>#18x} {:>12} {:>12}{}".format(
                    level.depth, level.address, page.address, page.bytes, used[page.address], note)
            if not pages:
                yield "  {:>5} {:>#18x} {:>18}".format(level.depth, level.address, "-")


class CheckedArena(AnyArena):
    """With CEX_TEST: blocks of their own, and no pages."""

    LEVEL, LINK, RECORD = "cex::detail::CheckedLevel", "arena", "cex::detail::CheckedArena"
    UNIT = "block"
    HEADING = "  {:>5} {:>18}  {}".format("depth", "scope", "opened at")

    def look(self):
        self.count = self.record.totals_made - self.record.totals_freed
        self.in_use = self.record.totals_live_bytes

    def is_buffer(self):
        return self.record.buffer_bytes != 0

    def is_open(self):
        return self.level.is_open

    def backing(self):
        if self.record.backing != 0:
            return describe_allocator(self.record.backing)
        return "none" if self.is_buffer() else "the C library"

    def peak(self):
        return self.record.totals_peak_bytes

    def holds(self):
        return "a buffer of {}, ".format(self.record.buffer_bytes) if self.is_buffer() else ""

    def history(self):
        return "{} allocated, {} freed".format(
            counted(self.record.totals_made, "block"), self.record.totals_freed)

    @staticmethod
    def opened_at(level):
        if level.blocks_opened_file == 0:
            return ""
        return "{}:{}".format(read_text(level.blocks_opened_file), level.blocks_opened_line)

    def rows(self):
        for level in self.levels():
            yield "  {:>5} {:>#18x}  {}".format(
                level.depth, level.address, self.opened_at(level) or "-")


ARENAS = {
    LEVEL_MAGIC: Arena,
    TEMP_MAGIC: Arena,
    POISONED_MAGIC: Arena,
    CHECKED_MAGIC: CheckedArena,
}


def symbol_at(address):
    """The name of the function there, or None."""
    try:
        text = gdb.execute("info symbol {:#x}".format(address), to_string=True)
    except gdb.error:
        return None
    name = text.split(" in section ")[0].strip()
    # A function's address is that of its begin; of a virtual table it is not.
    return None if name.startswith("No symbol") or re.search(r" \+ \d+$", name) else name


def describe_allocator(address):
    """What kind of allocator an IAllocator points to, in words."""
    if address == 0:
        return "null"
    magic = read_field(address, META_MAGIC)
    if magic == HEAP_MAGIC:
        return "mem$, the heap"
    if magic in ARENAS:
        return ARENAS[magic](address).summary()
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


class ArenaPrinter:
    """The record of an arena itself, or a cex::ArenaBlock, which holds one."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        try:
            if self.value.type.name == "cex::ArenaBlock":
                return describe_allocator(int(self.value["allocator_"]))
            return describe_allocator(int(self.value["outermost"].address))
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
        return ArrPrinter(value).for_gdb()
    if name.startswith("cex::HmOf<"):
        return HmPrinter(value).for_gdb()
    if name.startswith("cex::HfOf<"):
        return HfPrinter(value).for_gdb()
    if name in ("cex::ArenaBlock", Arena.RECORD, CheckedArena.RECORD):
        return ArenaPrinter(value)
    return None


lookup.name = "cex"
lookup.enabled = True


class CexCommand(gdb.Command):
    """Commands for the memory of cex: `cex arena ALLOCATOR`."""

    def __init__(self):
        super().__init__("cex", gdb.COMMAND_DATA, prefix=True)


class CexArenaCommand(gdb.Command):
    """cex arena ALLOCATOR: an arena's, a fixed buffer's or tmem$'s scopes, pages and use.

ALLOCATOR is an expression, such as a variable of type IAllocator, a scope's too, or tmem$,
which is the selected thread's. The innermost scope comes first, each with its pages, newest
first; depth 0 is the arena itself, and `window` marks the page that small blocks are taken
from. A program built with CEX_TEST has no pages: there each scope has the line that opened it.
No more lines are listed than `set print elements` says."""

    def __init__(self):
        super().__init__("cex arena", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        expression = argument.strip()
        if not expression:
            raise gdb.GdbError("cex arena: of which allocator? For example: cex arena tmem$")
        if expression == "tmem$":
            expression = "*(unsigned long*)&'cex::detail::temp_head'"  # its innermost
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
            if value is None:  # a copy of GDB's, or in registers
                raise Damaged("it is not in the program's memory")
        return int(value)

    @staticmethod
    def show(address):
        arena = ARENAS.get(read_field(address, META_MAGIC)) if address != 0 else None
        if arena is None:
            raise Damaged("not an arena but: " + describe_allocator(address))
        arena(address).show()


gdb.printing.register_pretty_printer(None, lookup, replace=True)
CexCommand()
CexArenaCommand()
