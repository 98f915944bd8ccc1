"""DuckDB in this process."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def new_engine() -> "DuckDBPyConnection":
    """Open an engine in memory that fetches nothing from anywhere and counts days in UTC."""
    import duckdb  # noqa: PLC0415 - loads 40 MB that a process may never need

    engine = duckdb.connect(config={"autoinstall_known_extensions": False})
    engine.execute("SET TimeZone = 'UTC'")
    return engine
