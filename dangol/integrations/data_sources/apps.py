from django.apps import AppConfig


class DataSourcesConfig(AppConfig):
    name = "dangol.integrations.data_sources"
    label = "data_sources"

    def ready(self) -> None:
        import dangol.integrations.data_sources.person_traces  # noqa: PLC0415 - registers where people are kept
        import dangol.integrations.data_sources.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
        from dangol.integrations.data_sources.alarms import SourceAlarms  # noqa: PLC0415 - models come first
        from dangol.workspaces.contracts import Alarms  # noqa: PLC0415 - models come first

        Alarms.register(SourceAlarms())
