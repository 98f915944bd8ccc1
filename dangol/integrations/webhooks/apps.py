from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "dangol.integrations.webhooks"
    label = "webhooks"
