"""Cases of the tool's own `simulate`, with their truth: patterns and lawful lookalikes."""

import json
import os
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal

import shapes
from measure import hit, percent, run, scored, table, unplanted
from score import Attempt, by_kind, held

TITLE = "Cases of `geldspoor simulate`"
FILES = []
SEEDS = range(1, 6)
TRANSFERS = 50_000
# Everything else that is planted has no rule yet.
WITH_RULE = ["ML-01", "ML-03", "ML-04", "ML-05", "ML-06", "ML-07", "ML-08", "ML-09", "ML-10", "ML-11", "ML-20",
             "THB-13"]
RULES = {kind: kind for kind in WITH_RULE}
EPOCH = datetime(2000, 1, 1)


def measured(tool, _data):
    """The section of the page."""
    total, unmatched, planted_transfers, transfers = None, 0, 0, 0
    lookalikes, without_rule, false_hits, why = defaultdict(Counter), Counter(), defaultdict(Counter), Counter()
    for seed in SEEDS:
        name = f"simulated-{seed}"
        folder = tool.simulate(name, "--seed", seed, "--transfers", TRANSFERS, "--scenario", "mixed")
        case = tool.investigate(name, [os.path.join(folder, "delivery")])
        with open(os.path.join(folder, "truth.json"), encoding="utf-8") as file:
            truth = json.load(file)
        place = Places(case, truth)
        attempts = [place.attempt(pattern) for pattern in truth["patterns"]]
        labelled = frozenset().union(*(attempt.transfers for attempt in attempts))
        known = [attempt for attempt in attempts if attempt.kind in RULES]
        one = run(case, "defaults", known, labelled, RULES)
        total = one if total is None else total + one
        without_rule.update(attempt.kind for attempt in attempts if attempt.kind not in RULES)
        findings = case.findings()
        for kind, those in by_kind([place.attempt(pattern) for pattern in truth["lookalikes"]]).items():
            lookalikes[kind]["planted"] += len(those)
            lookalikes[kind]["its rule"] += hit(those, findings.get(kind, []))
            lookalikes[kind]["any"] += hit(those, [f for sets in findings.values() for f in sets])
        kinds = [row["kind"] for row in case.rows(KINDS)]
        for rule, sets in findings.items():
            false_hits[rule].update(main_kind(f, kinds) for f in sets if 2 * len(f & labelled) < len(f))
        why.update(chains(case, known, findings))
        why.update(joint_wages(case, findings.get("THB-13", []), labelled))
        planted_transfers += len(labelled)
        transfers += len(case.transfers)
        unmatched += place.unmatched
    rows = [[kind, c["planted"], c["its rule"], c["any"]] for kind, c in sorted(lookalikes.items())]
    mostly = [[rule, sum(c.values()), ", ".join(f"{kind} {percent(n, sum(c.values()))}" for kind, n in top(c))]
              for rule, c in sorted(false_hits.items()) if c]
    others = ", ".join(f"{kind} {count}" for kind, count in sorted(without_rule.items()))
    return f"""{len(SEEDS)} cases (`--scenario mixed --transfers {TRANSFERS}`, seeds {SEEDS[0]} to {SEEDS[-1]}), {transfers:,} transfers, {planted_transfers:,} of them ({100 * planted_transfers / transfers:.1f} %)
planted. What is planted was written by the same hands as the rules, so this shows that the way from file to finding is
whole, and how many false hits lawful life gives; it does not show that the definitions are right. The defaults are the
documented parameters. Movements of the truth that are in no delivered record: {unmatched:,}.

{scored(total, RULES)}
Planted and without a rule: {others}. Their transfers count as labelled.

Of {why["chains"]} chains (ML-10) {why["chains, part"]} are found in part only; {why["chains, part and long"]} of these have a hop that takes longer than the three days of the
window.

Findings that are not right, by what most of their transfers are (code of purpose, else channel):

{table(["rule", "findings not right", "mostly"], mostly, words=3)}
Fans are landlords, employers, offices and shops that many pay or that pay many; rings (ML-11) close through small
payments between households.{wages(why)}

Lawful lookalikes of which one finding holds at least half:

{table(["lookalike of", "planted", "held by its rule", "held by any rule"], rows, words=1)}
Rules of which nothing is planted:

{unplanted(total)}"""


KINDS = "SELECT coalesce(purpose, channel) AS kind FROM transfers ORDER BY transfer_id"


def main_kind(finding, kinds):
    """What most transfers of a finding are."""
    return top(Counter(kinds[transfer] for transfer in finding))[0][0]


def top(counts):
    """The three most, equal ones by name."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:3]


def chains(case, attempts, findings):
    """Chains that are found in part, and how many of them have a hop that is longer than the window."""
    those = by_kind(attempts).get("ML-10", [])
    parameters = case.parameters()["ML-10"]
    most = held(those, findings.get("ML-10", []))
    part = [attempt for attempt, count in zip(those, most) if count < len(attempt.transfers)]
    long = sum(shapes.shape("random", attempt.rows, parameters).is_long for attempt in part)
    return {"chains": len(those), "chains, part": len(part), "chains, part and long": long}


def joint_wages(case, findings, labelled):
    """Findings of stacked wages that are not right, and those whose wages name none but holders of the account."""
    holders, texts = defaultdict(set), defaultdict(set)
    for row in case.rows("SELECT h.account_id, p.name FROM account_holders h JOIN parties p ON p.party_id = h.party_id"):
        holders[row["account_id"]].add(plain(row["name"]))
    for row in case.rows("SELECT e.entry_id, e.account_id, e.remittance FROM findings f JOIN finding_entries c"
                         " ON c.finding_id = f.finding_id JOIN entries e ON e.entry_id = c.entry_id"
                         " WHERE f.rule_id = 'THB-13'"):
        names = any(name in plain(row["remittance"]) for name in holders[row["account_id"]])
        for transfer in case.of_entry[row["entry_id"]]:
            texts[transfer].add(names)
    wrong = [finding for finding in findings if 2 * len(finding & labelled) < len(finding)]
    lawful = sum(all(all(texts[transfer]) for transfer in finding) for finding in wrong)
    return {"wages": len(wrong), "wages, holders only": lawful}


def wages(why):
    """What is wrong with stacked wages; nothing where nothing is."""
    if not why["wages, holders only"]:
        return ""
    return f""" Of {why["wages"]} findings of stacked wages
(THB-13) that are not right, {why["wages, holders only"]} rest on wages each of which names a registered holder of the account: two partners
with one account, whose names the rule does not know again."""


def plain(text):
    """Small letters without their marks."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


class Places:
    """Where movements of the truth stand in the case: by the id that a record carries, else by account, day and
    amount, because not every format has room for an id."""

    def __init__(self, case, truth):
        self.case = case
        self.unmatched = 0
        ids = {m["transaction_id"] for key in ("patterns", "lookalikes") for p in truth[key] for m in p["movements"]}
        self.of_id = defaultdict(set)
        self.of_day = defaultdict(list)
        for row in case.rows(
            "SELECT e.entry_id, e.end_to_end_id, e.bank_reference, e.direction, e.amount, a.number,"
            " coalesce(CAST(CAST(e.booked_at AS DATE) AS VARCHAR), CAST(e.booking_date AS VARCHAR)) AS day"
            " FROM entries e JOIN accounts a ON a.account_id = e.account_id ORDER BY e.entry_id"
        ):
            known = ids & {row["end_to_end_id"], row["bank_reference"]}
            for number in known:
                self.of_id[number].add(row["entry_id"])
            if not known:
                key = (row["number"], row["direction"], row["day"], Decimal(row["amount"]).normalize())
                self.of_day[key].append(row["entry_id"])

    def attempt(self, pattern):
        """A pattern with the transfers of the case."""
        transfers, rows = set(), []
        for movement in pattern["movements"]:
            at = datetime.fromisoformat(f"{movement['date']} {movement['time']}")
            rows.append(shapes.Row(movement["payer_account"], movement["payee_account"], int((at - EPOCH).total_seconds()),
                                   float(movement["amount"]), movement["currency"]))
            entries = self.entries(movement)
            self.unmatched += not entries
            for entry in entries:
                transfers.update(self.case.of_entry[entry])
        return Attempt(pattern["pattern"], pattern["type"], frozenset(transfers), rows)

    def entries(self, movement):
        """The entries of a movement."""
        found = set(self.of_id.get(movement["transaction_id"], ()))
        if found:
            return found
        amount = Decimal(movement["amount"]).normalize()
        for side, direction in (("payer_account", "debit"), ("payee_account", "credit")):
            alike = self.of_day.get((movement[side], direction, movement["date"], amount), [])
            found.update(alike[:1])
        return found
