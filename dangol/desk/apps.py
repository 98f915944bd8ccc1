from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "dangol.desk"
    label = "desk"

    def ready(self) -> None:
        import dangol.desk.person_traces  # noqa: F401, PLC0415 - registers where else people are kept
