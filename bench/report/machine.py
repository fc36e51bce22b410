"""The machine in general terms: nothing that says whose it is."""

import json
import os
import pathlib
import platform
import re
import subprocess


def _lines_of(*command):
    """What a program prints; nothing where it isn't there."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=False, env={**os.environ, "LC_ALL": "C"}).stdout
    except OSError:
        return ""


def _lscpu(*options):
    """[{name: text}]; what is not known is left out, as boards of Arm do not tell their caches' sizes."""
    try:
        (entries,) = json.loads(_lines_of("lscpu", "--json", *options)).values()
    except (ValueError, AttributeError):  # another program of that name, or an old one
        return []
    return [entry for entry in entries if None not in entry.values()]


def _governor(cpu):
    try:
        return pathlib.Path(f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor").read_text(
            encoding="utf-8").strip()
    except OSError:
        return ""


def _system():
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        name = "Linux"
    release = re.match(r"\d+\.\d+", platform.release())
    return name + (f", Linux {release[0]}" if release else "")


def describe(cpu):
    """`cpu`: the one that programs are pinned to, or None."""
    facts = {entry["field"].rstrip(":"): entry["data"] for entry in _lscpu()}
    virtual = ", virtual" if "Hypervisor vendor" in facts else ""
    return {
        "processor": facts.get("Model name", platform.machine()) + virtual,
        "architecture": platform.machine(),
        "cpus": len(os.sched_getaffinity(0)),
        "pinned": cpu is not None,
        "governor": _governor(cpu or 0),
        "caches": {cache["name"][:2]: int(cache["one-size"])
                   for cache in _lscpu("--bytes", "--caches=NAME,ONE-SIZE") if cache["name"] != "L1i"},
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": _system(),
    }


def versions(packages):
    """{package: version} of those Debian packages that are installed."""
    lines = _lines_of("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status} ${Version}\n", *packages)
    return dict(re.findall(r"^(\S+) installed (\S+)$", lines, re.MULTILINE))
