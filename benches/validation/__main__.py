#!/usr/bin/env python3
"""Recall and precision of findings on labelled data, type by type: what docs/validation.md shows.

usage: python3 benches/validation [BINARY] [DATA] [--write] [--only SET ...] [--work DIR]
"""

import argparse
import os
import sys
import tempfile

sys.dont_write_bytecode = True  # no __pycache__ beside the sources

import amlgentex
import amlsim
import ibm
import page
import simulated
from tool import Tool, say

SETS = {"simulated": simulated, "amlgentex": amlgentex, "ibm": ibm, "amlsim": amlsim}
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main():
    options = arguments()
    if not os.access(options.binary, os.X_OK):
        sys.exit(f"validation: {options.binary} is not there or cannot be run; build it with cargo build --release")
    with tempfile.TemporaryDirectory() as passing:
        tool = Tool(os.path.abspath(options.binary), os.path.abspath(options.work or passing))
        os.makedirs(tool.work, exist_ok=True)
        sections = []
        for name in options.only or SETS:
            part = SETS[name]
            missing = [file for file in part.FILES if not os.path.exists(os.path.join(options.data, file))]
            if missing:
                say(f"{name}: skipped, {', '.join(missing)} not in {options.data}")
                sections.append((part.TITLE, f"Not measured: the data is not there ({', '.join(missing)}).\n"))
                continue
            sections.append((part.TITLE, part.measured(tool, options.data)))
    text = page.written(sections)
    if options.write:
        path = os.path.join(TOP, "docs", "validation.md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        say(f"wrote {path}")
    else:
        print(text)


def arguments():
    parser = argparse.ArgumentParser(prog="benches/validation", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("binary", nargs="?", default=os.path.join(TOP, "target", "release", "geldspoor"), help="the command")
    add("data", nargs="?", default=os.path.join(TOP, "..", "shared", "data", "transactions"), help="folder of the data")
    add("--write", action="store_true", help="write docs/validation.md instead of printing it")
    add("--only", nargs="+", choices=SETS, metavar="SET", help=f"only these: {', '.join(SETS)}")
    add("--work", metavar="DIR", help="keep cases in this folder; it must be empty")
    return parser.parse_args()


if __name__ == "__main__":
    main()
