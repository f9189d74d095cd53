"""IBM Transactions for Anti Money Laundering (HI-Small): published laundering attempts, hidden in a lawful background
of the tool's own, because the published background is not among the data."""

import csv
import os
import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from measure import RULES, cut_note, ladder, merged, run, scored, shaped, unplanted, written
from score import Attempt
from shapes import Row

TITLE = "IBM Transactions for Anti Money Laundering, HI-Small"
FILES = ["ibm_aml_hi_small/laundering_patterns.csv"]

# SOURCE.md of the data: a fan of two is a fan. It gives no length of an attempt; the rows lie in 18 days.
DOCUMENTED = {
    "ML-03": {"time_window": "18 days", "min_counterparties": "2"},
    "ML-04": {"time_window": "18 days", "min_counterparties": "2"},
    "ML-05": {"time_window": "18 days", "min_counterparties": "2"},
    "ML-06": {"time_window": "18 days", "min_middles": "2"},
    "ML-07": {"time_window": "18 days", "min_accounts": "2"},
    "ML-10": {"min_hops": "2"},
    "ML-11": {"time_window": "18 days"},
}
ANY_AMOUNT = {"ML-05": {"conserve": "none"}, "ML-06": {"conserve": "none"}, "ML-11": {"min_returned": "none"}}

TRANSFERS = 1_000_000
SEED = 20220901
# 105 weeks, so that days of the week stay; four weeks from the first day of the attempts.
FIRST, SHIFT, LENGTH = datetime(2022, 9, 1), timedelta(weeks=105), timedelta(weeks=4)
CODES = {"US Dollar": "USD", "Euro": "EUR", "UK Pound": "GBP", "Swiss Franc": "CHF", "Yen": "JPY", "Yuan": "CNY",
         "Ruble": "RUB", "Rupee": "INR", "Shekel": "ILS", "Saudi Riyal": "SAR", "Brazil Real": "BRL",
         "Mexican Peso": "MXN", "Canadian Dollar": "CAD", "Australian Dollar": "AUD", "Bitcoin": "XBT"}
LABELS = {"pattern_id", "pattern_type", "variant", "Is Laundering"}


# Read from the columns beside it; to be read again when they change.
EXPLAINED = """What explains it. *Fans* of fewer than five at the defaults; those of one transfer are held by a finding only because
the background gives the account other payments in the window. *Gather-scatter*, *scatter-gather*, *rings*: half of the
attempts and more pay in several currencies without an exchange that the records show, and a rule that compares amounts
looks at each currency by itself; the others pass on another amount, or are too small or too long. With any amounts
nearly all are found, and the rings that are missed are none in the order of their times or by who pays whom.
*Bipartite* and *stack*: too few accounts, or far fewer pairs that pay than the seven tenths of the rule. *Random* walks
are of one or two transfers or carry no sum from hop to hop.
"""


def measured(tool, data):
    """The section of the page."""
    with open(os.path.join(data, FILES[0]), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    folder = os.path.join(tool.work, "ibm")
    os.makedirs(folder, exist_ok=True)
    write_attempts(rows, os.path.join(folder, "attempts.csv"))
    kept, shared, alone = write_background(tool, rows, os.path.join(folder, "background.csv"))
    case = tool.investigate("ibm", [folder], currency="USD")
    attempts = planted(case, rows)
    labelled = frozenset().union(*(attempt.transfers for attempt in attempts))
    runs = [run(case, "defaults", attempts, labelled, RULES)]
    ran = case.parameters()
    shapes = shaped(attempts, ran)
    case.detect(DOCUMENTED)
    runs.append(run(case, "documented", attempts, labelled, RULES, DOCUMENTED))
    ran.update(case.parameters())
    amounts = merged(DOCUMENTED, ANY_AMOUNT)
    case.detect(amounts)
    runs.append(run(case, "and any amounts", attempts, labelled, RULES, amounts))
    ran.update(case.parameters())
    sizes = Counter(min(len(attempt.rows), 3) for attempt in attempts)
    return f"""{len(attempts)} attempts of 8 families with {len(rows):,} transfers, {sizes[1]} attempts of one transfer and {sizes[2]} of two among them; the other
attempts of the published file are not in this folder. Background: {kept:,} transfers of four weeks from
`geldspoor simulate --scenario lawful --transfers {TRANSFERS} --seed {SEED} --statement-households 0`, moved by 105 weeks
onto the days of the attempts. {shared} accounts of the attempts were given the life of a background account that pays and
is paid, drawn by lot ({alone} found none); background money is in the currency that its payer uses in the attempts, else
in dollars. {100 * len(labelled) / len(case.transfers):.1f} % of transfers are labelled. The published background is not used, so the
precision is that of this background. `random` is a walk from account to account; the chain (ML-10) is nearest to it.

At the defaults:

{scored(runs[0], RULES)}
With a smallest size of 2 (`SOURCE.md` of the data) and, as it names no length, the 18 days over which the rows lie; a
chain's window counts between two hops and stays at its default:

{written(DOCUMENTED)}
{scored(runs[1], RULES)}
Found (found whole) as one condition after another is given up; empty where the condition is none of the rule's:

{ladder(runs, RULES)}
What the attempts are like, beside the defaults:

{shapes}
The same beside the parameters of `and any amounts`, for what is missed even then:

{shaped(attempts, ran)}
{EXPLAINED}
Rules of which nothing is planted, at the defaults:

{unplanted(runs[0])}
{cut_note(runs)}"""


def write_attempts(rows, path):
    """The attempts in IBM's columns, without their labels."""
    columns = [column for column in rows[0] if column not in LABELS]
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def write_background(tool, rows, path):
    """Lawful transfers on the days of the attempts, with some of their accounts; counts of rows, of accounts that
    have a life in it, of accounts that have none."""
    folder = tool.simulate("lawful", "--seed", SEED, "--transfers", TRANSFERS, "--scenario", "lawful",
                           "--statement-households", 0)
    kept = []
    with open(os.path.join(folder, "delivery", "transactions.csv"), newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames
        for row in reader:
            at = datetime.fromisoformat(row["booked_at"]) - SHIFT
            if FIRST <= at < FIRST + LENGTH:
                row["booked_at"] = at.strftime("%Y-%m-%d %H:%M:%S")
                kept.append(row)
    currencies = defaultdict(Counter)
    for row in rows:
        currencies[row["From Bank"], row["Account"]][CODES[row["Payment Currency"]]] += 1
        currencies[row["To Bank"], row["Account.1"]][CODES[row["Receiving Currency"]]] += 1
    payers = {row["payer_account"] for row in kept}
    living = sorted(payers & {row["payee_account"] for row in kept} - {"CASH", ""})
    random.Random(SEED).shuffle(living)
    renamed = dict(zip(living, sorted(currencies)))
    for row in kept:
        used = currencies.get(renamed.get(row["payer_account"]))
        row["currency"] = min(used, key=lambda code: (-used[code], code)) if used else "USD"
        if row["currency"] == "XBT":
            row["currency"] = "USD"
        for side in ("payer", "payee"):
            if row[f"{side}_account"] in renamed:
                row[f"{side}_bank"], row[f"{side}_account"] = renamed[row[f"{side}_account"]]
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(kept)
    return len(kept), len(renamed), len(currencies) - len(renamed)


def planted(case, rows):
    """The attempts with the transfers of the case, by the line on which each row was written."""
    of_line = defaultdict(set)
    for row in case.rows("SELECT e.entry_id, e.locator FROM entries e JOIN sources s ON s.source_id = e.source_id"
                         " WHERE s.name LIKE '%attempts.csv'"):
        of_line[row["locator"]].update(case.of_entry[row["entry_id"]])
    attempts = {}
    for number, row in enumerate(rows):
        kind = row["pattern_type"].lower().replace("-", "_")
        attempt = attempts.setdefault(row["pattern_id"], (kind, set(), []))
        attempt[1].update(of_line[f"line {number + 2}"])
        when = int((datetime.strptime(row["Timestamp"], "%Y/%m/%d %H:%M") - FIRST).total_seconds())
        attempt[2].append(Row(row["Account"], row["Account.1"], when, float(row["Amount Paid"]),
                              row["Payment Currency"]))
    return [Attempt(name, kind, frozenset(transfers), those) for name, (kind, transfers, those) in attempts.items()]
