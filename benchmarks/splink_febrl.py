"""
Splink 5 on FEBRL4 without the national id, by a Python of its own: `python splink_febrl.py a.csv.gz b.csv.gz`.

Prints one line of JSON: precision, recall, F1 and seconds. Splink is the peer of `benchmarks/duplicates.py`, no part of
the product. Settings follow Splink's own FEBRL4 example.
"""

import json
import sys
import time

import duckdb
import splink.comparison_library as cl  # type: ignore[import-not-found] # lives in an environment of its own
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COLUMNS = """
rec_id AS unique_id, split_part(rec_id, '-', 2) AS truth, nullif(trim(given_name), '') AS given_name,
nullif(trim(surname), '') AS surname, nullif(trim(street_number), '') AS street_number,
nullif(trim(address_1), '') AS address_1, nullif(trim(suburb), '') AS suburb, nullif(trim(postcode), '') AS postcode,
nullif(trim(date_of_birth), '') AS born
"""
BLOCKS = (
    ("given_name", "surname"),
    ("born",),
    ("surname", "postcode"),
    ("given_name", "postcode"),
    ("postcode", "street_number"),
    ("surname", "suburb"),
    ("given_name", "suburb"),
    ("address_1", "street_number"),
    ("address_1", "suburb"),
    ("surname", "street_number"),
    ("given_name", "street_number"),
)


def settings() -> SettingsCreator:
    """Return names, birth date and address, compared as Splink suggests."""
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("born", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
            cl.LevenshteinAtThresholds("street_number", [1]),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]),
        ],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS],
        additional_columns_to_retain=["truth"],
    )


def main() -> None:
    """Train without labels, link, count."""
    connection = duckdb.connect()
    started = time.perf_counter()
    for name, path in zip(("a", "b"), sys.argv[1:], strict=True):
        rows = f"SELECT COLUMNS(*) FROM read_csv('{path}', all_varchar=true, normalize_names=true)"
        connection.execute(f"CREATE TABLE {name} AS SELECT {COLUMNS} FROM ({rows})")
    api = DuckDBAPI(connection)
    tables = [api.register(connection.table(name), dataset_display_name=f"febrl_{name}") for name in ("a", "b")]
    linker = Linker(tables, settings(), log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("born", "given_name")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for columns in (("born",), ("postcode", "street_number"), ("given_name", "surname")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    connection.register("found", predicted.as_duckdbpyrelation())
    ((pairs, hits),) = connection.sql("SELECT count(*), count(*) FILTER (truth_l = truth_r) FROM found").fetchall()
    seconds = time.perf_counter() - started
    ((true,),) = connection.sql("SELECT count(*) FROM a JOIN b USING (truth)").fetchall()
    precision, recall = hits / pairs, hits / true
    f1 = 2 * precision * recall / (precision + recall)
    print(json.dumps({"precision": precision, "recall": recall, "f1": f1, "seconds": seconds}))


if __name__ == "__main__":
    main()
