"""Runs the tool and reads what it says: a case from files, its findings as sets of transfers."""

import csv
import io
import json
import os
import subprocess
import sys
from collections import defaultdict


class Tool:
    """The binary, with a folder of keys of its own."""

    def __init__(self, binary, work):
        self.binary = binary
        self.work = work
        self.environment = dict(os.environ, GELDSPOOR_KEYS=os.path.join(work, "keys"))
        self.environment.pop("GELDSPOOR_CASE", None)

    def run(self, *arguments):
        """What the command prints; ends this script where the command fails."""
        command = [self.binary, "--quiet", "--user", "validation", *map(str, arguments)]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False)
        if done.returncode != 0:
            sys.stderr.write(done.stderr.decode("utf-8", "replace"))
            sys.exit(f"validation: ended with {done.returncode}: {' '.join(command)}")
        return done.stdout.decode("utf-8")

    def simulate(self, name, *arguments):
        """A synthetic case; its folder."""
        folder = os.path.join(self.work, name)
        if not os.path.exists(os.path.join(folder, "truth.json")):
            self.run("simulate", "--output", folder, *arguments)
        return folder

    def investigate(self, name, sources, currency="EUR"):
        """Files into a case with findings at the defaults."""
        folder = os.path.join(self.work, "case-" + name)
        say(f"{name}: investigate")
        self.run("investigate", *sources, "--output", folder, "--reference", name, "--currency", currency)
        return Case(self, folder)


class Case:
    """A case on disk, with its transfers numbered."""

    def __init__(self, tool, folder):
        self.tool = tool
        self.folder = folder
        self.transfers = []
        self.of_entry = defaultdict(list)
        for row in self.rows(
            "SELECT t.debit_entry, t.credit_entry, a.number AS payer, b.number AS payee FROM transfers t"
            " LEFT JOIN accounts a ON a.account_id = t.payer_account"
            " LEFT JOIN accounts b ON b.account_id = t.payee_account ORDER BY t.transfer_id"
        ):
            for entry in {row["debit_entry"], row["credit_entry"]} - {""}:
                self.of_entry[entry].append(len(self.transfers))
            self.transfers.append((row["payer"], row["payee"]))

    def rows(self, statement):
        """The rows of a statement, each by column name; NULL is empty."""
        text = self.tool.run("-C", self.folder, "sql", "-c", statement, "--format", "csv")
        return csv.DictReader(io.StringIO(text))

    def detect(self, parameters):
        """Runs the rules that are named again, with these parameters."""
        say(f"{os.path.basename(self.folder)}: detect {', '.join(parameters)}")
        path = os.path.join(self.folder, "case.toml")
        with open(path, encoding="utf-8") as file:
            settings = file.read().split("\n[parameters.")[0]
        with open(path, "w", encoding="utf-8") as file:
            file.write(settings)
            for rule, values in parameters.items():
                file.write(f"\n[parameters.{rule}]\n")
                file.writelines(f'{name} = "{value}"\n' for name, value in values.items())
        rules = [word for rule in parameters for word in ("--rule", rule)]
        self.tool.run("-C", self.folder, "detect", *rules)

    def findings(self):
        """By rule, the sets of transfers that findings rest on."""
        found = defaultdict(lambda: defaultdict(set))
        for row in self.rows(
            "SELECT f.rule_id, e.finding_id, e.entry_id FROM finding_entries e JOIN findings f"
            " ON f.finding_id = e.finding_id ORDER BY f.rule_id, e.finding_id, e.entry_id"
        ):
            found[row["rule_id"]][row["finding_id"]].update(self.of_entry[row["entry_id"]])
        return {rule: list(sets.values()) for rule, sets in found.items()}

    def parameters(self):
        """By rule, what the last run ran with; by `ML-07 stack` where the number has a second pattern, which alone of
        the two asks for an order."""
        ran = {}
        for row in self.rows("SELECT rule_id, parameters FROM rules_run"):
            values = json.loads(row["parameters"])
            second = row["rule_id"] == "ML-07" and "time_order" in values
            ran[row["rule_id"] + (" stack" if second else "")] = values
        return ran

    def cut_short(self):
        """Rules whose search met its budget in the last run."""
        return sorted(
            row["rule_id"]
            for row in self.rows("SELECT rule_id FROM not_computable WHERE reason LIKE '%met its budget%'")
        )


def say(text):
    """What is being done, for who waits."""
    print(f"validation: {text}", file=sys.stderr, flush=True)
