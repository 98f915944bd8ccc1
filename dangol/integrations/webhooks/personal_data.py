"""This door keeps nothing about anybody of its own."""

from dangol.integrations.webhooks.models import Webhook
from dangol.workspaces.contracts import tell_nothing_personal

tell_nothing_personal(Webhook, "address", "secret", "signature_header", "id_header")
