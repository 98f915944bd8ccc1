"""Why a PostgreSQL of ours does not start, in words that say what to do."""

from pathlib import Path

from dangol.kit.errors import UnableToStart

LEFTOVERS = ("lock file", "shared memory block", "is still in use", "could not lock", "is being used by")


def is_leftover(said: str) -> bool:
    """Whether PostgreSQL refused because processes of its former life have not ended yet."""
    return any(words in said for words in LEFTOVERS)


def from_log(said: str, log: Path) -> UnableToStart:
    """Turn what PostgreSQL wrote before it ended into one sentence."""
    if "No space left on device" in said:
        return disk_full(log.parent)
    if "Address already in use" in said:
        return port_taken(None)
    lines = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    words = lines[-1].split(":", 1)[-1].strip() if lines else "no message"
    return UnableToStart(
        f"PostgreSQL did not start ({words}); its full messages are in {log}.",
        f"PostgreSQL을 시작하지 못했습니다({words}). 자세한 내용은 {log} 파일에 있습니다.",
    )


def other_major_version(data: Path, made_by: str, ours: str) -> UnableToStart:
    """The data directory was made by another major version."""
    return UnableToStart(
        f"The data in {data} was made by PostgreSQL {made_by}, but PostgreSQL {ours} is installed: set "
        "DANGOL_PG_BIN to "
        f"the programs of PostgreSQL {made_by}, or move the data with pg_dump into a new DANGOL_DATA.",
        f"{data}의 데이터는 PostgreSQL {made_by} 버전에서 만들어졌지만 설치된 버전은 {ours}입니다. DANGOL_PG_BIN에 "
        f"PostgreSQL {made_by} 프로그램의 위치를 지정하거나 pg_dump로 새 DANGOL_DATA에 옮겨 주십시오.",
    )


def has_cluster(data: Path) -> UnableToStart:
    """A cluster from elsewhere would overwrite one that is there."""
    return UnableToStart(
        f"There is a database in {data} already: move it aside first.",
        f"{data}에 이미 데이터베이스가 있습니다. 먼저 다른 곳으로 옮겨 주십시오.",
    )


def disk_full(folder: Path) -> UnableToStart:
    """Too little space for the database to be safe."""
    return UnableToStart(
        f"The disk that holds {folder} is full: free at least 100 MB, or choose another directory with DANGOL_DATA.",
        f"{folder} 디스크에 빈 공간이 없습니다. 100MB 이상 비우거나 DANGOL_DATA로 다른 위치를 지정해 주십시오.",
    )


def port_taken(port: int | None) -> UnableToStart:
    """Another program listens on the port."""
    which = f"Port {port}" if port else "The port"
    return UnableToStart(
        f"{which} of PostgreSQL is in use by another program: stop it, or choose another port.",
        f"PostgreSQL 포트({port or '?'})를 다른 프로그램이 쓰고 있습니다. 그 프로그램을 끄거나 다른 포트를 "
        "지정해 주십시오.",
    )


def still_used(data: Path) -> UnableToStart:
    """Another server holds the data and did not let go."""
    return UnableToStart(
        f"Another PostgreSQL still uses {data}: stop it (its number is the first line of postmaster.pid), then "
        "start again.",
        f"다른 PostgreSQL이 {data}를 아직 쓰고 있습니다. postmaster.pid 첫 줄의 프로세스를 끝낸 뒤 다시 시작해 "
        "주십시오.",
    )


def silent(log: Path) -> UnableToStart:
    """The server runs but does not answer."""
    return UnableToStart(
        f"PostgreSQL runs but does not accept connections; its messages are in {log}.",
        f"PostgreSQL이 실행되었지만 연결을 받지 않습니다. 자세한 내용은 {log} 파일에 있습니다.",
    )


def foreign_directory(home: Path) -> UnableToStart:
    """The directory belongs to another account."""
    return UnableToStart(
        f"{home} belongs to another user: start Dangol as that user, or choose another directory with DANGOL_DATA.",
        f"{home}의 소유자가 다릅니다. 그 사용자로 시작하거나 DANGOL_DATA로 다른 위치를 지정해 주십시오.",
    )


def unwritable(home: Path, problem: OSError) -> UnableToStart:
    """The directory cannot be made."""
    return UnableToStart(
        f"{home} cannot be made ({problem.strerror}): choose another directory with DANGOL_DATA.",
        f"{home} 위치를 만들 수 없습니다({problem.strerror}). DANGOL_DATA로 다른 위치를 지정해 주십시오.",
    )


def wrong_password(home: Path) -> UnableToStart:
    """The secrets beside the data are not those the cluster was made with."""
    return UnableToStart(
        f"The database in {home} was made with another secrets.json: put that file back, or choose another "
        "DANGOL_DATA.",
        f"{home}의 데이터베이스는 다른 secrets.json으로 만들어졌습니다. 그 파일을 되돌리거나 다른 "
        "DANGOL_DATA를 지정해 주십시오.",
    )
