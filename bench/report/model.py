"""The report: what was measured, where, and how it is kept in report.json.

Benchmarks are named FAMILY/CASE/WHO. What is measured of one family in one unit is
a table with a row for each WHO and a column for each CASE.
"""

import json
import re
import statistics
from typing import NamedTuple

import families
import shape
import stats
from failure import Failure

# Ratios take what is shorter for this: a tenth of a nanosecond makes no difference per
# operation, and clocks don't tell such times apart.
LEAST = 0.1  # ns


class Key(NamedTuple):
    family: str
    what: str  # what of it, where one benchmark measures several things
    unit: str  # ns, ms or bytes
    case: str
    who: str


def is_ours(who):
    return who.startswith("cex")


def is_number(text):
    """Whether it is a number, and none that would be absurd."""
    return re.fullmatch("[0-9]{1,18}", text) is not None


def case_order(case):
    """Numbers in a name count as numbers: 16, 64, 1000."""
    return [(0, int(part), "") if is_number(part) else (1, 0, part)
            for part in re.split("([0-9]+)", case) if part]


class Table:
    """What was measured of one family in one unit."""

    def __init__(self, family, what, unit):
        self.family, self.what, self.unit = family, what, unit
        self.values = {}  # (case, who): a value for each repetition

    @property
    def name(self):
        return f"{self.family} {self.what}".strip() + f", {self.unit}"

    @property
    def about(self):
        return families.family(self.family)

    @property
    def cases(self):
        return sorted({case for case, _ in self.values}, key=case_order)

    @property
    def whos(self):
        """What the others are compared with, the floor, ours, the peers."""
        return sorted({who for _, who in self.values},
                      key=lambda who: (who != self.reference, who != "floor", not is_ours(who), who))

    @property
    def reference(self):
        return self.about.reference

    def median(self, case, who):
        values = self.values.get((case, who))
        return statistics.median(values) if values else None

    def ratio_to_reference(self, case, who):
        """None where there is no reference, or it takes no time at all."""
        value, reference = self.median(case, who), self.median(case, self.reference)
        if value is None or not reference or reference <= 0:
            return None
        return value / reference

    def best(self, case, contest, ours):
        """(least median, who) of our variants, or of the peers; None where there are none."""
        named = contest.ours if ours else contest.peers
        least = LEAST if self.unit == "ns" else 0
        return min(((max(self.median(case, who), least), who) for who in self.whos
                    if (case, who) in self.values and is_ours(who) == ours
                    and (who in named if named else who != self.reference)), default=None)

    def speed(self, case, contest):
        """How many times as fast (or as small) as the best peer ours is, or None."""
        peer, ours = (self.best(case, contest, ours) for ours in (False, True))
        if peer is None or ours is None or ours[0] <= 0:
            return None
        return peer[0] / ours[0]

    @property
    def contests(self):
        """{contest: {case: speed}} of those in which there are both ours and peers."""
        found = {contest: {case: speed for case in self.cases if (speed := self.speed(case, contest))}
                 for contest in self.about.contests}
        return {contest: speeds for contest, speeds in found.items() if speeds}


class Report:

    def __init__(self):
        # In the order of report.json, with the names that they have there.
        self.mode = "full"
        self.started = ""  # UTC, as ISO 8601
        self.seconds = 0.0
        self.complete = False
        self.slices = [0, 0]  # run, planned
        self.machine = {}   # machine.py says what
        self.build = {}
        self.versions = {}
        self.missing_peers = []
        self.left_out = []  # what was not run, and why
        self.problems = []  # what makes the run fail
        self.comparison = None  # compare.py
        self.checksums = {}  # (program, family, case): {who: value}
        self.results = {}   # Key: [value]

    def add(self, key, value):
        self.results.setdefault(key, []).append(value)

    def add_checksum(self, case, who, value):
        """A run that comes to another result than the others of its case is a problem.
        `case`: (program, family, case)."""
        seen = self.checksums.setdefault(case, {})
        seen.setdefault(who, value)
        first, expected = next(iter(seen.items()))
        if value != expected:
            self.add_problem(f"{case[1]}/{case[2]}: the checksum of {who} is {value:.17g}, "
                             f"that of {first} is {expected:.17g}")

    def add_problem(self, problem):
        if problem not in self.problems:
            self.problems.append(problem)

    def sort(self, family_names):
        """Puts the families into this order."""
        order = {name: i for i, name in enumerate(dict.fromkeys(family_names))}
        self.results = dict(sorted(self.results.items(), key=lambda entry: order[entry[0].family]))

    def tables(self):
        tables = {}
        for key, values in self.results.items():
            table = tables.setdefault(key[:3], Table(*key[:3]))
            table.values[key.case, key.who] = values
        return list(tables.values())

    def families(self):
        """{family: its tables}, in the order in which they came."""
        found = {}
        for table in self.tables():
            found.setdefault(table.family, []).append(table)
        return found

    def to_json(self):
        results = []
        for key, values in self.results.items():
            low, median, high = stats.quartiles(values)
            results.append({**key._asdict(), "median": median, "quartiles": [low, high],
                            "values": values})
        return json.dumps({
            "schema": 1, **vars(self), "seconds": round(self.seconds, 1), "results": results,
            "checksums": [{"of": case, "values": values} for case, values in self.checksums.items()],
        }, indent=1) + "\n"


def _from_json(data):
    for name, expected in shape.REPORT.items():
        if not isinstance(data, dict) or name not in data or not shape.fits(data[name], expected):
            raise ValueError(f"its {name} is not as it should be")
    report = Report()
    for name in vars(report):
        setattr(report, name, data[name])
    report.checksums = {tuple(entry["of"]): entry["values"] for entry in data["checksums"]}
    report.results = {Key(*(entry[field] for field in Key._fields)): list(map(float, entry["values"]))
                      for entry in data["results"]}
    return report


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"can't read {path}: {getattr(error, 'strerror', None) or error}") from error
    except (ValueError, RecursionError) as error:
        raise Failure(f"{path} is not JSON: {error}") from error
    try:
        return _from_json(data)
    except ValueError as error:
        raise Failure(f"{path} is no report of this program: {error}") from error
