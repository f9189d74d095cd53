"""The page: what was measured, definitions, the sections of the data sets, what it does not show."""

HEAD = """# Validation: planted attempts, found and not found

Written by `benches/validation`; do not edit by hand. Every figure in a table is a count of this run.

## What was measured

`geldspoor investigate` on data in which somebody has marked what is laundering, without the marks; then its findings
against the marks, type by type. Nothing is tuned on the data: the first run of each set has the defaults of the
catalogue, the second the window and the smallest size that the documentation of the set gives, and the runs after it
give up one condition more, to show which of them loses what.

## Definitions

- An **attempt** is one planted pattern: all transfers of one pattern id.
- It is **found** when one finding of its type's rule holds at least half of its transfers, **whole** when one finding
  holds all of them. Of an attempt of one or two transfers one is half, so that `found` says little there: these are
  counted apart (`of 1 or 2`).
- **Recall** is found / planted.
- A finding is **right** when at least half of its transfers are labelled as laundering, of whatever type. `right,
  share` is right / findings.
- `transfers` are those in at least one finding of the rule; `labelled, share` is the share of them that is labelled.
  Chance would give the share of labelled transfers in the set, which stands above each table.
- A finding holds a transfer when it cites one of its entries. Bipartite groups and stacks share one number (ML-07).
- The columns of *what the attempts are like* come from the labels alone: `too small` has fewer accounts than the rule
  asks for (or, of rings and chains, is none or has too many hops); `too long` does not fit the window; `too thin`: of
  two groups fewer pairs pay than the rule asks for; `several centres`: several hubs, or several sources or
  destinations, where a finding has one and holds a part; `several currencies`, where the rule compares amounts; `amounts not
  carried on`: less or more than the rule's share goes on or comes back; `order`: money leaves before it comes. An
  attempt can stand in several columns. `none of these` are those that the rule by its definition should find.
- An attempt can be found in a column where its own shape is too small: other payments of the same accounts then fill
  the finding, which holds the attempt without having been told by it.
"""

TAIL = """## What this does not show

- Labels of synthetic data are the generator's own word. They are no real cases, and a lawful pattern that a generator
  does not make is not tested. Real recall is not known, here or anywhere, because nobody knows what was not found.
- A low `labelled, share` is not a share of false accusations: a finding is a place to look, and fans and rings are
  ordinary life. It tells how much there is to look through.
- The published sets have hardly any cash, no names and no statements with balances; only the cases of `simulate` have
  them, and those are our own.
- Control gate and victims are not measured here.

## To repeat it

```console
$ cargo build --release
$ python3 benches/validation target/release/geldspoor ../shared/data/transactions --write
```

Without `--write` it prints; `--only amlgentex` runs one set. A set whose files are missing is skipped, and the page says
so. The same binary and data give the same page. All four sets take about two processor minutes with the
release build, nine with the ordinary one.
"""


def written(sections):
    """The whole page."""
    parts = [HEAD]
    for title, text in sections:
        parts.append(f"## {title}\n\n{text.strip()}\n")
    parts.append(TAIL)
    return "\n".join(parts)
