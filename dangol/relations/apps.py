from django.apps import AppConfig


class RelationsConfig(AppConfig):
    name = "dangol.relations"
    label = "relations"
