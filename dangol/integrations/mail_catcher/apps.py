from django.apps import AppConfig


class MailCatcherConfig(AppConfig):
    name = "dangol.integrations.mail_catcher"
    label = "mail_catcher"

    def ready(self) -> None:
        import dangol.integrations.mail_catcher.person_traces  # noqa: F401, PLC0415 - registers where else people are kept
