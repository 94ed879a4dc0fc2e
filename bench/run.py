"""Speed of Argosy beside DuckDB, Polars, SQLite and PostgreSQL, interleaved in one run.

Run by `cargo xtask bench`. Environment: ARGOSY_BIN (release binary), ARGOSY_TEST_POSTGRES (URL of a
server). Everything is written below target/bench and can be deleted.
"""

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

import duckdb
import polars
import psycopg

BINARY = os.environ["ARGOSY_BIN"]
FOLDER = Path("target/bench")
CUBE = """
    select seller_sku, market, date_trunc('month', day) as month, line,
           sum(amount) as amount, sum(units) as units
    from ledger group by 1, 2, 3, 4
"""
CUBE_SQLITE = CUBE.replace("date_trunc('month', day)", "substr(day, 1, 7)")


def argosy(*arguments, home):
    """Runs the binary; answers its JSON."""
    done = subprocess.run(
        [BINARY, *arguments, "--json", "--home", str(home)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout) if done.stdout.strip() else None


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def rounds(count, works):
    """Runs every work once per round, so that a busy moment hits all alike."""
    seconds = {name: [] for name in works}
    for _ in range(count):
        for name, work in works.items():
            seconds[name].append(timed(work))
    return {name: statistics.median(values) for name, values in seconds.items()}


def fresh(path):
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def settlement(gigabytes, number):
    """A settlement report made by the simulated seller; kept for the next run."""
    path = FOLDER / f"settlement-{gigabytes}-{number}.txt"
    if not path.exists():
        size = str(int(gigabytes * 1e9))
        subprocess.run(
            [BINARY, "sim", "settlement", "--out", str(path), "--bytes", size, "--seed", str(number)],
            check=True,
        )
    return path


def bench_import(gigabytes, count):
    report = settlement(gigabytes, 1)

    def by_argosy():
        home = fresh(FOLDER / "home-import")
        subprocess.run([BINARY, "init", "--home", str(home)], check=True, capture_output=True)
        argosy("import", str(report), "--store", "bench", "--market", "US", home=home)

    def by_duckdb():
        connection = duckdb.connect()
        connection.execute(
            f"copy (select * from read_csv('{report}', delim='\t', quote='', header=true)) "
            f"to '{FOLDER}/duckdb.parquet' (format parquet, compression zstd)"
        )

    def by_polars():
        frame = polars.scan_csv(report, separator="\t", quote_char=None, infer_schema_length=10_000)
        frame.sink_parquet(FOLDER / "polars.parquet", compression="zstd")

    works = {"argosy": by_argosy, "duckdb": by_duckdb, "polars": by_polars}
    return {"file": report.stat().st_size, "seconds": rounds(count, works)}


def cube_home(gigabytes, parts):
    home = FOLDER / f"home-cube-{gigabytes}-{parts}"
    if not home.exists():
        subprocess.run([BINARY, "init", "--home", str(home)], check=True, capture_output=True)
        for number in range(1, parts + 1):
            report = settlement(gigabytes, number)
            argosy("import", str(report), "--store", f"bench-{number}", "--market", "US", home=home)
    return home


def bench_cube(gigabytes, parts, count):
    home = cube_home(gigabytes, parts)
    files = argosy("files", "ledger", home=home)["files"]
    quoted = ", ".join(f"'{path}'" for path in files)
    duck = duckdb.connect()
    duck.execute(f"create view ledger as select * from read_parquet([{quoted}])")
    rows = duck.execute("select count(*) from ledger").fetchone()[0]
    lite = load_sqlite(duck)
    with psycopg.connect(os.environ["ARGOSY_TEST_POSTGRES"], autocommit=True) as postgres:
        load_postgres(duck, postgres)
        own = []

        def by_argosy():
            answer = argosy("sql", CUBE, "--count", home=home)
            own.append(answer["elapsed_ms"] / 1000)

        works = {
            "argosy": by_argosy,
            "duckdb": lambda: duck.execute(CUBE).to_arrow_table(),
        }
        seconds = rounds(count, works)
        # The binary's start is not what is measured; its own clock around the query is.
        seconds["argosy"] = statistics.median(own)
        seconds["sqlite"] = timed(lambda: lite.execute(CUBE_SQLITE).fetchall())
        seconds["postgresql"] = timed(lambda: postgres.execute(CUBE.replace("ledger", "ledger_whole")).fetchall())
        seconds["postgresql, six columns"] = timed(lambda: postgres.execute(CUBE).fetchall())
    return {"rows": rows, "seconds": seconds}


COLUMNS = "seller_sku, market, day, line, amount, units"


def load_sqlite(duck):
    path = FOLDER / "ledger.sqlite"
    path.unlink(missing_ok=True)
    lite = sqlite3.connect(path)
    lite.execute("pragma journal_mode = off")
    lite.execute("create table ledger (seller_sku text, market text, day text, line text, amount integer, units integer)")
    # Money as whole millionths: exact, and the fastest form SQLite has.
    cursor = duck.execute(
        "select seller_sku, market, cast(day as varchar), line, cast(amount * 1000000 as bigint), units from ledger"
    )
    while batch := cursor.fetchmany(100_000):
        lite.executemany("insert into ledger values (?, ?, ?, ?, ?, ?)", batch)
    lite.commit()
    return lite


POSTGRES_TYPES = {"DATE": "date", "BIGINT": "bigint", "BOOLEAN": "boolean", "VARCHAR": "text"}


def load_postgres(duck, postgres):
    """The ledger twice: whole, as one who keeps his books in PostgreSQL has it, and only what the query reads."""
    described = duck.execute("describe ledger").fetchall()
    types = {name: postgres_type(kind) for name, kind, *_ in described}
    copy_table(duck, postgres, "ledger_whole", types)
    copy_table(duck, postgres, "ledger", {name: types[name] for name in COLUMNS.split(", ")})


def postgres_type(kind):
    if kind.startswith("DECIMAL"):
        return f"numeric{kind.removeprefix('DECIMAL')}"
    return "timestamptz" if kind.startswith("TIMESTAMP") else POSTGRES_TYPES[kind]


def copy_table(duck, postgres, table, types):
    postgres.execute(f"drop table if exists {table}")
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    postgres.execute(f"create unlogged table {table} ({columns})")
    path = FOLDER / f"{table}.csv"
    names = ", ".join(f'"{name}"' for name in types)
    duck.execute(f"copy (select {names} from ledger) to '{path}' (format csv, header false)")
    with postgres.cursor() as cursor, cursor.copy(f"copy {table} from stdin (format csv)") as copy:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                copy.write(block)
    path.unlink()
    postgres.execute(f"vacuum analyze {table}")


def report(title, seconds):
    print(f"\n{title}")
    own = seconds["argosy"]
    for name, value in seconds.items():
        print(f"  {name:<12}{value:>9.2f} s   argosy takes {own / value:.2f} x its time")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--parts", type=int, default=4, help="settlements in the cube; 4 GB are 20 million rows")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["import", "cube"])
    parser.add_argument("--quick", action="store_true", help="a tenth of the data")
    given = parser.parse_args()
    size = given.gigabytes / 10 if given.quick else given.gigabytes
    FOLDER.mkdir(parents=True, exist_ok=True)
    if given.only != "cube":
        found = bench_import(size, given.rounds)
        report(f"import of {found['file'] / 1e6:.0f} MB, median of {given.rounds}", found["seconds"])
    if given.only != "import":
        found = bench_cube(size, given.parts, given.rounds)
        report(f"profit cube over {found['rows'] / 1e6:.1f} million rows, median of {given.rounds}", found["seconds"])


if __name__ == "__main__":
    main()
