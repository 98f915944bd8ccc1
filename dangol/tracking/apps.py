from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "dangol.tracking"
    label = "tracking"
