"""What a database's refusal means, in plain words."""

import socket
import ssl

import psycopg
import pymysql
from django.utils.translation import gettext as _

from dangol.integrations.data_sources.contracts import Place, SourceRefuses, SourceTrouble, SourceUnreachable
from dangol.kit.safe_connect import AddressRefused

MARIADB_LOGIN = frozenset((1044, 1045, 1698))
MARIADB_NO_DATABASE = 1049
MARIADB_NO_SUCH = frozenset((1054, 1064, 1142, 1143, 1146))
SHOWN = 300


def explained(error: BaseException, place: Place) -> SourceTrouble:
    """Return what to tell, and whether it is worth another try."""
    host, port = place.where["host"], place.where["port"]
    told = {"host": host, "port": port, "database": place.where["database"], "said": said(error, place)}
    if isinstance(error, AddressRefused):
        return private_address(host)
    if isinstance(error, socket.gaierror):
        return SourceUnreachable(_("There is no server named %(host)s. Check its name.") % told)
    return _refused(error, told) or SourceUnreachable(
        _("Nobody answers at %(host)s, port %(port)s, or the line broke. What was said: %(said)s") % told
    )


def _refused(error: BaseException, told: dict[str, object]) -> SourceTrouble | None:
    """What stays as it is until somebody changes something; None for what may pass."""
    if isinstance(error, ssl.SSLError) or "certificate" in str(error).lower() or "SSL" in str(error):
        return SourceRefuses(_("The way to %(host)s cannot be encrypted as chosen. The server said: %(said)s") % told)
    if _is_login(error):
        return SourceRefuses(_("The database did not accept the user name or the password."))
    if _is_database(error):
        return SourceRefuses(_("There is no database %(database)s on this server.") % told)
    if _is_lasting(error):
        return SourceRefuses(_("The database refuses to read this. It said: %(said)s") % told)
    return None


def private_address(host: str) -> SourceTrouble:
    """Return what to tell about a name that leads into a private network."""
    return SourceRefuses(
        _("%(host)s leads into a private network. If that is right, tick that it may, and save again.") % {"host": host}
    )


def said(error: BaseException, place: Place) -> str:
    """Return the other side's own words, short and without our secrets."""
    words = " ".join(str(error.args[-1] if isinstance(error, pymysql.Error) and error.args else error).split())
    for secret in place.secrets.values():
        if secret:
            words = words.replace(secret, "•••")
    return words[:SHOWN]


def _is_login(error: BaseException) -> bool:
    if isinstance(error, pymysql.Error):
        return bool(error.args) and error.args[0] in MARIADB_LOGIN
    if isinstance(error, psycopg.errors.InvalidAuthorizationSpecification):
        return True
    words = str(error)
    return "password authentication failed" in words or ("role" in words and "does not exist" in words)


def _is_database(error: BaseException) -> bool:
    if isinstance(error, pymysql.Error):
        return bool(error.args) and error.args[0] == MARIADB_NO_DATABASE
    return "database" in str(error) and "does not exist" in str(error)


def _is_lasting(error: BaseException) -> bool:
    """Names, rights and grammar stay wrong; lost connections, locks and shut-downs pass."""
    if isinstance(error, pymysql.Error):
        return isinstance(error, pymysql.ProgrammingError) or (bool(error.args) and error.args[0] in MARIADB_NO_SUCH)
    if isinstance(error, psycopg.Error):
        return isinstance(error, psycopg.ProgrammingError | psycopg.DataError | psycopg.NotSupportedError)
    return not isinstance(error, OSError)
