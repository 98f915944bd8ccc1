from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "dangol.workspaces"
    label = "workspaces"
