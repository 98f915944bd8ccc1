from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "dangol.workspaces"
    label = "workspaces"

    def ready(self) -> None:
        import dangol.workspaces.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
