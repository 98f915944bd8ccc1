from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "dangol.privacy"
    label = "privacy"

    def ready(self) -> None:
        from dangol.privacy.alarms import BreachAlarms  # noqa: PLC0415 - models come first
        from dangol.workspaces.contracts import Alarms  # noqa: PLC0415 - models come first

        Alarms.register(BreachAlarms())
        import dangol.privacy.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
