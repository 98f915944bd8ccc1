from django.apps import AppConfig


class BounceMailboxConfig(AppConfig):
    name = "dangol.integrations.bounce_mailbox"
    label = "bounce_mailbox"

    def ready(self) -> None:
        import dangol.integrations.bounce_mailbox.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
