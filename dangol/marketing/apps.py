from django.apps import AppConfig


class MarketingConfig(AppConfig):
    name = "dangol.marketing"
    label = "marketing"
