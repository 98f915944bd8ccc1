"""Web services that answer in JSON, page by page."""

import base64
import http.client
import json
import socket
import ssl
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from dangol.integrations.data_sources.cells import flat, kind_of, text_of
from dangol.integrations.data_sources.contracts import (
    Column,
    ColumnsGone,
    Place,
    Portion,
    Position,
    SourceRefuses,
    SourceUnreachable,
    Wish,
)
from dangol.integrations.data_sources.enums import Auth
from dangol.integrations.data_sources.readers.paging import found, next_position, parameters_of
from dangol.integrations.data_sources.readers.sql_trouble import private_address, said
from dangol.kit import safe_http
from dangol.kit.safe_connect import AddressRefused

LIMITS = safe_http.Limits(seconds=60, size=32 * 1024 * 1024)
MOST_PAGES = 100_000
ENOUGH_TO_JUDGE = 20
"""A service may leave out what is empty. Only among so many items does a column's absence mean that it is gone."""


@contextmanager
def opened(place: Place) -> Iterator["RestReader"]:
    """Nothing to open: each page is a question of its own."""
    yield RestReader(place)


class RestReader:
    """A list of objects, flattened to rows."""

    is_ordered = False

    def __init__(self, place: Place, *, limits: safe_http.Limits = LIMITS) -> None:
        self._place = place
        self._what = {**place.what, "url": place.where["url"]}
        self._limits = limits

    def offered(self) -> list[str]:
        with _told(self._place):
            answer = self._asked(str(self._place.where["url"]))
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            raise _refusal(answer, self._place)
        return []

    def columns(self) -> list[Column]:
        return self.sample(ENOUGH_TO_JUDGE)[0]

    def sample(self, count: int) -> tuple[list[Column], list[list[Any]]]:
        items, _body, _headers = self._page({}, None)
        names = list(dict.fromkeys(name for item in items for name in item))
        kinds = [kind_of(item.get(name) for item in items) for name in names]
        columns = [Column(name[:200], kind) for name, kind in zip(names, kinds, strict=True)]
        return columns, [[item.get(name) for name in names] for item in items[:count]]

    def portions(self, wish: Wish) -> Generator[Portion]:
        position: Position = dict(wish.position)
        last: list[dict[str, Any]] | None = None
        for number in range(int(position.get("number", 1)), MOST_PAGES + 1):
            items, body, headers = self._page(position, wish.since)
            if not items or items == last:
                return
            _refuse_without(items, wish.needed)
            following = next_position(self._what, position, body=body, headers=headers, count=len(items))
            rows = [[item.get(name) for name in wish.columns] for item in items]
            position = {**(following or {"is_last": True}), "number": number + 1}
            yield Portion(rows, position=position, place=_("page %(number)s") % {"number": number})
            if following is None:
                return
            last = items

    def _page(self, position: Position, since: Any) -> tuple[list[dict[str, Any]], Any, Mapping[str, str]]:
        if position.get("is_last"):
            return [], None, {}
        base = str(self._place.where["url"])
        url = str(position.get("url") or _with(base, self._parameters(position, since)))
        if safe_http.origin_of(url) != safe_http.origin_of(base):
            raise SourceRefuses(_("The next page is on another server. That is not followed."))
        answer = self._answer(url)
        try:
            body = json.loads(answer.body)
        except ValueError as error:
            raise SourceRefuses(_("The service did not answer in JSON.")) from error
        return _items(body, str(self._what.get("items") or "")), body, answer.headers

    def _parameters(self, position: Position, since: Any) -> dict[str, str]:
        given = parameters_of(self._what, position)
        name = str(self._what.get("since_parameter") or "")
        return given | ({name: text_of(since)} if name and since is not None else {})

    def _answer(self, url: str) -> safe_http.Answer:
        with _told(self._place):
            answer = self._asked(url)
        if answer.status != HTTPStatus.OK:
            raise _refusal(answer, self._place)
        return answer

    def _asked(self, url: str) -> safe_http.Answer:
        return safe_http.get(
            url,
            headers={"Accept": "application/json", "User-Agent": "dangol", **self._credentials()},
            secret_headers=[str(self._place.where.get("header") or "authorization")],
            private_hosts=self._place.private_hosts,
            limits=self._limits,
        )

    def _credentials(self) -> dict[str, str]:
        secret = self._place.secrets.get("token", "")
        match Auth(self._place.where.get("auth") or Auth.NONE):
            case Auth.BASIC:
                pair = f"{self._place.where.get('user', '')}:{self._place.secrets.get('password', '')}"
                return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
            case Auth.BEARER:
                return {"Authorization": f"Bearer {secret}"}
            case Auth.HEADER:
                return {str(self._place.where["header"]): secret}
        return {}


def _with(url: str, parameters: Mapping[str, str]) -> str:
    """Return the address with these parameters in place of its own of the same names."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in parameters]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*kept, *parameters.items()]), ""))


def _items(body: Any, path: str) -> list[dict[str, Any]]:
    items = found(body, path)
    if isinstance(items, Mapping) and not path:
        lists = [value for value in items.values() if isinstance(value, list)]
        items = lists[0] if len(lists) == 1 else items
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise SourceRefuses(
            _("There is no list of objects at “%(path)s”. Say where in the answer the list is.") % {"path": path}
        )
    return [flat(item) for item in items]


def _refuse_without(items: Sequence[Mapping[str, Any]], needed: frozenset[str]) -> None:
    if len(items) >= ENOUGH_TO_JUDGE and (missing := needed - {name for item in items for name in item}):
        raise ColumnsGone(sorted(missing))


def _refusal(answer: safe_http.Answer, place: Place) -> SourceRefuses | SourceUnreachable:
    words = said(ValueError(answer.body[:500].decode("utf-8", "replace")), place)
    told = {"status": answer.status, "said": words}
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return SourceRefuses(_("The service does not let us in (%(status)s). It said: %(said)s") % told)
    if answer.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}:
        return SourceUnreachable(_("The service asks for patience (%(status)s).") % told)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return SourceUnreachable(_("The service has a fault of its own (%(status)s). It said: %(said)s") % told)
    return SourceRefuses(_("The service refuses (%(status)s). It said: %(said)s") % told)


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Say in plain words why a question found no answer."""
    told = {"host": urlsplit(str(place.where["url"])).hostname or ""}
    try:
        yield
    except AddressRefused as error:
        raise private_address(error.host) from error
    except safe_http.UnsafeAddress as error:
        raise SourceRefuses(_("Only addresses that begin with http:// or https:// can be asked.")) from error
    except safe_http.AnswerTooLarge as error:
        raise SourceRefuses(_("One answer is larger than 32 MB. Ask for smaller pages.")) from error
    except safe_http.TooManyRedirects as error:
        raise SourceRefuses(_("The service sends us in circles.")) from error
    except ssl.SSLCertVerificationError as error:
        raise SourceRefuses(_("The certificate of %(host)s is not valid for this name.") % told) from error
    except socket.gaierror as error:
        raise SourceUnreachable(_("There is no server named %(host)s. Check its name.") % told) from error
    except TimeoutError as error:
        raise SourceUnreachable(_("%(host)s did not answer in time.") % told) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        words = said(error, place)
        raise SourceUnreachable(_("%(host)s cannot be asked: %(said)s") % (told | {"said": words})) from error
