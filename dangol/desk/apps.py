from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "dangol.desk"
    label = "desk"

    def ready(self) -> None:
        from dangol.desk.approval_alarms import ApprovalAlarms  # noqa: PLC0415 - models come first
        from dangol.desk.approvals import (  # noqa: PLC0415 - models come first
            BulkDeletion,
            EventsExport,
            ListExport,
            RightsLending,
        )
        from dangol.desk.backup_alarms import BackupAlarms  # noqa: PLC0415 - models come first
        from dangol.desk.limit_alarms import LimitAlarms  # noqa: PLC0415 - models come first
        from dangol.workspaces.contracts import Alarms, ApprovalSubject  # noqa: PLC0415 - models come first

        Alarms.register(BackupAlarms())
        Alarms.register(LimitAlarms())
        Alarms.register(ApprovalAlarms())
        for subject in (ListExport(), BulkDeletion(), EventsExport(), RightsLending()):
            ApprovalSubject.register(subject)
        import dangol.desk.person_traces  # noqa: PLC0415 - registers where else people are kept
        import dangol.desk.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
