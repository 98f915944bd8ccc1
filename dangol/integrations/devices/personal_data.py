"""This door keeps nothing about anybody of its own."""

from dangol.integrations.devices.models import Broker
from dangol.workspaces.contracts import tell_nothing_personal

tell_nothing_personal(Broker, "host", "authority", "user", "password", "topics", "committed", "error")
