#!/usr/bin/env python3
"""Fans, scatter-gather and pass-through pairs: geldspoor beside other programs, on the same graph, in turn, as whole
processes.

usage: shapes.py GRAPH.edges.txt SECONDS [THREADS] [RUNS] [WORK...]

GRAPH holds `payer payee seconds` a line, sorted by time; amounts come from GRAPH.csv (ours) and GRAPH.parquet (DuckDB,
columns src, dst, ts, amount) beside it. WORK is any of fan_in, fan_out, fans, scatter_gather, pairs; all by default.
Nothing of others is built here; who is installed takes part:
  GELDSPOOR_SHAPES  our bench (default: the newest target/release/deps/shapes-*; `cargo bench --bench shapes --no-run`)
  duckdb            SQL over a table in memory (`pip install duckdb`)
  snapml            IBM's Graph Feature Preprocessor (`pip install snapml`); leave it out with GFP=no

What is counted, windows inclusive, transfers of an account to itself left out:
  fan_in, fan_out  accounts with at least 5 different counterparties on that side within SECONDS
  fans             both together, as the Graph Feature Preprocessor does them
  scatter_gather   pairs of accounts with at least 3 middle accounts, each paid by the one and, later and within
                   SECONDS, paying the other; any amounts. The Graph Feature Preprocessor knows no order and finds more
  pairs            two transfers in a row between three accounts, the second later, within SECONDS and 90 to 100 % of
                   the first

Prints count, wall and processor seconds of the search alone (loading apart) and peak memory of the search or, of
others, of the whole process; the best of RUNS (default 3). Counts of ours and DuckDB that differ end with an error.
"""
import glob, os, re, resource, subprocess, sys, time

OURS = {
    "fan_in": [("fan_in", "first", ["min_counterparties=5"])],
    "fan_out": [("fan_out", "first", ["min_counterparties=5"])],
    "fans": [("fan_in", "first", ["min_counterparties=5"]), ("fan_out", "first", ["min_counterparties=5"])],
    "scatter_gather": [("scatter_gather", "bundles", ["min_middles=3", "conserve=none"])],
    "pairs": [("layering_chains", "instances", ["min_hops=2", "max_hops=2", "conserve=0.1"])],
}

def fan(own, other):
    return f"""
        SELECT count(*) FROM (
            SELECT {own} FROM (
                SELECT {own}, count(DISTINCT {other}) OVER (
                    PARTITION BY {own} ORDER BY ts RANGE BETWEEN $w PRECEDING AND CURRENT ROW) AS others
                FROM transfers)
            GROUP BY {own} HAVING max(others) >= 5)"""

SQL = {
    "fan_in": [fan("dst", "src")],
    "fan_out": [fan("src", "dst")],
    "fans": [fan("dst", "src"), fan("src", "dst")],
    "scatter_gather": ["""
        WITH legs AS (
            SELECT scatter.src AS source, scatter.dst AS middle, gather.dst AS destination
            FROM transfers AS scatter JOIN transfers AS gather ON gather.src = scatter.dst
            WHERE gather.ts > scatter.ts AND gather.ts - scatter.ts <= $w AND gather.dst <> scatter.src)
        SELECT count(*) FROM (
            SELECT source FROM legs GROUP BY source, destination HAVING count(DISTINCT middle) >= 3)"""],
    "pairs": ["""
        SELECT count(*) FROM transfers AS one JOIN transfers AS two ON two.src = one.dst
        WHERE two.ts > one.ts AND two.ts - one.ts <= $w AND two.dst <> one.src
          AND 10 * two.cents BETWEEN 9 * one.cents AND 10 * one.cents"""],
}

def duckdb(graph, work, window, threads):
    import duckdb
    base = duckdb.connect()
    base.execute(f"SET threads = {threads}")
    base.execute("SET memory_limit = '12GB'")
    parquet = graph.replace(".edges.txt", ".parquet")
    if os.path.exists(parquet):
        source = f"SELECT src, dst, ts, CAST(round(amount * 100) AS BIGINT) AS cents FROM '{parquet}'"
    else:
        source = f"""SELECT column0 AS src, column1 AS dst, column2 AS ts, CAST(100 AS BIGINT) AS cents
                     FROM read_csv('{graph}', delim = ' ', header = false)"""
    base.execute(f"CREATE TABLE transfers AS SELECT * FROM ({source}) WHERE src <> dst")
    def run():
        return sum(base.execute(sql.replace("$w", str(window))).fetchone()[0] for sql in SQL[work])
    return run

def gfp(graph, work, window, threads):
    import numpy, polars
    from snapml import GraphFeaturePreprocessor
    rows = polars.read_csv(graph, separator=" ", has_header=False).to_numpy()
    rows = rows[rows[:, 0] != rows[:, 1]]
    table = numpy.ascontiguousarray(numpy.column_stack([numpy.arange(len(rows)), rows]).astype(numpy.float64))
    name = "fan" if work == "fans" else "scatter-gather"
    # Its windows are open at the far end.
    settings = {"num_threads": threads, "vertex_stats": False, "fan": False, f"{name}": True,
                f"{name}_tw": window + 1, f"{name}_bins": [5 if work == "fans" else 3]}
    engine = GraphFeaturePreprocessor()
    engine.set_params(settings)
    def run():
        return int((engine.fit_transform(table)[:, 4:] > 0).any(axis=1).sum())
    return run

def peer(name, *rest):
    graph, work, window, threads = rest
    run = {"duckdb": duckdb, "gfp": gfp}[name](graph, work, int(window), int(threads))
    begun, before = time.perf_counter(), time.process_time()
    count = run()
    wall, cpu = time.perf_counter() - begun, time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"count {count} search {wall:.3f}s (cpu {cpu:.3f}) peak {memory} MB")

def is_installed(module):
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0

def ours():
    given = os.environ.get("GELDSPOOR_SHAPES")
    if given:
        return given
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    built = [f for f in glob.glob(f"{target}/release/deps/shapes-*") if os.access(f, os.X_OK)]
    return max(built, key=os.path.getmtime, default=None)

def measured(commands):
    """Count, wall seconds, processor seconds, megabytes, of commands one after the other."""
    sums = [0, 0.0, 0.0, 0]
    for command, counted in commands:
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "truncated: nothing" not in text and "truncated" in text:
            sys.exit(f"cut off: {text}")
        wall, cpu = re.search(r"search ([\d.]+)s \(cpu ([\d.]+)\)", text).groups()
        figures = (re.search(rf"{counted} (\d+)", text)[1], wall, cpu)
        sums = [had + float(more) for had, more in zip(sums, figures)] + [
            max(sums[3], int(re.search(r"peak (\d+) MB", text)[1]))]
    return sums

def programs(graph, work, window, threads):
    found = {}
    if ours():
        found["geldspoor"] = [
            ([ours(), graph, pattern, str(threads), f"time_window={window} seconds", *arguments], counted)
            for pattern, counted, arguments in OURS[work]]
    own = [sys.executable, os.path.abspath(__file__), "--peer"]
    rest = [graph, work, str(window), str(threads)]
    if is_installed("duckdb"):
        found["DuckDB"] = [(own + ["duckdb", *rest], "count")]
    if work in ("fans", "scatter_gather") and os.environ.get("GFP") != "no" and is_installed("snapml"):
        found["GFP (edges)"] = [(own + ["gfp", *rest], "count")]
    return found

def main():
    if sys.argv[1:2] == ["--peer"]:
        return peer(*sys.argv[2:])
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    graph, window = sys.argv[1], int(sys.argv[2])
    threads, runs = (int(word) for word in (sys.argv[3:5] + ["2", "3"][len(sys.argv[3:5]):]))
    differ = []
    for work in sys.argv[5:] or OURS:
        best = {}
        for _ in range(runs):
            for name, commands in programs(graph, work, window, threads).items():
                best.setdefault(name, []).append(measured(commands))
        counts = set()
        for name, all_runs in best.items():
            count, wall, cpu, memory = min(all_runs, key=lambda figures: figures[1])
            print(f"{work:15} {name:12} {count:>10.0f}   wall {wall:8.3f} s   CPU {cpu:8.3f} s   peak {memory:6} MB")
            if not name.startswith("GFP"):
                counts.add(count)
        if len(counts) > 1:
            differ.append(f"{work}: {sorted(counts)}")
    if differ:
        sys.exit("the counts differ: " + "; ".join(differ))

main()
