"""How Argosy grows: imports, pages, re-import and rebuild of a large company, with memory.

Run by `cargo xtask bench scale`. Environment: ARGOSY_BIN (release binary). Everything is written
below target/bench and can be deleted. Times are medians; memory is the highest resident set.
"""

import argparse
import http.cookiejar
import json
import os
import shutil
import statistics
import subprocess
import time
import urllib.request
from pathlib import Path

BINARY = os.environ["ARGOSY_BIN"]
FOLDER = Path("target/bench")
ADDRESS = "127.0.0.1:7188"
PASSWORD = "a long password for measuring"
# One gigabyte of settlement report is 5.4 million ledger rows.
BYTES_PER_ROW = 185
# 1 September 2025, counted from 1 January 2025: ten reports of thirty days end with the settlements.
FIRST_AD_DAY = 243


def run(*arguments, home=None):
    """Runs the binary; answers its JSON, its seconds and its highest memory in MB."""
    command = [BINARY, *arguments, "--json", *(["--home", str(home)] if home else [])]
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}\n{output}")
    return json.loads(output) if output.strip() else None, seconds, usage.ru_maxrss / 1024


def settlement(rows, seed):
    path = FOLDER / f"load-settlement-{rows}-{seed}.txt"
    if not path.exists():
        run("sim", "settlement", "--out", str(path), "--bytes", str(rows * BYTES_PER_ROW), "--seed", str(seed))
    return path


def ads(rows, part):
    path = FOLDER / f"load-ads-{rows}-{part}.csv"
    if not path.exists():
        run("sim", "ads", "--out", str(path), "--rows", str(rows), "--from", str(FIRST_AD_DAY + part * 30), "--seed", str(part))
    return path


def new_home(name):
    home = FOLDER / name
    shutil.rmtree(home, ignore_errors=True)
    run("init", home=home)
    os.environ["ARGOSY_PASSWORD"] = PASSWORD
    subprocess.run(
        [BINARY, "user", "add", "bench", "--role", "owner", "--home", str(home)], check=True, capture_output=True
    )
    return home


def take(home, path):
    """Imports one file; answers seconds and MB."""
    _, seconds, memory = run("import", str(path), "--store", "bench", "--market", "US", "--channel", "amazon", home=home)
    return seconds, memory


class Pages:
    """The API as the pages call it."""

    def __init__(self, home):
        self.server = subprocess.Popen(
            [BINARY, "serve", "--addr", ADDRESS, "--home", str(home)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        for _ in range(300):
            try:
                self.call("GET", "/health")
                break
            except OSError:
                time.sleep(0.1)
        self.call("POST", "/session", {"login": "bench", "password": PASSWORD})

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{ADDRESS}/api/v1{path}", data=data, method=method)
        request.add_header("X-Argosy", "1")
        request.add_header("Content-Type", "application/json")
        with self.opener.open(request) as answer:
            return answer.read()

    def memory(self):
        for line in Path(f"/proc/{self.server.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        return 0

    def close(self):
        self.server.terminate()
        self.server.wait()


def pages(home, first, last, rounds):
    period = {"from": first, "to": last, "currency": "USD", "filters": {}}
    overview = ["net_sales", "contribution_3", "contribution_3_margin", "tacos", "units_sold", "refund_rate"]
    calls = {
        "scope bar": ("GET", "/scope", None),
        "overview: figures": ("POST", "/ask", {**period, "metrics": overview, "by": [], "compare": "previous"}),
        "overview: by day": ("POST", "/ask", {**period, "metrics": ["net_sales", "contribution_3"], "by": ["day"]}),
        "overview: waterfall": ("POST", "/profit", {**period, "by": [], "compare": "previous"}),
        "profit by month": ("POST", "/profit", {**period, "by": ["month"]}),
        "profit by SKU": ("POST", "/profit", {**period, "by": ["seller_sku"]}),
        "ledger rows": ("POST", "/ledger", {**period, "line": "referral_fee", "limit": 100}),
        "ads by campaign": ("POST", "/ask", {**period, "metrics": ["ad_spend", "clicks", "acos"], "by": ["campaign"], "limit": 100}),
        "ads by search term": ("POST", "/ask", {**period, "metrics": ["ad_spend", "clicks", "acos"], "by": ["search_term"], "limit": 100}),
        "reconcile": ("GET", "/reconcile", None),
        "quarantine": ("GET", "/quarantine", None),
        "unpaired SKUs": ("GET", "/products/unpaired", None),
        "imports": ("GET", "/imports", None),
        "metrics": ("GET", "/metrics", None),
    }
    server = Pages(home)
    try:
        print(f"\n  {'call':<24}{'median s':>10}{'worst s':>10}{'KB':>10}")
        for name, (method, path, body) in calls.items():
            seconds, size = [], 0
            for _ in range(rounds):
                start = time.perf_counter()
                size = len(server.call(method, path, body))
                seconds.append(time.perf_counter() - start)
            print(f"  {name:<24}{statistics.median(seconds):>10.2f}{max(seconds):>10.2f}{size / 1024:>10.0f}")
        print(f"  server's highest memory: {server.memory():.0f} MB")
    finally:
        server.close()


def grow(sizes, rows_per_file):
    """Imports until each size is reached; one line per size."""
    home = new_home("home-growth")
    print(f"\n{'ledger rows':>14}{'files':>7}{'import s':>10}{'last file s':>13}{'MB':>7}{'cube s':>8}")
    total, parts, seconds_all, highest = 0, 0, 0.0, 0.0
    last = 0.0
    for size in sizes:
        while total < size:
            rows = min(rows_per_file, size - total)
            parts += 1
            path = settlement(rows, parts)
            last, memory = take(home, path)
            seconds_all += last
            highest = max(highest, memory)
            total += rows
            if rows_per_file * 8 < sizes[-1]:
                path.unlink()
        answer, _, _ = run("sql", CUBE, "--count", home=home)
        print(f"{total:>14,}{parts:>7}{seconds_all:>10.1f}{last:>13.1f}{highest:>7.0f}{answer['elapsed_ms'] / 1000:>8.2f}", flush=True)
    return home


CUBE = """
    select seller_sku, market, date_trunc('month', day) as month, line, sum(amount) as amount, sum(units) as units
    from ledger group by 1, 2, 3, 4
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", type=float, default=20, help="million ledger rows")
    parser.add_argument("--ads", type=float, default=50, help="million ad rows")
    parser.add_argument("--growth", default="1,10", help="million ledger rows, comma separated; 1,10,100 takes 25 GB of disk")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the data")
    given = parser.parse_args()
    scale = 20 if given.quick else 1
    FOLDER.mkdir(parents=True, exist_ok=True)

    if given.growth:
        sizes = [int(float(size) * 1e6 / scale) for size in given.growth.split(",")]
        grow(sizes, int(5e6 / scale))

    ledger, ad_rows = int(given.ledger * 1e6 / scale), int(given.ads * 1e6 / scale)
    home = new_home("home-scale")
    files = 4
    spent = [take(home, settlement(ledger // files, seed)) for seed in range(1, files + 1)]
    print(f"\n{ledger:,} ledger rows in {sum(s for s, _ in spent):.1f} s, highest memory {max(m for _, m in spent):.0f} MB")
    files = 10
    spent = [take(home, ads(ad_rows // files, part)) for part in range(files)]
    print(f"{ad_rows:,} ad rows in {sum(s for s, _ in spent):.1f} s, highest memory {max(m for _, m in spent):.0f} MB")

    small = settlement(100_000, 30)
    for name in ["a new report of 100,000 rows", "the same report again"]:
        seconds, memory = take(home, small)
        print(f"{name} into it: {seconds:.1f} s, {memory:.0f} MB")
    pages(home, "2026-05-01", "2026-06-30", given.rounds)
    _, seconds, memory = run("rebuild", home=home)
    print(f"\nrebuild of everything from the raw files: {seconds:.1f} s, {memory:.0f} MB")
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    print(f"the home holds {size / 1e9:.1f} GB")


if __name__ == "__main__":
    main()
