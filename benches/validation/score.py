"""Recall and precision of findings against planted attempts. Sets of transfers in, counts out."""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Attempt:
    """A planted pattern: its type, its transfers, its rows as the labels tell them."""

    name: str
    kind: str
    transfers: frozenset
    rows: list = field(default_factory=list)

    @property
    def is_small(self):
        return len(self.rows or self.transfers) < 3


@dataclass
class Score:
    """Counts that can be added over cases."""

    planted: int = 0
    small: int = 0
    found: int = 0
    whole: int = 0
    findings: int = 0
    right: int = 0
    transfers: int = 0
    labelled: int = 0

    def __add__(self, other):
        return Score(*(a + b for a, b in zip(vars(self).values(), vars(other).values())))


def held(attempts, findings):
    """For each attempt the most of its transfers that one finding holds."""
    places = defaultdict(list)
    for number, finding in enumerate(findings):
        for transfer in finding:
            places[transfer].append(number)
    most = []
    for attempt in attempts:
        counts = defaultdict(int)
        for transfer in attempt.transfers:
            for number in places[transfer]:
                counts[number] += 1
        most.append(max(counts.values(), default=0))
    return most


def is_found(attempt, most):
    """Whether one finding holds at least half of its transfers."""
    return bool(attempt.transfers) and 2 * most >= len(attempt.transfers)


def score(attempts, findings, labelled):
    """One type of attempts against the findings of one rule."""
    most = held(attempts, findings)
    union = set().union(*findings)
    return Score(
        planted=len(attempts),
        small=sum(attempt.is_small for attempt in attempts),
        found=sum(map(is_found, attempts, most)),
        whole=sum(bool(a.transfers) and count == len(a.transfers) for a, count in zip(attempts, most)),
        findings=len(findings),
        right=sum(2 * len(finding & labelled) >= len(finding) > 0 for finding in findings),
        transfers=len(union),
        labelled=len(union & labelled),
    )


def by_kind(attempts):
    """Attempts by type, types in order."""
    kinds = defaultdict(list)
    for attempt in attempts:
        kinds[attempt.kind].append(attempt)
    return dict(sorted(kinds.items()))
