"""Start-up: hand the bus its table of reactions."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wires the rooms together once all of them are loaded."""

    name = "dangol.config"
    label = "config"

    def ready(self) -> None:
        from dangol.config.reactions import REACTIONS  # noqa: PLC0415 - models are not loaded earlier
        from dangol.kit import bus  # noqa: PLC0415 - models are not loaded earlier
        from dangol.workspaces.operations import record_fact  # noqa: PLC0415 - models are not loaded earlier

        bus.configure(reactions=REACTIONS, recorders=[record_fact])
