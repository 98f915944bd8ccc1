from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "dangol.segments"
    label = "segments"

    def ready(self) -> None:
        import dangol.segments.bounding  # noqa: PLC0415 - registers who reads the bounds of rights
        import dangol.segments.conditions  # noqa: PLC0415 - registers every kind of condition
        import dangol.segments.event_uses  # noqa: PLC0415 - registers what is built on events
        import dangol.segments.lake_tables  # noqa: PLC0415 - registers what the lake copies
        import dangol.segments.person_tables  # noqa: PLC0415 - registers every link to a person
        import dangol.segments.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
