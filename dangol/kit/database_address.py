"""Where the database is, for a connection beside Django's own."""

from django.db import connection
from psycopg.conninfo import make_conninfo

KEPT = ("dbname", "user", "password", "host", "port")


def database_address() -> str:
    """Return the database that Django works with as a connection string, without the settings of its sessions."""
    found = connection.get_connection_params()
    return make_conninfo(**{name: str(found[name]) for name in KEPT if found.get(name)})
