"""Run inside GDB after cex_gdb.py: its table of offsets against the debug information.

Prints `layout of NAME: ok`, `differs: …` or `not in this program` for each record.
"""

import struct

import gdb


def fields_of(a_type, base=0):
    """name -> (offset, size) of all members: those of bases, and as a.b those of structs and unions."""
    found = {}
    for field in a_type.strip_typedefs().fields():
        if not hasattr(field, "bitpos"):
            continue
        offset = base + field.bitpos // 8
        if field.is_base_class or not field.name:  # an anonymous union
            found.update(fields_of(field.type, offset))
        else:
            found[field.name] = (offset, field.type.sizeof)
            if field.type.strip_typedefs().code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
                inside = fields_of(field.type, offset)
                found.update({field.name + "." + name: at for name, at in inside.items()})
    return found


for name, table in {
    **LAYOUTS,  # noqa: F821 -- cex_gdb.py's, in the same module
    "Allocator_i's meta": {
        "magic_id": META_MAGIC,  # noqa: F821
        "is_temp": META_IS_TEMP,  # noqa: F821
    },
}.items():
    try:
        if name == "Allocator_i's meta":
            meta = [f for f in gdb.lookup_type("Allocator_i").fields() if f.name == "meta"][0]
            actual = fields_of(meta.type, meta.bitpos // 8)
        else:
            actual = fields_of(gdb.lookup_type(name))
    except gdb.error:
        print("layout of {}: not in this program".format(name))
        continue
    wrong = [
        "{} {} {}".format(field, (offset, struct.calcsize("<" + code)), actual.get(field))
        for field, (offset, code) in table.items()
        if (offset, struct.calcsize("<" + code)) != actual.get(field)
    ]
    print("layout of {}: {}".format(name, "differs: " + ", ".join(wrong) if wrong else "ok"))
