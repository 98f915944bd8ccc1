from django.apps import AppConfig


class EventFilesConfig(AppConfig):
    name = "dangol.integrations.event_files"
    label = "event_files"

    def ready(self) -> None:
        import dangol.integrations.event_files.person_traces  # noqa: F401, PLC0415 - registers where people are kept
