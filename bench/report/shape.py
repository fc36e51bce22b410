"""What the data of a report.json has to look like, so that nothing else has to doubt it."""

# A type stands for itself; [shape] is a list of any length, (shape, ...) one of that length,
# {str: shape} an object with any names, {"name": shape, ...} one with these. Of those whose name
# ends with "?", some may not be there. A function says whether a value will do.


def number(value):
    """Finite, not negative, and nothing that sums and ratios would overflow with."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) \
        and 0 <= value <= 1e100


def above_0(value):
    return number(value) and value > 0


def any_number(value):
    """As the checksum of a program: it is only compared."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def whole(value):
    return isinstance(value, int) and number(value)


def _or_null(shape):
    return lambda value: value is None or not misfit(value, shape, "it")


_COMPARED = {
    "family": str, "what": str, "unit": str, "case": str, "who": str, "old": above_0,
    "new": above_0, "ratio": above_0, "low": above_0, "high": above_0, "beyond": bool,
}

REPORT = {
    "schema": whole, "mode": str, "started": str, "seconds": number, "complete": bool,
    "slices": (whole, whole),
    "machine": {"processor?": str, "architecture?": str, "cpus?": whole, "pinned?": bool,
                "governor?": str, "caches?": {str: whole}, "memory_bytes?": whole, "system?": str},
    "build": {str: str}, "versions": {str: str},
    "missing_peers": [str], "left_out": [(str, str)], "problems": [str],
    "comparison": _or_null({"started": str, "threshold": above_0, "cells": [_COMPARED],
                            "only_old": whole, "only_new": whole}),
    "checksums": [{"of": (str, str, str), "values": {str: any_number}}],
    "results": [{"family": str, "what": str, "unit": lambda unit: unit in ("ns", "ms", "bytes"),
                 "case": str, "who": str, "median": number, "quartiles": (number, number),
                 "values": lambda values: not misfit(values, [number], "it") and values}],
}


def misfit(value, shape, where="it"):
    """Where `value` is not what `shape` says, in words; empty where it is."""
    if isinstance(shape, type):
        return "" if type(value) is shape else f"{where} is no {shape.__name__}"
    if callable(shape):
        return "" if shape(value) else f"{where} can't be {short(value)}"
    if isinstance(shape, (list, tuple)):
        if not isinstance(value, list):
            return f"{where} is no list"
        shapes = shape * len(value) if isinstance(shape, list) else shape
        if len(value) != len(shapes):
            return f"{where} has {len(value)} entries, not {len(shapes)}"
        parts = [(part, inner, f"{where}[{i}]") for i, (part, inner) in enumerate(zip(value, shapes))]
    else:
        if not isinstance(value, dict):
            return f"{where} is no object"
        if str in shape:
            parts = [(part, shape[str], f"{where}.{name}") for name, part in value.items()]
        else:
            required = [name for name in shape if not name.endswith("?")]
            missing = [name for name in required if name not in value]
            if missing:
                return f"{where} has no {missing[0]}"
            parts = [(value[bare], inner, f"{where}.{bare}") for name, inner in shape.items()
                     if (bare := name.rstrip("?")) in value]
    return next((found for part in parts if (found := misfit(*part))), "")


def short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
