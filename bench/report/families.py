"""What the report says of each family, where there is more to say than its name.

A family that is not named here gets its name as its title and needs nothing else.
"""

from typing import NamedTuple


class Contest(NamedTuple):
    """Who of ours is held against which peers: like with like. The rest is there to look at."""
    name: str = ""
    ours: tuple = ()  # none: all of ours
    peers: tuple = ()  # none: all but the reference


class Family(NamedTuple):
    title: str
    about: str = ""
    # What another variant's time is compared with in every cell.
    reference: str = "floor"
    contests: tuple = (Contest(),)
    # The bytes that an entry takes by itself: how many fill a cache.
    entry_bytes: int = 0


_HEAP = (Contest(ours=("cex",), peers=("libc",)),)
_MAPS = (
    Contest("hm$ among ordered maps", ("cex", "cex_pages"), ("stb_ds", "tsl_ordered", "uthash")),
    Contest("hf$ among unordered maps", ("cex_flat",),
            ("absl_flat", "boost_flat", "glib", "std_unordered", "tsl_hopscotch")),
)

_FAMILIES = {
    "blocks": Family("Arena, blocks taken", "1000 blocks, then reset; per block."),
    "touched": Family("Arena, blocks taken and written",
                      "1000 blocks with the first 8 bytes of each written, then reset; per block."),
    "scope": Family("Scopes", "Enter a scope, take so many blocks of so many bytes, leave it."),
    "temp": Family("Scopes in threads", "Scopes in one thread and in several that share nothing; wall time per scope."),
    "frames": Family("Frames", "A loop of frames whose blocks go at the end of each, where memory is kept for "
                     "the next; per block.", reference="malloc_free"),
    "grow_in_turns": Family("Ten arrays that grow in turns", "Ten arrays of 32-bit numbers up to so many "
                            "each, a push to each in turns; per push.", reference="std_vector",
                            entry_bytes=40),
    "reserved": Family("An array in a reserved range", "An array of 32-bit numbers that gets so many; "
                       "per push.", reference="std_vector_reserved", entry_bytes=4),
    "realloc": Family("A block that grows", "By realloc, in steps; per step."),
    "push": Family("Arrays, push", "That many numbers onto an empty array; per push.",
                   entry_bytes=8),
    "push_by_reference": Family("Arrays, push by reference",
                                "The same from inside a function that is given the array.",
                                entry_bytes=8),
    "u64": Family("Maps, integer to integer", "That many entries; per key or per entry.",
                  contests=_MAPS, entry_bytes=16),
    "text": Family("Maps, text to integer",
                   "Keys of 8 to 24 letters that stay the caller's; per key or per entry.",
                   contests=_MAPS, entry_bytes=24),
    "owned_text": Family("Maps, text to integer, with keys of their own",
                         "Keys of 8 to 24 letters that the map copies; per key or per entry.",
                         contests=_MAPS, entry_bytes=40),
    "struct_bytes": Family("Maps, struct to integer",
                           "Keys are structs whose bytes are hashed and compared; per key or per "
                           "entry.", contests=_MAPS, entry_bytes=24),
    "struct_hashed": Family("Maps, struct with a hash of its own to integer",
                            "Keys are structs with functions that hash and compare them; per key "
                            "or per entry.", contests=_MAPS, entry_bytes=24),
    "heap": Family("Heap, one block",
                   "A block of so many bytes taken and freed. mem$ is held against libc, the malloc "
                   "below it; it runs over the others, too (--config=tcmalloc and so on). "
                   "cex_guarded is mem$ with one in 1,000 blocks guarded.",
                   reference="libc", contests=_HEAP),
    "heap_many": Family("Heap, many blocks",
                        "1000 blocks of so many bytes, taken and freed; the same is held against the same.",
                        reference="libc", contests=_HEAP),
    "json": Family("Whole program: JSON", "A document parsed into a tree, and the tree dropped."),
    "json_walk": Family("Whole program: JSON, read", "The tree of the document walked."),
    "word_count": Family("Whole program: word count", "The words of a large text counted."),
    "scope_nested": Family("Scopes in scopes", "So many deep, with blocks in each; for all of them."),
    "poison": Family("The poison layer where it is off",
                     "A loop that poisons and asks, beside the same without."),
    "checks": Family("What the checks cost",
                     "Whole programs with the checks of CEX_TEST beside the same without; "
                     "CPU time.", reference="cex_without_checks"),
    "guard": Family("What a guard costs",
                    "A whole program with AllocatorGuard behind its arenas beside the same without; "
                    "CPU time.", reference="cex_without_guard"),
}


def family(name):
    return _FAMILIES.get(name) or Family(name.replace("_", " ").capitalize())
