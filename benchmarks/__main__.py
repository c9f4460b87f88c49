"""`python -m benchmarks [--quick] [--only one pairs ...] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys

from benchmarks.engine import JOBS, run
from network.build import load_network


def main() -> None:
    """Run the benchmarks, print a table, write JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few cases of each: a look, not a measurement")
    parser.add_argument("--only", nargs="+", choices=list(JOBS), default=list(JOBS))
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    rows = run(load_network(), options.only, options.quick)
    width = max(len(row["engine"]) for row in rows)
    job = ""
    for row in rows:
        if row["job"] != job:
            job = row["job"]
            print(f"\n{job}")
        print(f"  {row['engine']:<{width}}  {row['ms']:12.3f} ms")
    if options.json:
        machine = {"python": sys.version.split()[0], "machine": platform.machine(), "cores": os.cpu_count()}
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"machine": machine, "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
