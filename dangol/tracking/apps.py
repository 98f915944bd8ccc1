from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "dangol.tracking"
    label = "tracking"

    def ready(self) -> None:
        import dangol.tracking.person_tables  # noqa: F401, PLC0415 - registers every link to a person
