"""What the types of the databases come down to."""

from pymysql.constants import FIELD_TYPE

from dangol.integrations.data_sources.enums import ColumnKind, Dialect

POSTGRESQL = {
    **dict.fromkeys((20, 21, 23, 26, 700, 701, 790, 1700), ColumnKind.NUMBER),
    **dict.fromkeys((1082, 1114, 1184), ColumnKind.TIME),
    **dict.fromkeys((18, 19, 25, 1042, 1043, 2950), ColumnKind.TEXT),
    16: ColumnKind.YES_NO,
}
"""By the type's number in pg_type."""

MARIADB = {
    **dict.fromkeys(
        (
            FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL, FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24,
            FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG, FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE, FIELD_TYPE.YEAR,
        ),
        ColumnKind.NUMBER,
    ),
    **dict.fromkeys((FIELD_TYPE.DATE, FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP, FIELD_TYPE.NEWDATE), ColumnKind.TIME),
    **dict.fromkeys(
        (
            FIELD_TYPE.VARCHAR, FIELD_TYPE.VAR_STRING, FIELD_TYPE.STRING, FIELD_TYPE.BLOB, FIELD_TYPE.TINY_BLOB,
            FIELD_TYPE.MEDIUM_BLOB, FIELD_TYPE.LONG_BLOB, FIELD_TYPE.ENUM, FIELD_TYPE.SET,
        ),
        ColumnKind.TEXT,
    ),
}  # fmt: skip
TABLES: dict[Dialect, dict[int, ColumnKind]] = {Dialect.POSTGRESQL: POSTGRESQL, Dialect.MARIADB: MARIADB}


def kind_of_code(dialect: Dialect, code: int) -> str:
    """Return the kind of a column by the number that the driver gives its type."""
    return TABLES[dialect].get(code, ColumnKind.OTHER).value
