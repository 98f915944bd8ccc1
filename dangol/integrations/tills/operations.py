"""Taking receipts in."""

from datetime import datetime

import msgspec

from dangol.integrations.tills.receipts import call_of, receipts_decoder
from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.tracking.contracts import Unusable, check_call
from dangol.tracking.enums import DeadLetterCode, SourceKind
from dangol.tracking.models import Source
from dangol.tracking.operations import put_into_inbox
from dangol.workspaces.queries import key_digest


class UnableToTakeReceipts(OperationError):
    """One of them cannot be read; none was taken."""


def till_of(write_key: str) -> Source | None:
    """Find the till of a write key and enter its workspace."""
    digest = key_digest(write_key)
    tenancy.enter_secret(digest)
    known = Source.objects.select_related("workspace")
    source = known.filter(key_digest=digest, kind=SourceKind.TILL, revoked_at=None).first()
    if source is not None:
        tenancy.enter_workspace(source.workspace_id)
    return source


def take_receipts(*, source: Source, body: bytes, now: datetime) -> int:
    """
    Put one receipt, or a list of them, into the inbox of the entered workspace; return how many. All or none.

    :raises UnableToTakeReceipts: naming the field that is missing or wrong
    """
    try:
        told = receipts_decoder.decode(body)
        receipts = told if isinstance(told, list) else [told]
        calls = [msgspec.json.encode(call_of(receipt, source.pk)) for receipt in receipts]
        for place, call in enumerate(calls, start=1):
            _check(call, source, place, now)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnableToTakeReceipts(str(error)) from error
    if calls:
        put_into_inbox(source=source, call="batch", bodies=[b'{"batch":[' + b",".join(calls) + b"]}"], now=now)
    return len(calls)


def _check(call: bytes, source: Source, place: int, now: datetime) -> None:
    try:
        check_call(call, source_id=source.pk, now=now)
    except Unusable as problem:
        raise UnableToTakeReceipts(f"{place}: {DeadLetterCode(problem.code).label} {problem.detail}") from problem
