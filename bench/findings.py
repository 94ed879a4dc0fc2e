"""The loop over a large seller: 20,000 SKUs, 400 days, 200,000 search terms.

Run by `cargo xtask bench findings`. Environment: ARGOSY_BIN (release binary). Prints time and memory
of the imports and of `argosy findings run`. Everything is written below target/bench and can be
deleted; reports and home take about six gigabytes.
"""

import argparse
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

BINARY = os.environ["ARGOSY_BIN"]
FOLDER = Path("target/bench/findings")


def run(*arguments, home):
    """Runs the binary; answers its output, its seconds and its highest memory in MB."""
    command = [BINARY, *arguments, "--json", "--home", str(home)]
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise SystemExit(f"{' '.join(command)} ended with {code}\n{output}")
    return output, seconds, usage.ru_maxrss / 1024


def take(home, reports, file):
    arguments = ["import", str(reports / file["path"]), "--store", file["store"], "--market", file["market"]]
    if file["period_from"]:
        arguments += ["--from", file["period_from"], "--to", file["period_to"]]
    return run(*arguments, "--channel", "amazon", home=home)[1:]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--skus", default="20000")
    parser.add_argument("--days", default="400")
    parser.add_argument("--terms-per-day", default="10000")
    parser.add_argument("--runs", type=int, default=2)
    asked = parser.parse_args()
    reports, home = FOLDER / "reports", FOLDER / "home"
    shutil.rmtree(FOLDER, ignore_errors=True)
    example = ["cargo", "run", "--release", "--package", "argosy-sim", "--example", "load", "--"]
    subprocess.run([*example, str(reports), asked.skus, asked.days, asked.terms_per_day], check=True)
    run("init", home=home)
    files = json.loads((reports / "files.json").read_text())
    seconds, memory = 0.0, 0.0
    for file in files:
        took, highest = take(home, reports, file)
        seconds, memory = seconds + took, max(memory, highest)
        (reports / file["path"]).unlink()
    print(f"{len(files)} files imported in {seconds:.0f} s, {memory:.0f} MB at most")
    counts = "select count(*) as n, count(distinct seller_sku) as skus from"
    for table in ["ledger", "traffic", "ads", "stock"]:
        print(table, run("sql", f"{counts} {table}", home=home)[0].strip())
    print(run("sql", "select count(distinct search_term) as terms from ads", home=home)[0].strip())
    for number in range(asked.runs):
        output, seconds, memory = run("findings", "run", home=home)
        print(f"findings run {number + 1}: {seconds:.1f} s, {memory:.0f} MB at most; {output.strip()[:300]}")


if __name__ == "__main__":
    main()
