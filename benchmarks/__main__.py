"""`python -m benchmarks NAME [--scale X] [--record]`: run one benchmark and print its lines."""

import argparse
import importlib
import sys
from pathlib import Path

from benchmarks.harness import Bench

HERE = Path(__file__).parent
NOT_BENCHMARKS = {
    "__init__",
    "__main__",
    "harness",
    "lake_questions",
    "load",
    "pages",
    "shop",
    "shop_events",
    "korean_people",
    "splink_febrl",
    "unprotected",
    "faults_ingestion",
    "faults_pressure",
    "faults_senders",
}


def main() -> int:
    """Run the named benchmark; an unknown name lists what there is."""
    names = sorted(path.stem.replace("_", "-") for path in HERE.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure us and our limit in one run.")
    parser.add_argument("name", choices=names)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size, 1.0 is the published one")
    parser.add_argument("--again", action="store_true", help="look at what the last run has filled (million, lake)")
    parser.add_argument("--record", action="store_true", help="append the result to docs/benchmarks.md")
    wanted = parser.parse_args()
    module = importlib.import_module(f"benchmarks.{wanted.name.replace('-', '_')}")
    with Bench(name=wanted.name, scale=wanted.scale, record=wanted.record, again=wanted.again) as bench:
        module.run(bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
