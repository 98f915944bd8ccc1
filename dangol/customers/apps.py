from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dangol.customers"
    label = "customers"

    def ready(self) -> None:
        from dangol.customers.approvals import PersonErasure, TrashEnding  # noqa: PLC0415 - models come first
        from dangol.customers.rights_alarms import RightsAlarms  # noqa: PLC0415 - models come first
        from dangol.workspaces.contracts import Alarms, ApprovalSubject  # noqa: PLC0415 - models come first

        Alarms.register(RightsAlarms())
        ApprovalSubject.register(PersonErasure())
        ApprovalSubject.register(TrashEnding())
        import dangol.customers.operations.rights.traces  # noqa: PLC0415 - registers where else people are kept
        import dangol.customers.person_tables  # noqa: PLC0415 - registers every link to a person
        import dangol.customers.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
