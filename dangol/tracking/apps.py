from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "dangol.tracking"
    label = "tracking"

    def ready(self) -> None:
        import dangol.tracking.lake_tables  # noqa: PLC0415 - registers what the lake copies
        import dangol.tracking.person_tables  # noqa: PLC0415 - registers every link to a person
        import dangol.tracking.person_traces  # noqa: PLC0415 - registers where else people are kept
        import dangol.tracking.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
