from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dangol.customers"
    label = "customers"

    def ready(self) -> None:
        import dangol.customers.operations.rights.traces  # noqa: PLC0415 - registers where else people are kept
        import dangol.customers.person_tables  # noqa: PLC0415 - registers every link to a person
        import dangol.customers.personal_data  # noqa: F401, PLC0415 - registers what is kept about whom
