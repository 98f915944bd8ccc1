from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "dangol.messaging"
    label = "messaging"

    def ready(self) -> None:
        import dangol.messaging.person_tables  # noqa: PLC0415 - registers every link to a person
        import dangol.messaging.person_traces  # noqa: PLC0415 - registers where else people are kept
        import dangol.messaging.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
