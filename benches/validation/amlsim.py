"""AMLSim's sample of 20,000 accounts with 200 fan-ins: only accounts are labelled."""

import csv
import os

from measure import percent, table, written

TITLE = "AMLSim, 20K_fanin200"
FOLDER = "amlsim_20k/20K_fanin200"
FILES = [f"{FOLDER}/transactions.csv", f"{FOLDER}/nodes.csv"]

# The sample names no parameters. paramFiles/10K/alertPatterns.csv of its repository has fan-ins of 5 accounts, so 4
# that pay, and a lookback period of 30 days.
DOCUMENTED = {"ML-03": {"time_window": "30 days", "min_counterparties": "4"}}


def measured(tool, data):
    """The section of the page."""
    with open(os.path.join(data, FILES[1]), newline="", encoding="utf-8") as file:
        nodes = list(csv.DictReader(file))
    labelled = {row["nodeid"] for row in nodes if row["isFraud"] == "1"}
    case = tool.investigate("amlsim", [os.path.join(data, FILES[0])], currency="XXX")
    rows = [counted(case, labelled, "defaults")]
    case.detect(DOCUMENTED)
    rows.append(counted(case, labelled, "documented"))
    covered = percent(rows[1][8], len(nodes))
    head = ["run", "rule", "labelled accounts", "in a finding", "recall", "findings", "right", "right, share",
            "accounts in findings", "labelled, share", "centres", "labelled, share"]
    return f"""{len(case.transfers):,} transfers over 149 days, {len(nodes):,} accounts, {len(labelled)} of them ({100 * len(labelled) / len(nodes):.1f} %) labelled as members of 200 fan-ins. No
transaction is labelled, so accounts are counted: how many labelled accounts are in a finding, and how many accounts in
findings are labelled. A finding is *right* here if at least half of its accounts are labelled; its *centre* is the
account that is paid. {inside(case, labelled)}

{table(head, rows)}
Accounts of this set have so many partners that {covered} of all accounts are in a finding of the second run: its recall
says nothing. {len(labelled)} members of 200 fan-ins are about four payers each, fewer than the five of the default; what the
first run finds rests on other payments of the same accounts as well.

The second run:

{written(DOCUMENTED)}"""


def counted(case, labelled, name):
    """One row of the table."""
    findings = case.findings().get("ML-03", [])
    members = [{account for t in finding for account in case.transfers[t]} for finding in findings]
    centres = {case.transfers[t][1] for finding in findings for t in finding}
    every = set().union(*members)
    right = sum(2 * len(accounts & labelled) >= len(accounts) for accounts in members)
    return [name, "ML-03", len(labelled), len(every & labelled), percent(len(every & labelled), len(labelled)),
            len(findings), right, percent(right, len(findings)), len(every), percent(len(every & labelled), len(every)),
            len(centres), percent(len(centres & labelled), len(centres))]


def inside(case, labelled):
    """How much of what labelled accounts do is among themselves."""
    paid = [(payer, payee) for payer, payee in case.transfers if payee in labelled]
    own = sum(payer in labelled for payer, _ in paid)
    return f"Of the {len(paid):,} transfers that labelled accounts receive, {own:,} come from labelled accounts."
