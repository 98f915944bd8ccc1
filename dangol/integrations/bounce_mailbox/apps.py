from django.apps import AppConfig


class BounceMailboxConfig(AppConfig):
    name = "dangol.integrations.bounce_mailbox"
    label = "bounce_mailbox"
