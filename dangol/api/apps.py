from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "dangol.api"
    label = "api"

    def ready(self) -> None:
        import dangol.api.person_traces  # noqa: PLC0415 - registers where people are kept besides
        import dangol.api.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
