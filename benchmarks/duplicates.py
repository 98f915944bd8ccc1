"""
Duplicates: F1 and seconds on FEBRL4 without the national id, beside Splink 5 in the same run; on a made-up Korean town,
by how a double was written down; and the seconds that a million people of such a town take, ours and Splink's.

Splink runs in a virtual environment of its own (var/splink), which the first run makes.
"""

import csv
import gc
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.harness import ROOT, Bench
from benchmarks.korean_people import KINDS, Truth, make_town
from dangol.customers.matching.records import People, Record
from dangol.customers.matching.weighing import Scored, find_duplicates

DATA = Path(__file__).parent / "data"
FILES = (DATA / "febrl4a.csv.gz", DATA / "febrl4b.csv.gz")
SPLINK = ROOT / "var" / "splink"
SPLINK_VERSION = "5.0.0"
TITLES = ("truth", "name", "email", "phone", "born", "postal_code", "city", "address", "company")


def run(bench: Bench) -> None:
    """Compare with Splink, then Korea, then a million."""
    peer = _splink("splink_febrl.py", *FILES)
    for label, households in (("febrl4", False), ("febrl4-with-households", True)):
        precision, recall, seconds = _febrl(households=households)
        ours = _f1(precision, recall)
        _say(bench, label, f"precision={precision:.4f} recall={recall:.4f} f1={ours:.4f} seconds={seconds:.1f}", 10_000)
    _say(bench, "febrl4-splink", _told(peer), 10_000)
    _korea(bench, bench.sized(50_000))
    _million(bench, bench.sized(1_000_000))


def _febrl(*, households: bool) -> tuple[float, float, float]:
    started = time.perf_counter()
    sides = [_read(path) for path in FILES]
    records = [*sides[0], *sides[1]]
    side = np.arange(len(records)) >= len(sides[0])
    found = find_duplicates(People(records), at_least=0.5, side=side, households=households)
    seconds = time.perf_counter() - started
    return *_precision_and_recall([str(record.id) for record in records], found), seconds


def _korea(bench: Bench, count: int) -> None:
    town = make_town(count)
    started = time.perf_counter()
    found = find_duplicates(People(town.records), at_least=0.5)
    seconds = time.perf_counter() - started
    precision, recall = _precision_and_recall(town.people, found)
    line = f"precision={precision:.4f} recall={recall:.4f} f1={_f1(precision, recall):.4f} seconds={seconds:.1f}"
    _say(bench, "korean", line, len(town.records))
    kinds = " ".join(f"{kind.replace(' ', '-')}={share:.3f}" for kind, share in recall_by_kind(town, found).items())
    _say(bench, "korean-recall", kinds, len(town.records))


def _million(bench: Bench, count: int) -> None:
    """A share of a fifth is written down twice: as in Splink's own measure, 800,000 and 200,000."""
    town = make_town(round(count * 0.8), doubles=0.25, seed=bench.seed + 1)
    gc.collect()
    gc.freeze()  # the town itself is not part of the measure
    started, spent = time.perf_counter(), time.process_time()
    people = People(town.records)
    read = time.perf_counter() - started
    found = find_duplicates(people, at_least=0.5)
    seconds, spent = time.perf_counter() - started, time.process_time() - spent
    precision, recall = _precision_and_recall(town.people, found)
    line = f"precision={precision:.4f} recall={recall:.4f} f1={_f1(precision, recall):.4f}"
    _say(bench, "million", f"{line} seconds={seconds:.1f} cpu={spent:.1f} reading={read:.1f}", len(people))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "town.csv"
        _write(town, file)
        _say(bench, "million-splink", _told(_splink("splink_town.py", file)), len(people))


def _write(town: Truth, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(TITLES)
        for person, record in zip(town.people, town.records, strict=True):
            _id, name, family, given, *rest = record
            rows.writerow((person, name or f"{given} {family}", *rest))


def recall_by_kind(town: Truth, found: Scored) -> dict[str, float]:
    """Return which share of the doubles of each kind was found."""
    hit = {(one, other) for one, other in zip(found.one.tolist(), found.other.tolist(), strict=True)}
    total, seen = Counter(town.kinds.values()), Counter[str]()
    for position, kind in town.kinds.items():
        seen[kind] += (position - 1, position) in hit
    return {kind: seen[kind] / total[kind] for kind in KINDS if total[kind]}


def _precision_and_recall(people: Sequence[object], found: Scored) -> tuple[float, float]:
    hits = sum(
        people[one] == people[other] for one, other in zip(found.one.tolist(), found.other.tolist(), strict=True)
    )
    true = sum(count * (count - 1) // 2 for count in Counter(people).values())
    return hits / max(1, len(found.one)), hits / max(1, true)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _read(path: Path) -> list[Record]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, skipinitialspace=True))
    return [
        Record(
            id=row["rec_id"].split("-")[1], family_name=row["surname"], given_name=row["given_name"],
            born=row["date_of_birth"], postal_code=row["postcode"], city=row["suburb"],
            address=f"{row['street_number']} {row['address_1']} {row['address_2']}",
        )
        for row in rows
    ]  # fmt: skip


def _splink(script: str, *files: Path) -> dict[str, float]:
    python = SPLINK / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(SPLINK)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", f"splink=={SPLINK_VERSION}"], check=True)
    command = [str(python), str(Path(__file__).with_name(script)), *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _told(result: dict[str, float]) -> str:
    return " ".join(f"{name}={value:.4f}" for name, value in result.items())


def _say(bench: Bench, label: str, told: str, rows: int) -> None:
    bench.say(f"{bench.name}-{label} {told} rows={rows} seed={bench.seed}")
