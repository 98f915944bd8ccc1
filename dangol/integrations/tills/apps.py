from django.apps import AppConfig


class TillsConfig(AppConfig):
    name = "dangol.integrations.tills"
    label = "tills"
