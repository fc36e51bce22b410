"""The machine in general terms: nothing that says whose it is."""

import os
import pathlib
import platform
import re
import subprocess

_SYS = pathlib.Path("/sys/devices/system/cpu")


def _read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _bytes(text):
    """512K, 8M or 64."""
    match = re.fullmatch(r"(\d+)([KMG]?)", text)
    return int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[match[2]] if match else 0


def _caches(cpu):
    """{"L1": bytes, ...} of what holds data."""
    found = {}
    for index in sorted((_SYS / f"cpu{cpu}" / "cache").glob("index*")):
        size = _bytes(_read(index / "size"))
        if size and _read(index / "type") in ("Data", "Unified"):
            found["L" + _read(index / "level")] = size
    return found


def _processor():
    text = _read("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    virtual = re.search(r"^flags\s*:.*\bhypervisor\b", text, re.MULTILINE)
    name = model[1].strip() if model else platform.machine()
    return name + (", virtual" if virtual else "")


def _system():
    name = re.search(r'^PRETTY_NAME="?([^"\n]+)', _read("/etc/os-release"), re.MULTILINE)
    release = re.match(r"\d+\.\d+", platform.release())
    return (name[1] if name else "Linux") + (f", Linux {release[0]}" if release else "")


def _memory():
    total = re.search(r"^MemTotal:\s*(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    return int(total[1]) << 10 if total else 0


def describe(cpu):
    """`cpu`: the one that programs are pinned to, or None."""
    return {
        "processor": _processor(),
        "architecture": platform.machine(),
        "cpus": len(os.sched_getaffinity(0)),
        "pinned": cpu is not None,
        "governor": _read(_SYS / f"cpu{cpu or 0}" / "cpufreq" / "scaling_governor"),
        "caches": _caches(cpu or 0),
        "memory_bytes": _memory(),
        "system": _system(),
    }


def versions(packages):
    """{package: version} of those Debian packages that are installed."""
    if not packages:
        return {}
    try:
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status} ${Version}\n", *packages],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    except OSError:
        return {}  # no Debian
    lines = [line.split() for line in done.stdout.splitlines()]
    return {line[0]: line[2] for line in lines if len(line) == 3 and line[1] == "installed"}
