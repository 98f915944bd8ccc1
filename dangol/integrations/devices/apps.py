from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "dangol.integrations.devices"
    label = "devices"

    def ready(self) -> None:
        import dangol.integrations.devices.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
