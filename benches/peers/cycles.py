#!/usr/bin/env python3
"""Temporal cycles: geldspoor beside other programs, on the same graph, in turn, as whole processes.

usage: cycles.py GRAPH.edges.txt SECONDS [HOPS] [THREADS] [RUNS]

GRAPH holds `payer payee seconds` a line, sorted by time. Nothing of others is built here; a program takes part where
its path is given:
  GELDSPOOR_CYCLES  our bench (default: the newest target/release/deps/cycles-*; `cargo bench --bench cycles --no-run`)
  TCYC              a counter that is called TCYC GRAPH SECONDS HOPS THREADS and prints `enum W s (cpu C) ... total N`
  IBM_CYCLES        a whole command of IBM's parallel-cycle-enumeration, with {graph}, {seconds}, {hours} and {threads}
                    where they belong, or several with `;` between, one an algorithm; it has no limit of hops, so give
                    enough HOPS. Its processor seconds have the reading of the file in them

Prints count, wall and processor seconds of the search alone, the best of RUNS (default 3) by the wall. Counts that
differ end with an error.
"""
import glob, os, re, resource, shlex, subprocess, sys

def ours():
    given = os.environ.get("GELDSPOOR_CYCLES")
    if given:
        return given
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    built = [f for f in glob.glob(f"{target}/release/deps/cycles-*") if os.access(f, os.X_OK)]
    return max(built, key=os.path.getmtime, default=None)

def run(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return text, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

def figures(text, whole_process):
    """Count, wall, processor seconds; those of the search where the program tells them."""
    found = re.search(r"enum ([\d.]+)s \(cpu ([\d.]+)\)", text)
    total = re.search(r"total (\d+)", text)
    if found and total:
        return int(total[1]), float(found[1]), float(found[2])
    total = re.search(r"^Total, (\d+)", text, re.M)
    wall = re.search(r"^Total time: ([\d.]+)", text, re.M)
    if not total or not wall:
        sys.exit(f"no count and no seconds in what was printed: {text[-400:]}")
    return int(total[1]), float(wall[1]), whole_process

def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    graph, seconds = sys.argv[1], int(sys.argv[2])
    hops, threads, runs = (int(word) for word in (sys.argv[3:] + ["64", "2", "3"][len(sys.argv) - 3:]))
    programs = {}
    if ours():
        programs["geldspoor, counted"] = [ours(), graph, str(seconds), str(hops), str(threads)]
        programs["geldspoor, bundled"] = programs["geldspoor, counted"] + ["bundle"]
    if os.environ.get("TCYC"):
        programs["tcyc"] = [os.environ["TCYC"], graph, str(seconds), str(hops), str(threads)]
    if os.environ.get("IBM_CYCLES"):
        values = {"graph": graph, "seconds": seconds, "hours": seconds // 3600, "threads": threads}
        commands = os.environ["IBM_CYCLES"].split(";")
        for number, command in enumerate(commands, 1):
            name = "IBM" if len(commands) == 1 else f"IBM, command {number}"
            programs[name] = [word.format(**values) for word in shlex.split(command)]
    if not programs:
        sys.exit("no program to run: build ours with `cargo bench --bench cycles --no-run`, or give paths\n" + __doc__)
    best = {}
    for _ in range(runs):
        for name, command in programs.items():
            best.setdefault(name, []).append(figures(*run(command)))
    counts = set()
    for name, all_runs in best.items():
        count, wall, cpu = min(all_runs, key=lambda figure: figure[1])
        counts.add(count)
        print(f"{name:20} {count:>12} cycles   wall {wall:8.3f} s   CPU {cpu:8.3f} s")
    if len(counts) > 1:
        sys.exit(f"the counts differ: {counts}")

main()
