from django.apps import AppConfig


class ShortLinksConfig(AppConfig):
    name = "dangol.integrations.short_links"
    label = "short_links"

    def ready(self) -> None:
        import dangol.integrations.short_links.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
