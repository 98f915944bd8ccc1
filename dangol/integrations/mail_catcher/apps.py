from django.apps import AppConfig


class MailCatcherConfig(AppConfig):
    name = "dangol.integrations.mail_catcher"
    label = "mail_catcher"
