"""
Splink 5 on a made-up town, by a Python of its own: `python splink_town.py town.csv`.

Prints one line of JSON: precision, recall, F1 and seconds, from the file to the pairs. Splink is the peer of
`benchmarks/duplicates.py`, no part of the product. The columns come as a shop has them; phone numbers and addresses are
cleaned by one expression each, as its users would.
"""

import json
import sys
import time

import duckdb
import splink.comparison_library as cl  # type: ignore[import-not-found] # lives in an environment of its own
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

READ = """
CREATE TABLE town AS
SELECT row_number() OVER () AS unique_id, truth, nullif(replace(name, ' ', ''), '') AS name,
    nullif(lower(email), '') AS email, nullif(right(regexp_replace(phone, '\\D', '', 'g'), 8), '') AS phone,
    nullif(born, '') AS born, nullif(postal_code, '') AS postal_code, nullif(city, '') AS city,
    nullif(replace(address, ' ', ''), '') AS address, nullif(replace(company, ' ', ''), '') AS company
FROM read_csv(?, all_varchar=true)
"""
BLOCKS = (
    ("phone", "name"),
    ("email",),
    ("name", "born"),
    ("name", "postal_code"),
    ("name", "city"),
    ("born", "postal_code"),
    ("born", "city"),
    ("address",),
    ("phone", "born"),
)
TRUE = "SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM town GROUP BY truth)"


def settings() -> SettingsCreator:
    """Return names, birth date, ways to reach somebody and address, compared as Splink suggests."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("born", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("phone", [1]),
            cl.JaroWinklerAtThresholds("email", [0.9]),
            cl.DamerauLevenshteinAtThresholds("postal_code", [1]),
            cl.JaroWinklerAtThresholds("city", [0.88]),
            cl.JaroWinklerAtThresholds("address", [0.92, 0.8]),
            cl.JaroWinklerAtThresholds("company", [0.9]),
        ],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS],
        additional_columns_to_retain=["truth"],
    )


def main() -> None:
    """Train without labels, find, count."""
    connection = duckdb.connect()
    started = time.perf_counter()
    connection.execute(READ, [sys.argv[1]])
    linker = Linker(DuckDBAPI(connection).register(connection.table("town")), settings(), log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("born", "phone")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for columns in (("name", "born"), ("phone", "name"), ("email",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    connection.register("found", predicted.as_duckdbpyrelation())
    ((pairs, hits),) = connection.sql("SELECT count(*), count(*) FILTER (truth_l = truth_r) FROM found").fetchall()
    seconds = time.perf_counter() - started
    ((true,),) = connection.sql(TRUE).fetchall()
    precision, recall = hits / pairs, hits / float(true)
    f1 = 2 * precision * recall / (precision + recall)
    print(json.dumps({"precision": precision, "recall": recall, "f1": f1, "seconds": seconds}))


if __name__ == "__main__":
    main()
