"""What a PostgreSQL server must allow so that it can be backed up over its own protocol."""

import psycopg

from dangol.kit.cluster_backup import SLOT
from dangol.kit.postgres_binaries import major_version, postgres_binaries

LOOK = """
SELECT current_setting('server_version_num')::int / 10000, current_setting('wal_level'),
    current_setting('max_wal_senders')::int, current_setting('wal_segment_size'),
    current_setting('max_replication_slots')::int
        - (SELECT count(*) FROM pg_replication_slots WHERE slot_name <> %s),
    (SELECT count(*) FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')),
    rolsuper OR rolreplication AND rolbypassrls AND pg_has_role('pg_read_all_data', 'USAGE')
        AND EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'pg_maintain' AND pg_has_role(r.oid, 'USAGE'))
        AND has_function_privilege('pg_switch_wal()', 'EXECUTE')
        AND has_function_privilege('pg_create_restore_point(text)', 'EXECUTE')
FROM pg_roles WHERE rolname = current_user
"""
WAL_SENDERS = 2
"""One follows the log, one makes a copy."""
SEGMENT_SIZE = "16MB"
ROLE = (
    "CREATE ROLE dangol_backup LOGIN REPLICATION BYPASSRLS PASSWORD '…' IN ROLE pg_read_all_data, pg_maintain",
    "GRANT EXECUTE ON FUNCTION pg_switch_wal(), pg_create_restore_point(text) TO dangol_backup",
)
"""A role that may back up a server of PostgreSQL 17 or newer; before, only a superuser may."""

REFUSED = (
    "it lets nobody copy it from here ({words}): pg_hba.conf needs a line `host replication <role> <this machine's "
    "address> scram-sha-256`; a managed service that does not allow this has backups of its own"
)


def lacking(url: str) -> list[str]:
    """Return what stands in the way, each with what to do; nothing if the server at this address can be backed up."""
    ours = major_version(postgres_binaries())
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        ((major, level, senders, segment, slots, tablespaces, may),) = connection.execute(LOOK, [SLOT]).fetchall()
    needs = (
        (may, f"the role may not: use a superuser, or from PostgreSQL 17 on, in this database, {'; '.join(ROLE)}"),
        (level != "minimal", "wal_level is minimal: set it to replica and restart the server"),
        (senders >= WAL_SENDERS, f"max_wal_senders is {senders}: set it to {WAL_SENDERS} more than others need"),
        (slots > 0, "all max_replication_slots are taken: allow one more"),
        (segment == SEGMENT_SIZE, f"wal_segment_size is {segment}: only {SEGMENT_SIZE} is supported"),
        (tablespaces == 0, "it has tablespaces of its own: move their tables to the default one"),
        (major == ours, f"it is PostgreSQL {major} and the programs here are {ours}: name its own with DANGOL_PG_BIN"),
    )
    missing = [words for is_met, words in needs if not is_met]
    return missing or _replication_refused(url)


def _replication_refused(url: str) -> list[str]:
    """Knock as those programs will: another line of `pg_hba.conf` decides then."""
    try:
        psycopg.connect(url, replication="true", connect_timeout=10).close()
    except psycopg.OperationalError as problem:
        return [REFUSED.format(words=str(problem).strip().splitlines()[-1])]
    return []
