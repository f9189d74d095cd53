#!/usr/bin/env python3
"""Tracing: geldspoor beside the program of the authors of "Provenance in Temporal Interaction Networks" (Kosyfaki and
Mamoulis, ICDE 2022), over the same transfers, in turn, as whole processes on one core.

usage: trace.py FILE [RUNS] [NAME...]

FILE holds the transfers as the authors' program reads them, in whole hundredths; our bench makes it:
  GELDSPOOR_BENCH_ROWS=10000000 cargo bench --bench trace -- write FILE
NAME is a piece of work as it is printed ("fifo over all funds"); all by default. Nothing of others is built here; a
program takes part where its path is given:
  GELDSPOOR_TRACE  our bench (default: the newest target/release/deps/trace-*; `cargo bench --bench trace --no-run`)
  PROVENANCE_TIN   the authors' program, as it is published

Theirs keeps floats; it traces all funds (its methods 4 and 3), and in proportion from vertices (110) where ours traces
from claims: the nearest that it has, another question. It prints where everything lies inside of what it times, so its
time is taken here from the line that begins the work to the line that ends it, before it prints, and the process is
ended then.

Prints the processor seconds of the work alone and the peak memory of the process, reading included, the least of RUNS
(default 3). A run that needs more than 8 GB (LIMIT_GB) or 180 seconds (LIMIT_SECONDS) is ended, and that is said. Over
all funds both must move as many parcels and find as much money born, or it ends with an error.
"""
import glob, os, re, resource, subprocess, sys, threading

METHODS = ["fifo", "lifo", "pro-rata", "pari-passu", "own-money-first", "tainted-first", "exposure",
           "oldest-origin-first", "newest-origin-first"]
THEIRS = {"fifo over all funds": ["4"], "lifo over all funds": ["3"],
          **{f"pro-rata from {count} claims": ["110", str(count)] for count in (1, 100, 1000)}}
LIMIT = int(os.environ.get("LIMIT_GB", "8")) << 30
SECONDS = int(os.environ.get("LIMIT_SECONDS", "180"))

def works():
    yield from ["fifo over all funds", "lifo over all funds"]
    for method in METHODS:
        for count in (1, 100, 1000):
            yield from [f"{method} from {count} claims", f"{method} from {count} claims, explained"]
        yield from [f"{method} from 1 on one account", f"{method} from 100 on one account"]

def ours():
    given = os.environ.get("GELDSPOOR_TRACE")
    if given:
        return given
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    built = [f for f in glob.glob(f"{target}/release/deps/trace-*") if os.access(f, os.X_OK)]
    return max(built, key=os.path.getmtime, default=None)

def limited():
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))

def started(command, seconds, **more):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=limited, **more)
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    return process, timer

def run_ours(program, file, runs, name):
    """Processor seconds, megabytes, what was found; or why not."""
    environment = {**os.environ, "GELDSPOOR_BENCH_BOOK": file}
    process, timer = started([program, "figures", str(runs), name], runs * SECONDS, env=environment,
                             stderr=subprocess.PIPE)
    text, errors = process.communicate()
    over = not timer.is_alive()
    timer.cancel()
    found = re.search(rf"^RESULT geldspoor {re.escape(name)}: \S+ \(cpu ([\d.]+)\) peak (\d+) MB, .*?; (.*)$", text, re.M)
    if found:
        return float(found[1]), int(found[2]), found[3]
    if over:
        return f"ended after {runs * SECONDS} s"
    if "memory allocation" in errors:
        return f"ended: needs more than {LIMIT >> 30} GB"
    sys.exit(f"{name}: no figures in what our bench printed: {text[-400:]} {errors[-400:]}")

def processor(process):
    with open(f"/proc/{process.pid}/stat") as stat:
        words = stat.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

def peak(process):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) >> 10

def run_theirs(program, file, arguments):
    last = "sumqty=" if arguments[0] == "110" else "numtransfers="
    # Line by line, or nothing would come before the program's buffer is full.
    process, timer = started(["stdbuf", "-oL", program, file, *arguments], SECONDS)
    begun, told, result = None, {}, None
    for line in process.stdout:
        if "model starts" in line:
            begun = processor(process)
        word, _, value = line.strip().partition("=")
        told[word] = value
        if line.startswith(last):
            result = (processor(process) - begun, peak(process), told)
            break
    process.kill()
    process.wait()
    over = not timer.is_alive()
    timer.cancel()
    return result or (f"ended after {SECONDS} s" if over else f"ended: needs more than {LIMIT >> 30} GB")

def least(results):
    failed = [result for result in results if isinstance(result, str)]
    return failed[0] if failed else (*(min(figure[place] for figure in results) for place in (0, 1)), results[0][2])

def shown(name, program, result, transfers):
    if isinstance(result, str):
        print(f"{name:45} {program:10} {result}", flush=True)
    else:
        cpu, megabytes, _ = result
        print(f"{name:45} {program:10} CPU {cpu:8.2f} s   {megabytes:6} MB   {(megabytes << 20) // transfers:5} bytes a "
              "transfer", flush=True)

def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    file, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with open(file) as lines:
        accounts, transfers = int(next(lines)), int(next(lines))
    program, peer = ours(), os.environ.get("PROVENANCE_TIN")
    if not program:
        sys.exit("no bench to run: build it with `cargo bench --bench trace --no-run`, or give its path\n" + __doc__)
    print(f"{transfers} transfers, {accounts} accounts" + ("" if peer else "; PROVENANCE_TIN is not given: ours alone"))
    differ, done = [], {}
    for name in sys.argv[3:] or works():
        own = done[name] = run_ours(program, file, runs, name)
        shown(name, "geldspoor", own, transfers)
        if peer and name in THEIRS:
            other = least([run_theirs(peer, file, THEIRS[name]) for _ in range(runs)])
            shown(name, "authors'", other, transfers)
            if "over all funds" in name and not isinstance(own, str) and not isinstance(other, str):
                told = other[2]
                theirs = f"{told['numtransfers']} moves {float(told['sumqty']):.0f} hundredths born"
                if own[2] != theirs:
                    differ.append(f"{name}: {own[2]}, theirs {theirs}")
        one = done.get(name.replace("from 100 on", "from 1 on"))
        if "from 100 on" in name and isinstance(own, tuple) and isinstance(one, tuple):
            print(f"{name:45} {own[0] / max(one[0], 0.01):.1f} times the first claim alone")
    if differ:
        sys.exit("what was found differs: " + "; ".join(differ))

main()
