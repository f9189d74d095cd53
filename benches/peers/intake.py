#!/usr/bin/env python3
"""Rows of CSV to queryable tables: geldspoor beside DuckDB, on the same file, in turn, as whole processes.

usage: intake.py FILE.csv [RUNS]     GELDSPOOR=path of the command (default: target/release/geldspoor)

Prints for each: wall seconds, CPU seconds (user and system) and peak memory; the median of RUNS (default 3).
DuckDB comes from PyPI (`pip install duckdb`) and is only measured, never built with. Both read the whole file into
tables of their own on disk; geldspoor also hashes and keeps the file, cites every record and writes both legs.
"""
import os, resource, shutil, statistics, subprocess, sys, tempfile, time

DUCK = """
import duckdb, sys
c = duckdb.connect(sys.argv[2]); c.execute("set threads=2")
c.execute(f"create table t as select * from read_csv('{sys.argv[1]}', header=true)"); c.execute("checkpoint")
"""

def measured(command, environment=None):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command}: {process.stderr.read().decode()}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

def main():
    csv, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    ours = os.environ.get("GELDSPOOR", "target/release/geldspoor")
    figures = {"geldspoor": [], "duckdb": []}
    for _ in range(runs):
        work = tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
        case = os.path.join(work, "case")
        subprocess.run([ours, "-q", "case", "new", case, "--reference", "bench"], check=True)
        figures["geldspoor"].append(measured([ours, "-q", "-C", case, "intake", csv]))
        figures["duckdb"].append(measured([sys.executable, "-c", DUCK, csv, os.path.join(work, "x.duckdb")]))
        shutil.rmtree(work)
    for name, runs in figures.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*runs))
        print(f"{name:10} wall {wall:7.2f} s   CPU {cpu:7.2f} s   peak memory {memory:7.0f} MB")

main()
