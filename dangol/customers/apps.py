from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dangol.customers"
    label = "customers"
