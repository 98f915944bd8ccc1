"""Setting a webhook up, and taking in what its sender posts."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import msgspec
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dangol.integrations.webhooks.enums import Scheme
from dangol.integrations.webhooks.models import Webhook
from dangol.integrations.webhooks.signatures import BadSignature, Signed, verified
from dangol.kit.errors import OperationError
from dangol.kit.sealed_columns import opened, sealed
from dangol.tracking.contracts import Delivery
from dangol.tracking.models import Source
from dangol.tracking.operations import take_deliveries
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

ID_LENGTH = 200


class UnableToSetUpWebhook(OperationError):
    """The secret or the header of the signature is missing."""


@transaction.atomic
def set_up_webhook(
    *,
    source: Source,
    scheme: str,
    secret: str,
    signature_header: str = "",
    id_header: str = "",
    member: Member,
    now: datetime,
) -> Webhook:
    """
    Keep how a sender signs. Its address stays the same.

    :param secret: empty keeps the one that is stored
    :raises UnableToSetUpWebhook: if there is none yet, or the sender's header is not named
    """
    known = Webhook.objects.filter(workspace_id=source.workspace_id, source=source).first()
    if not secret and known is None:
        raise UnableToSetUpWebhook(_("Paste the secret that the sender shows, or agree on one with it."))
    if scheme == Scheme.HEADER and not signature_header:
        raise UnableToSetUpWebhook(_("Name the header in which the sender puts the signature."))
    webhook = known or Webhook(workspace_id=source.workspace_id, source=source)
    webhook.scheme, webhook.signature_header, webhook.id_header = Scheme(scheme), signature_header, id_header
    if secret:
        webhook.secret = sealed(webhook, "secret", secret)
    webhook.save()
    record_act(member=member, verb="set_up_webhook", detail={"source": str(source.pk), "scheme": scheme}, now=now)
    return webhook


def take_webhook(*, webhook: Webhook, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """
    Put a posted body into the inbox of the webhook's workspace, which is entered. A repeated one has no effect.

    :raises BadSignature: if it is not genuine. It is counted and nothing of it is kept
    """
    signed = Signed(
        headers, body, opened(webhook, "secret"), now, webhook.signature_header, webhook.id_header
    )  # fmt: skip
    try:
        genuine = verified(webhook.scheme, signed)
    except BadSignature:
        Webhook.objects.filter(workspace_id=webhook.workspace_id, pk=webhook.pk).update(
            refused_count=F("refused_count") + 1, refused_at=now
        )
        raise
    own_id = genuine.id[:ID_LENGTH] or hashlib.sha256(body).hexdigest()
    document = _document(body, headers.get("Content-Type") or "")
    take_deliveries(source=webhook.source, deliveries=[Delivery(own_id, document, genuine.topic)], now=now)


def _document(body: bytes, content_type: str) -> msgspec.Raw:
    """Return the body as JSON: as it came, a form as an object, anything else as one text."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        return msgspec.Raw(msgspec.json.encode(dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))))
    try:
        body.decode()
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.Raw(msgspec.json.encode(body.decode(errors="replace")))
    return msgspec.Raw(body)
