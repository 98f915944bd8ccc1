from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "dangol.integrations.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        import dangol.integrations.webhooks.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
