"""What the attempts themselves are like, from their labels alone, against the parameters that the tool ran with: how
many a rule cannot find because they are smaller, longer or otherwise than what it is defined to look for."""

import re
from collections import defaultdict
from dataclasses import dataclass

DAY = 86_400


@dataclass
class Row:
    """A transfer of an attempt as its label tells it; `when` in seconds."""

    payer: str
    payee: str
    when: int
    amount: float
    currency: str


@dataclass
class Shape:
    """Why a rule would not find an attempt; each is looked at by itself."""

    is_small: bool = False
    is_long: bool = False
    is_thin: bool = False
    is_split: bool = False
    is_mixed: bool = False
    is_leaking: bool = False
    is_disordered: bool = False


def seconds(length):
    """A length of time as the tool writes it."""
    number, unit = re.fullmatch(r"(\d+) (day|hour|minute|second)s?", length).groups()
    return int(number) * {"day": DAY, "hour": 3600, "minute": 60, "second": 1}[unit]


def shape(kind, rows, parameters):
    """The shape of an attempt of a kind, as `fan_in`, against the parameters of its rule."""
    rows = sorted(rows, key=lambda row: row.when)
    looked_at = SHAPES[kind](rows, parameters, seconds(parameters["time_window"]))
    compares = any(parameters.get(name, "none") != "none" for name in ("conserve", "min_returned"))
    looked_at.is_mixed = compares and len({row.currency for row in rows}) > 1
    return looked_at


def span(rows):
    """Seconds from first to last."""
    return max(row.when for row in rows) - min(row.when for row in rows) if rows else 0


def carries(before, after, parameters, name="conserve"):
    """Whether an amount carries on another: not more, and not less by more than the share that may stay behind."""
    loss = parameters[name]
    return loss == "none" or (1 - float(loss)) * before <= after + 1e-9 and after <= before + 1e-9


def sides(rows):
    """Accounts that only pay, that do both, that are only paid."""
    payers, payees = {row.payer for row in rows}, {row.payee for row in rows}
    return payers - payees, payers & payees, payees - payers


def fan_in(rows, parameters, window):
    payers = defaultdict(set)
    for row in rows:
        payers[row.payee].add(row.payer)
    return fan(payers, rows, parameters, window)


def fan_out(rows, parameters, window):
    payees = defaultdict(set)
    for row in rows:
        payees[row.payer].add(row.payee)
    return fan(payees, rows, parameters, window)


def fan(others, rows, parameters, window):
    most = max(map(len, others.values()))
    return Shape(is_small=most < int(parameters["min_counterparties"]), is_long=span(rows) > window)


def gather_scatter(rows, parameters, window):
    touched = defaultdict(lambda: [0, 0])
    for row in rows:
        touched[row.payee][0] += 1
        touched[row.payer][1] += 1
    hub = max(sorted(touched), key=lambda account: (min(touched[account]), sum(touched[account])))
    ins = [row for row in rows if row.payee == hub != row.payer]
    outs = [row for row in rows if row.payer == hub != row.payee]
    least = int(parameters["min_counterparties"])
    if not ins or not outs:
        return Shape(is_small=True)
    gathered, scattered = sum(row.amount for row in ins), sum(row.amount for row in outs)
    return Shape(
        is_small=min(len({row.payer for row in ins}), len({row.payee for row in outs})) < least,
        is_long=span(ins) > window or outs[-1].when - ins[-1].when > window,
        is_split=len(sides(rows)[1]) > 1,
        is_leaking=not carries(gathered, scattered, parameters),
        is_disordered=outs[0].when <= ins[-1].when,
    )


def scatter_gather(rows, parameters, window):
    sources, middles, ends = sides(rows)
    least = int(parameters["min_middles"])
    legs = defaultdict(list)
    for into in rows:
        for out in rows:
            if into.payee == out.payer and into.payee in middles:
                legs[into.payee].append((into, out))

    def enough(holds):
        return sum(any(holds(a, b) for a, b in pairs) for pairs in legs.values()) >= least

    return Shape(
        is_small=len(middles) < least,
        is_split=len(sources) > 1 or len(ends) > 1,
        is_long=not enough(lambda a, b: abs(b.when - a.when) <= window),
        is_leaking=not enough(lambda a, b: carries(a.amount, b.amount, parameters)),
        is_disordered=not enough(lambda a, b: a.when < b.when),
    )


def bipartite(rows, parameters, window):
    least = int(parameters["min_accounts"])
    payers, payees = {row.payer for row in rows}, {row.payee for row in rows}
    return Shape(
        is_small=min(len(payers), len(payees)) < least,
        is_long=span(rows) > window,
        is_thin=is_thin(rows, parameters),
    )


def is_thin(rows, parameters):
    """Whether fewer of the pairs of two groups pay than the share that each account has to reach."""
    pairs = {(row.payer, row.payee) for row in rows}
    payers, payees = {payer for payer, _ in pairs}, {payee for _, payee in pairs}
    return len(pairs) < float(parameters["density"]) * len(payers) * len(payees)


def stack(rows, parameters, window):
    least = int(parameters["min_accounts"])
    first, middle, last = sides(rows)
    ins = [row.when for row in rows if row.payee in middle]
    outs = [row.when for row in rows if row.payer in middle]

    def median(times):
        return sorted(times)[(len(times) - 1) // 2]

    return Shape(
        is_small=min(map(len, (first, middle, last))) < least,
        is_long=span(rows) > window,
        is_thin=any(
            is_thin(part, parameters)
            for part in ([r for r in rows if r.payee in middle], [r for r in rows if r.payer in middle])
        ),
        is_disordered=bool(ins and outs) and median(ins) >= median(outs),
    )


def ring(rows):
    """The rows one after another by who pays whom, from the earliest; nothing where they make no ring."""
    of_payer = {row.payer: row for row in rows}
    way = [rows[0]]
    while len(way) < len(rows) and way[-1].payee in of_payer:
        way.append(of_payer[way[-1].payee])
    closes = len(of_payer) == len(rows) == len({row.payer for row in way}) and way[-1].payee == way[0].payer
    return way if closes else []


def cycle(rows, parameters, window):
    way = ring(rows)
    share = parameters["min_returned"]
    return Shape(
        is_small=not way or len(way) > int(parameters["max_hops"]),
        is_long=span(rows) > window,
        is_leaking=bool(way) and share != "none" and way[-1].amount < float(share) * way[0].amount,
        is_disordered=bool(way) and any(a.when >= b.when for a, b in zip(way, way[1:])),
    )


def chain(rows, parameters, window):
    hops = list(zip(rows, rows[1:]))
    return Shape(
        is_small=not int(parameters["min_hops"]) <= len(rows) <= int(parameters["max_hops"]),
        is_long=any(b.when - a.when > window for a, b in hops),
        is_leaking=any(not carries(a.amount, b.amount, parameters) for a, b in hops),
        is_disordered=any(a.payee != b.payer or a.when >= b.when for a, b in hops),
    )


SHAPES = {
    "fan_in": fan_in,
    "fan_out": fan_out,
    "gather_scatter": gather_scatter,
    "scatter_gather": scatter_gather,
    "bipartite": bipartite,
    "stack": stack,
    "cycle": cycle,
    "random": chain,
}
