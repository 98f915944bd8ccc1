"""Why a database cannot serve us, in words that say what to do. Passwords never appear."""

from urllib.parse import unquote, urlsplit

from dangol.kit.errors import UnableToStart


def unreachable(url: str, problem: Exception) -> UnableToStart:
    """Nothing answers at the address, or it sends us away."""
    parts = urlsplit(url)
    place = f"{unquote(parts.netloc.rpartition('@')[2])}{parts.path}"
    words = (str(problem).strip().splitlines() or ["no answer"])[-1].strip()
    return UnableToStart(
        f"The database at {place} cannot be reached ({words}): start it, or correct DATABASE_URL.",
        f"{place} 데이터베이스에 연결할 수 없습니다({words}). 데이터베이스를 시작하거나 DATABASE_URL을 고쳐 주십시오.",
    )


def too_old(version: int) -> UnableToStart:
    """The server is older than we support."""
    major = version // 10000
    return UnableToStart(
        f"The database is PostgreSQL {major}: Dangol needs PostgreSQL 15 or newer.",
        f"데이터베이스가 PostgreSQL {major} 버전입니다. PostgreSQL 15 이상이 필요합니다.",
    )


def may_not_create_role(role: str, database: str) -> UnableToStart:
    """We may not make the runtime role: the administrator has to."""
    statement = (
        f"CREATE ROLE \"{role}\" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD '…'; "
        f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO "{role}";'
    )
    return UnableToStart(
        f"The role of DATABASE_URL may not create roles: let an administrator run  {statement}  and set "
        "DATABASE_RUNTIME_URL.",
        f"DATABASE_URL의 역할에 역할을 만들 권한이 없습니다. 관리자가  {statement}  문을 실행한 뒤 "
        "DATABASE_RUNTIME_URL을 지정해 주십시오.",
    )


def open_walls(role: str, reasons: list[str]) -> UnableToStart:
    """The runtime role could look over the walls between workspaces."""
    why = ", ".join(reasons)
    return UnableToStart(
        f"The runtime role {role} would see every workspace ({why}): take these rights away, or name another role in "
        "DATABASE_RUNTIME_URL.",
        f"실행 역할 {role}에 모든 작업 공간이 보입니다({why}). 이 권한을 없애거나 DATABASE_RUNTIME_URL에 다른 "
        "역할을 지정해 주십시오.",
    )
