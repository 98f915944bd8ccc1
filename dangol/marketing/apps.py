from django.apps import AppConfig


class MarketingConfig(AppConfig):
    name = "dangol.marketing"
    label = "marketing"

    def ready(self) -> None:
        import dangol.marketing.event_uses  # noqa: PLC0415 - registers what is built on events
        import dangol.marketing.person_tables  # noqa: PLC0415 - registers every link to a person
        import dangol.marketing.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
        from dangol.marketing.approvals import CampaignSending  # noqa: PLC0415 - models are not loaded earlier
        from dangol.marketing.origin import CampaignOrigin  # noqa: PLC0415 - models are not loaded earlier
        from dangol.messaging.contracts import register_origin  # noqa: PLC0415 - models are not loaded earlier
        from dangol.workspaces.contracts import ApprovalSubject  # noqa: PLC0415 - models are not loaded earlier

        register_origin("campaign", CampaignOrigin())
        ApprovalSubject.register(CampaignSending())
