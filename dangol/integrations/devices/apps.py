from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "dangol.integrations.devices"
    label = "devices"
