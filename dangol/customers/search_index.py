"""
The index of everything that can be found: what of a row is searched for, and the triggers that keep it.

A table joins by the migration operation `FindableTable`. Its rows then have, whoever writes them,

* one row in `customers_searchkey`: the name as it is compared (lower case, without spaces and punctuation), the name
  from its second letter on (a Korean given name), first consonants, the end of the phone, the domain of the e-mail;
* in `customers_searchtail` the name from each further letter on, so that every part of a name begins some row.

Row-level security lets only leak-proof comparisons use an index, and equality and order of text are such. A part of a
name is therefore found by one range of one index, exactly and without a look at the names. Rows in the trash stay in
the index and are hidden with the row they belong to.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from dangol.customers.name_keys import LONGEST_NAME

TAILED = 24
"""So many letters of a name may begin what somebody types."""

KEYS, TAILS = "customers_searchkey", "customers_searchtail"
TABLES = """
CREATE TABLE customers_searchkey (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    kind smallint NOT NULL,
    name text,
    rest text,
    initials text,
    phone_end text,
    domain text,
    PRIMARY KEY (workspace_id, id)
);
CREATE TABLE customers_searchtail (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    kind smallint NOT NULL,
    tail text NOT NULL
)
"""


# Equal keys share one entry of an index, so that most cost some ten bytes a row.
INDEXES = [
    *(
        f"CREATE INDEX customers_searchkey_{column} ON {KEYS} (workspace_id, kind, {column}) WHERE {column} IS NOT NULL"
        for column in ("name", "rest", "initials", "phone_end", "domain")
    ),
    f"CREATE INDEX customers_searchkey_long ON {KEYS} (workspace_id, kind) WHERE length(name) > {TAILED}",
    f"CREATE INDEX customers_searchtail_tail ON {TAILS} (workspace_id, kind, tail)",
    f"CREATE INDEX customers_searchtail_row ON {TAILS} (workspace_id, id)",
]


class FindableTable(Operation):
    """
    Migration operation: rows that come into a model's table are found from now on.

    :param kind: number of the kind, unique among all: `enums.FindableKind`
    :param key: SQL of the compared name over the table's columns
    :param initials: SQL of its first consonants, where `k.name` is the compared name
    :param phone: column of the main phone number
    :param email: SQL of the main e-mail address or a bare domain
    :param watched: columns on whose change the index follows
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self, model: str, *, kind: int, key: str, initials: str, phone: str, email: str, watched: list[str]
    ) -> None:
        self.model = model
        self.kind = kind
        self.key = key
        self.initials = initials
        self.phone = phone
        self.email = email
        self.watched = watched

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the index lives in the database only."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        for statement in (*self._functions(table), *self._triggers(table)):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP FUNCTION {table}_findable, {table}_renamed, {table}_lost CASCADE")

    def describe(self) -> str:
        return f"Let {self.model} be found"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        names = ("kind", "key", "initials", "phone", "email", "watched")
        return "FindableTable", [self.model], {name: getattr(self, name) for name in names}

    def entry(self, rows: str) -> str:
        """Return the SQL that writes the index of the rows of a FROM item. The name is compared once: that is slow."""
        return f"""
    WITH there AS MATERIALIZED (
        SELECT workspace_id, id, k.name, left({self.initials}, {LONGEST_NAME}) AS initials, {self.phone} AS phone,
            {self.email} AS email
        FROM {rows}, LATERAL (SELECT {self.key} AS name) AS k
    ), keyed AS (
        INSERT INTO customers_searchkey (workspace_id, id, kind, name, rest, initials, phone_end, domain)
        SELECT workspace_id, id, {self.kind}, nullif(name, ''), CASE WHEN length(name) > 2 THEN substr(name, 2) END,
            nullif(nullif(initials, name), ''), CASE WHEN length(phone) > 4 THEN right(phone, 4) END,
            nullif(split_part(email, '@', 2), '')
        FROM there WHERE name <> '' OR phone <> '' OR email <> ''
    )
    INSERT INTO customers_searchtail (workspace_id, id, kind, tail)
    SELECT workspace_id, id, {self.kind}, substr(name, at)
    FROM there, LATERAL generate_series(3, least(length(name) - 1, {TAILED})) AS at
    WHERE length(name) > 3 AND (at < length(name) - 1 OR substr(name, at) >= chr(128))"""  # noqa: S608 - names of our own columns, given by a migration

    def _functions(self, table: str) -> list[str]:
        one = f"(SELECT NEW.workspace_id, NEW.id, {', '.join(f'NEW.{column}' for column in self.watched)}) AS one"
        forget = f"{_deletion(KEYS, '(SELECT NEW.*)')} {_deletion(TAILS, '(SELECT NEW.*)')}"
        return [
            _function(f"{table}_findable", f"{self.entry('came')};"),
            _function(f"{table}_renamed", f"{forget} {self.entry(one)};"),
            _function(f"{table}_lost", f"{_deletion(KEYS, 'gone')} {_deletion(TAILS, 'gone')}"),
        ]

    def _triggers(self, table: str) -> list[str]:
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in self.watched)
        came = "REFERENCING NEW TABLE AS came FOR EACH STATEMENT"
        gone = "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT"
        renamed = f"AFTER UPDATE OF {', '.join(self.watched)} ON {table} FOR EACH ROW WHEN ({changed})"
        return [
            f"CREATE TRIGGER findable AFTER INSERT ON {table} {came} EXECUTE FUNCTION {table}_findable()",
            f"CREATE TRIGGER renamed {renamed} EXECUTE FUNCTION {table}_renamed()",
            f"CREATE TRIGGER lost AFTER DELETE ON {table} {gone} EXECUTE FUNCTION {table}_lost()",
        ]


def _function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
    )


def _deletion(index: str, rows: str) -> str:
    return (
        f"DELETE FROM {index} AS s USING {rows} AS gone "  # noqa: S608 - names of our own tables
        "WHERE s.workspace_id = gone.workspace_id AND s.id = gone.id;"
    )


PEOPLE = FindableTable(
    "Person",
    kind=1,
    key="customers_name_key(name)",
    initials="initials",
    phone="phone",
    email="email",
    watched=["name", "initials", "phone", "email"],
)
COMPANIES = FindableTable(
    "Company",
    kind=2,
    key="customers_company_key(name)",
    initials="customers_key_initials(k.name)",
    phone="phone",
    email="coalesce(nullif('@' || domain, '@'), email)",
    watched=["name", "phone", "email", "domain"],
)
RECORDS = FindableTable(
    "CustomRecord",
    kind=3,
    key="customers_name_key(name)",
    initials="initials",
    phone="''",
    email="''",
    watched=["name", "initials"],
)
