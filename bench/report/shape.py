"""What the data of a report.json has to look like, so that nothing else has to doubt it."""

import re

# A type stands for itself; [shape] is a list of any length, (shape, ...) one of that length,
# {str: shape} an object with any names, {"name": shape, ...} one with these. A function says
# whether a value will do.


def number(value):
    """Finite, not negative, and nothing that sums and ratios would overflow with."""
    return type(value) in (int, float) and 0 <= value <= 1e100


def _above_0(value):
    return number(value) and value > 0


def _whole(value):
    return type(value) is int and number(value)


_COMPARISON = {
    "started": str, "threshold": _above_0, "only_old": _whole, "only_new": _whole,
    "cells": [{"family": str, "what": str, "unit": str, "case": str, "who": str, "old": _above_0,
               "new": _above_0, "ratio": _above_0, "low": _above_0, "high": _above_0, "beyond": bool}],
}

REPORT = {
    "schema": lambda value: value == 1, "mode": str, "started": str, "seconds": number, "complete": bool,
    "slices": (_whole, _whole),
    "machine": lambda value: value == {} or fits(value, {
        "processor": str, "architecture": str, "cpus": _whole, "pinned": bool, "governor": str,
        "caches": {str: _whole}, "memory_bytes": _whole, "system": str}),
    "build": {str: str}, "versions": {str: str},
    "missing_peers": [str], "left_out": [(str, str)], "problems": [str],
    "comparison": lambda value: value is None or fits(value, _COMPARISON),
    "checksums": [{"of": (str, str, str), "values": {str: lambda value: type(value) in (int, float)
                                                     and abs(value) < 1e300}}],
    "results": [{"family": str, "what": str, "unit": lambda unit: unit in ("ns", "ms", "bytes"),
                 "case": str, "who": str, "median": number, "quartiles": (number, number),
                 "values": lambda values: values and fits(values, [number])}],
}


def fits(value, shape):
    """Whether `value` is what `shape` says."""
    if isinstance(shape, type):
        # JSON may have half of a character, which no file and no terminal takes.
        return type(value) is shape and (shape is not str or not re.search("[\ud800-\udfff]", value))
    if isinstance(shape, (list, tuple)):
        shapes = shape * len(value) if isinstance(shape, list) and isinstance(value, list) else shape
        return isinstance(value, list) and len(value) == len(shapes) and all(map(fits, value, shapes))
    if isinstance(shape, dict):
        names = dict.fromkeys(value, shape[str]) if str in shape and isinstance(value, dict) else shape
        return isinstance(value, dict) and all(
            fits(name, str) and name in value and fits(value[name], inner) for name, inner in names.items())
    return shape(value)
