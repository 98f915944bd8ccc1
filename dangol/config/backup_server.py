"""The PostgreSQL server that is backed up: our own, or one that the operator brought."""

from pathlib import Path

from dangol.config.environment import env_text
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.kit.foreign_cluster import ForeignCluster


def is_outside() -> bool:
    """Whether the operator brought it."""
    return bool(env_text("DATABASE_URL"))


def backup_address() -> str:
    """Return how the operator's server is reached to be backed up: `DATABASE_BACKUP_URL`, else `DATABASE_URL`."""
    return env_text("DATABASE_BACKUP_URL") or env_text("DATABASE_URL")


def recovered_cluster(home: Path, *, password: str, durable: bool = True) -> EmbeddedPostgres:
    """
    Return the cluster into which a backup of that server is restored.

    :param password: of our own server's superuser
    """
    if is_outside():
        return ForeignCluster(home, address=backup_address(), durable=durable)
    return EmbeddedPostgres(home, password=password, durable=durable)
