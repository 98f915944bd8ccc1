from django.apps import AppConfig


class ShortLinksConfig(AppConfig):
    name = "dangol.integrations.short_links"
    label = "short_links"
