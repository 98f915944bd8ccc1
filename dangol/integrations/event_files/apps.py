from django.apps import AppConfig


class EventFilesConfig(AppConfig):
    name = "dangol.integrations.event_files"
    label = "event_files"

    def ready(self) -> None:
        import dangol.integrations.event_files.person_traces  # noqa: PLC0415 - registers where people are kept
        import dangol.integrations.event_files.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
