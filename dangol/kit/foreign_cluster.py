"""A copy of somebody else's cluster, recovered and looked at here."""

from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from dangol.kit.embedded_postgres import EmbeddedPostgres

FILES = {"config_file": "", "hba_file": "local all all trust\n", "ident_file": ""}
OVERRULED = {
    "archive_mode": "off",
    "hot_standby": "off",
    "local_preload_libraries": "",
    "logging_collector": "off",
    "session_preload_libraries": "",
    "shared_preload_libraries": "",
    "ssl": "off",
}
"""What the copied settings may hold of the other machine: its archive, its libraries, its size."""


class ForeignCluster(EmbeddedPostgres):
    """
    A cluster with roles and data of another server, but without its settings; they stay in its directory as they were.

    Whoever reaches its socket is let in: it lies in a directory that is closed to other accounts.

    :param address: how a role that may read everything reaches its database on the other server
    """

    def __init__(self, home: Path, *, address: str, durable: bool = True) -> None:
        super().__init__(home, password="", durable=durable)
        of_it = conninfo_to_dict(address)
        self._role, self._database = str(of_it["user"]), str(of_it["dbname"])

    def url(self, database: str | None = None, *, user: str | None = None, password: str | None = None) -> str:
        """Return the address of a database for a role; by default those of the other server's address."""
        who = quote(user or self._role, safe="")
        return super().url(database or self._database, user=who, password=password)

    def _options(self) -> list[str]:
        settings = dict(OVERRULED)
        for name, content in FILES.items():
            path = self.data.parent / name
            path.write_text(content, encoding="ascii")
            self._give_file(path)
            settings[name] = str(path)
        return [*super()._options(), *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))]
