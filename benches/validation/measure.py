"""Runs of one case with different parameters, scored, and the tables of the page."""

from dataclasses import dataclass, field

import shapes
from score import Score, by_kind, held, is_found, score

# The rule that looks for a type, by the words of the labels.
RULES = {
    "fan_in": "ML-03",
    "fan_out": "ML-04",
    "gather_scatter": "ML-05",
    "scatter_gather": "ML-06",
    "bipartite": "ML-07",
    "stack": "ML-07",
    "random": "ML-10",
    "cycle": "ML-11",
}


@dataclass
class Run:
    """One run of the rules: scores by type, counts of the rules of which nothing is planted."""

    name: str
    scores: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)
    cut_short: list = field(default_factory=list)

    def __add__(self, other):
        def added(one, two):
            return {key: one.get(key, Score()) + two.get(key, Score()) for key in sorted({*one, *two})}

        cut = sorted({*self.cut_short, *other.cut_short})
        return Run(self.name, added(self.scores, other.scores), added(self.others, other.others), cut)


def run(case, name, attempts, labelled, rules, ran=None):
    """Scores what stands in the case's tables now. `ran` are the rules of this run, where not all."""
    findings = case.findings()
    kinds = {kind: those for kind, those in by_kind(attempts).items() if ran is None or rules.get(kind) in ran}
    scores = {kind: score(those, findings.get(rules.get(kind), []), labelled) for kind, those in kinds.items()}
    unplanted = sorted(set(findings) - {rules.get(kind) for kind in kinds})
    others = {rule: score([], findings[rule], labelled) for rule in unplanted}
    return Run(name, scores, others, case.cut_short())


def table(head, rows, words=2):
    """A Markdown table; columns after the first so many, which are words, are numbers."""
    ruler = ["---" if number < words else "---:" for number in range(len(head))]
    lines = [head, ruler, *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def percent(part, whole):
    """A share as people read it."""
    return f"{100 * part / whole:.0f} %" if whole else "-"


def scored(one, rules):
    """The table of one run."""
    head = ["type", "rule", "planted", "of 1 or 2", "found", "whole", "recall", "findings", "right", "right, share",
            "transfers", "labelled, share"]
    rows = []
    for kind, s in one.scores.items():
        if kind not in rules:
            continue
        rows.append([kind, rules[kind], s.planted, s.small, s.found, s.whole, percent(s.found, s.planted), s.findings,
                     s.right, percent(s.right, s.findings), s.transfers, percent(s.labelled, s.transfers)])
    return table(head, rows)


def unplanted(one):
    """The table of the rules of which nothing is planted."""
    rows = [[rule, s.findings, s.right, s.transfers, percent(s.labelled, s.transfers)]
            for rule, s in one.others.items()]
    return table(["rule", "findings", "right", "transfers", "labelled, share"], rows, words=1)


def ladder(runs, rules):
    """Found in one run after another, so that it shows which condition loses what."""
    rows = []
    for kind, first in runs[0].scores.items():
        cells = [f"{s.found} ({s.whole})" if (s := one.scores.get(kind)) else "" for one in runs]
        rows.append([kind, rules[kind], first.planted, *cells])
    return table(["type", "rule", "planted", *(one.name for one in runs)], rows)


def shaped(attempts, parameters):
    """What attempts are like beside what the rules were run with."""
    rows = []
    for kind, those in by_kind(attempts).items():
        rule = RULES[kind]
        values = parameters.get(f"{rule} {kind}", parameters[rule])
        looks = [shapes.shape(kind, attempt.rows, values) for attempt in those]
        none = shapes.Shape()
        sizes = sorted(len(attempt.rows) for attempt in those)
        rows.append([kind, rule, len(those), f"{sizes[0]}-{sizes[-1]}", *(sum(map(pick, looks)) for pick in (
            lambda s: s.is_small, lambda s: s.is_long, lambda s: s.is_thin, lambda s: s.is_split,
            lambda s: s.is_mixed, lambda s: s.is_leaking, lambda s: s.is_disordered, lambda s: s == none))])
    return table(["type", "rule", "planted", "transfers", "too small", "too long", "too thin",
                  "several centres", "several currencies", "amounts not carried on", "order", "none of these"], rows)


def two_hops(findings, labelled):
    """Of the findings that are not right, how many there are and how many rest on two transfers."""
    wrong = [finding for finding in findings if 2 * len(finding & labelled) < len(finding)]
    return len(wrong), sum(len(finding) == 2 for finding in wrong)


def written(parameters):
    """Parameters as they stand in case.toml."""
    lines = []
    for rule, values in parameters.items():
        lines.append(f"[parameters.{rule}]")
        lines.extend(f'{name} = "{value}"' for name, value in values.items())
    return "```toml\n" + "\n".join(lines) + "\n```\n"


def merged(one, two):
    """Parameters of two runs, the later winning."""
    return {rule: {**one.get(rule, {}), **two[rule]} for rule in two}


def cut_note(runs):
    """Says of which runs a budget ended a search."""
    notes = [f"{one.name}: {', '.join(one.cut_short)}" for one in runs if one.cut_short]
    return f"Searches that their budget ended, so that there may be more: {'; '.join(notes)}.\n" if notes else ""


def hit(attempts, findings):
    """How many attempts one finding holds at least half of."""
    return sum(map(is_found, attempts, held(attempts, findings)))
