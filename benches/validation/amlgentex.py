"""AMLGentex: labels of each transaction, hard negatives among them."""

import csv
import os
from collections import defaultdict
from datetime import date

from measure import RULES, cut_note, hit, ladder, merged, percent, run, scored, shaped, table, two_hops, unplanted, written
from score import Attempt, by_kind
from shapes import DAY, Row

TITLE = "AMLGentex"
FILES = ["amlgentex/transactions.csv", "amlgentex/accounts.csv", "amlgentex/labels_transactions.csv"]

# SOURCE.md of the data: patterns span 1 to 28 days and have 2 transactions or more.
DOCUMENTED = {
    "ML-03": {"time_window": "28 days", "min_counterparties": "2"},
    "ML-04": {"time_window": "28 days", "min_counterparties": "2"},
    "ML-05": {"time_window": "28 days", "min_counterparties": "2"},
    "ML-06": {"time_window": "28 days", "min_middles": "2"},
    "ML-07": {"time_window": "28 days", "min_accounts": "2"},
    "ML-11": {"time_window": "28 days"},
}
ANY_AMOUNT = {"ML-05": {"conserve": "none"}, "ML-06": {"conserve": "none"}, "ML-11": {"min_returned": "none"}}
ANY_ORDER = {rule: {"time_order": "lenient"} for rule in ("ML-05", "ML-06", "ML-07", "ML-11")}


# Read from the columns beside it; to be read again when they change.
EXPLAINED = """What explains it. *Fans*: most attempts last longer than the seven days of the default, so that a window holds a part
of them. *Rings*: those that are missed have nine or ten
hops, and the default ends at eight. *Scatter-gather* and *gather-scatter*: the generator passes on other amounts than
came in, where the rule asks for nine tenths; and its attempts have several sources, hubs or destinations, where a
finding has one. *Stacks*: most have a layer of one account, or layers in which too few of the pairs pay.
"""


def measured(tool, data):
    """The section of the page."""
    transactions, accounts, labels = (os.path.join(data, name) for name in FILES)
    case = tool.investigate("amlgentex", [transactions, accounts], currency="SEK")
    laundering, lawful = planted(case, transactions, labels)
    labelled = frozenset().union(*(attempt.transfers for attempt in laundering))
    runs, negatives = [], []

    def look(name, ran=None):
        runs.append(run(case, name, laundering, labelled, RULES, ran))
        negatives.append(case.findings())

    look("defaults")
    ran = case.parameters()
    shapes = shaped(laundering, ran)
    wrong, two = two_hops(negatives[0]["ML-11"], labelled)
    case.detect(DOCUMENTED)
    look("documented", DOCUMENTED)
    ran.update(case.parameters())
    amounts = merged(DOCUMENTED, ANY_AMOUNT)
    case.detect(amounts)
    look("and any amounts", amounts)
    ran.update(case.parameters())
    shapes_left = shaped(laundering, ran)
    orders = merged({**DOCUMENTED, **amounts}, ANY_ORDER)
    case.detect(orders)
    look("and equal times", orders)

    between = sum(1 for payer, payee in case.transfers if payer and payee)
    return f"""{len(case.transfers):,} transfers, {between:,} of them between two accounts that the records name; {len(laundering)} laundering patterns with
{len(labelled):,} transfers ({100 * len(labelled) / between:.1f} % of those between accounts). Only days are known, no times. Income and spending
(accounts -1 and -2) have no other side and take no part in the searches.

At the defaults:

{scored(runs[0], RULES)}
With window and smallest size as `SOURCE.md` of the data gives them (1 to 28 days, 2 transactions or more):

{written(DOCUMENTED)}
{scored(runs[1], RULES)}
Found (found whole) as one condition after another is given up; empty where the condition is none of the rule's:

{ladder(runs, RULES)}
What the attempts are like, beside the defaults:

{shapes}
The same beside the parameters of `and any amounts`, for what is missed even then:

{shapes_left}
{EXPLAINED}
With 28 days and two payers every fan-in is found, and {percent(runs[1].scores["fan_in"].transfers, between)} of all transfers between accounts lie in one: so wide a rule
tells nothing apart. Of {wrong:,} rings (ML-11) that are not right at the defaults, {two:,} are two payments, one each way.

Hard negatives: lawful patterns of which one finding of any rule holds at least half (`any`), and those of the rule
that looks for the nearest shape:

{negative(lawful, negatives[:2])}
Rules of which nothing is planted, at the defaults:

{unplanted(runs[0])}
{cut_note(runs)}"""


def planted(case, transactions, labels):
    """Laundering patterns and lawful ones, with the transfers of the case."""
    rows = {}
    with open(transactions, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "-1" in (row["src_account"], row["dst_account"]) or "-2" in (row["src_account"], row["dst_account"]):
                continue
            when = date.fromisoformat(row["date"]).toordinal() * DAY
            rows[row["tx_id"]] = Row(row["src_account"], row["dst_account"], when, float(row["amount"]), "SEK")
    of_number = defaultdict(set)
    for row in case.rows("SELECT entry_id, bank_reference FROM entries"):
        if row["bank_reference"] in rows:
            of_number[row["bank_reference"]].update(case.of_entry[row["entry_id"]])
    members = defaultdict(list)
    with open(labels, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            members[row["isSAR"] == "1", row["pattern"], row["patternID"]].append(row["tx_id"])
    both = {True: [], False: []}
    for (is_laundering, kind, name), numbers in members.items():
        transfers = frozenset().union(*(of_number[number] for number in numbers))
        both[is_laundering].append(Attempt(name, kind, transfers, [rows[number] for number in numbers]))
    return both[True], both[False]


def negative(lawful, runs):
    """Lawful patterns that findings hold."""
    nearest = {"normal_fan_in": "ML-03", "normal_fan_out": "ML-04", "normal_mutual": "ML-11", "normal_forward": "ML-10"}
    rows = []
    for kind, attempts in by_kind(lawful).items():
        rule = nearest.get(kind, "")
        cells = []
        for findings in runs:
            every = [finding for those in findings.values() for finding in those]
            cells += [hit(attempts, every), hit(attempts, findings.get(rule, [])) if rule in findings else ""]
        several = sum(len(attempt.rows) > 2 for attempt in attempts)
        rows.append([kind, rule or "-", len(attempts), several, *cells])
    return table(["lawful pattern", "nearest", "patterns", "of 3 or more", "any, defaults", "nearest, defaults",
                  "any, documented", "nearest, documented"], rows)
