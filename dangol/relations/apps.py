from django.apps import AppConfig


class RelationsConfig(AppConfig):
    name = "dangol.relations"
    label = "relations"

    def ready(self) -> None:
        import dangol.relations.lake_tables  # noqa: PLC0415 - registers what the lake copies
        import dangol.relations.person_tables  # noqa: PLC0415 - registers every link to a person
        import dangol.relations.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
