from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "dangol.ui"
    label = "ui"
