"""This door keeps nothing about anybody of its own."""

from dangol.integrations.short_links.models import ShortLink
from dangol.workspaces.contracts import tell_nothing_personal

tell_nothing_personal(ShortLink, "code", "name", "target", "campaign", "store", "channel")
