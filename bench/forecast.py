"""The forecast engine beside statsforecast: same series, same hold-out, one thread each, in one run.

Run by `cargo xtask bench forecast`. Environment: ARGOSY_DATASETS (folder with m1_m3_tourism/) and, if
it is built already, ARGOSY_FORECAST_BENCH (the release example). Prints accuracy (mean sMAPE and MASE)
and speed (series per second, median of the rounds) of ETS, Theta, dynamic Theta and our automatic
choice with its back-test, and then the time and memory of many products of three years of weeks.
"""

import argparse
import json
import os
import statistics
import subprocess
import time
import warnings
from pathlib import Path

import numpy
from statsforecast.models import AutoETS, DynamicOptimizedTheta, Theta

FOLDER = Path(os.environ["ARGOSY_DATASETS"]) / "m1_m3_tourism"
SETS = {"M3": "m3_data.json", "Tourism": "tcomp_data.json"}
PERIODS = {"yearly": ("YEARLY", 1), "quarterly": ("QUARTERLY", 4), "monthly": ("MONTHLY", 12), "other": ("OTHER", 1)}
PEERS = {"ets": AutoETS, "theta": Theta, "dynamic_theta": DynamicOptimizedTheta}


def example():
    """The release example, built if need be."""
    built = os.environ.get("ARGOSY_FORECAST_BENCH")
    if built:
        return built
    cargo = ["cargo", "build", "--release", "--package", "argosy-product", "--example", "forecast_bench"]
    subprocess.run(cargo, check=True)
    return "target/release/examples/forecast_bench"


def groups(every):
    """Every so many series by name, as the example takes them: (set, group, season, series)."""
    for name, file in SETS.items():
        data = json.loads((FOLDER / file).read_text())
        for group, (period, season) in PERIODS.items():
            lines = [one for _, one in sorted(data.items()) if one["period"][0] == period][::every]
            if lines:
                yield name, group, season, lines


def smape(said, came):
    return float(numpy.mean(200 * numpy.abs(said - came) / (numpy.abs(said) + numpy.abs(came))))


def mase(said, came, past, season):
    """None where the past never changes."""
    scale = float(numpy.mean(numpy.abs(past[season:] - past[:-season])))
    return float(numpy.mean(numpy.abs(said - came))) / scale if scale > 0 else None


def peer(model, season, lines):
    """One model of statsforecast over the lines: sMAPE, MASE, seconds of fitting alone."""
    smapes, mases, seconds = [], [], 0.0
    for line in lines:
        past, came = numpy.array(line["x"], float), numpy.array(line["xx"], float)
        start = time.perf_counter()
        said = model(season_length=season).forecast(y=past, h=len(came))["mean"]
        seconds += time.perf_counter() - start
        smapes.append(smape(said, came))
        mases.append(mase(said, came, past, season))
    mases = [value for value in mases if value is not None]
    return statistics.fmean(smapes), statistics.fmean(mases), seconds


def ours(binary, every):
    done = subprocess.run([binary, str(FOLDER), "--every", str(every), "--json"], check=True, capture_output=True)
    return {(row["set"], row["group"], row["method"]): row for row in json.loads(done.stdout)}


def compare(binary, every, rounds):
    """Round after round both sides, so that a busy moment hits both."""
    told = {}
    for number in range(rounds):
        for key, row in ours(binary, every).items():
            told.setdefault(("argosy", *key), []).append((row["smape"], row["mase"], row["series"], row["seconds"]))
        for name, group, season, lines in groups(every):
            for method, model in PEERS.items():
                found = peer(model, season, lines)
                told.setdefault(("statsforecast", name, group, method), []).append((*found[:2], len(lines), found[2]))
        print(f"round {number + 1} of {rounds} done", flush=True)
    return told


def print_table(told):
    print(f"{'set':<9}{'group':<11}{'method':<15}{'side':<15}{'sMAPE':>8}{'MASE':>8}{'series/s':>11}{'ratio':>8}")
    speed = {key: rows[0][2] / statistics.median(row[3] for row in rows) for key, rows in told.items()}
    for side, name, group, method in sorted(told, key=lambda key: (key[1:], key[0])):
        if method not in PEERS and method != "automatic":
            continue
        key = (side, name, group, method)
        # The automatic choice does far more than AutoETS (back-test, band), and is held against it.
        other = ("statsforecast", name, group, "ets" if method == "automatic" else method)
        ratio = f"{speed[key] / speed[other]:.1f}x" if side == "argosy" else ""
        first = told[key][0]
        print(f"{name:<9}{group:<11}{method:<15}{side:<15}{first[0]:>8.3f}{first[1]:>8.3f}{speed[key]:>11.0f}{ratio:>8}")


def load(binary, skus):
    """All cores; the example tells its own time and memory."""
    subprocess.run([binary, "--skus", str(skus)], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skus", type=int, default=100_000)
    asked = parser.parse_args()
    # statsforecast divides by zero on the shortest yearly series; their forecast stands.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    binary = example()
    print_table(compare(binary, asked.every, asked.rounds))
    load(binary, asked.skus)


if __name__ == "__main__":
    main()
