"""Files of people and companies: from the upload to the last line, and back."""

from dangol.customers.operations.imports.checking import (
    check_people_import,
    plan_people_import,
    review_people_import,
)
from dangol.customers.operations.imports.consents import ConsentStatement
from dangol.customers.operations.imports.mappings import save_mapping, use_mapping
from dangol.customers.operations.imports.refusals import UnableToImport
from dangol.customers.operations.imports.rows import Taken, take_rows
from dangol.customers.operations.imports.running import run_people_import
from dangol.customers.operations.imports.steering import (
    cancel_people_import,
    pause_people_import,
    resume_people_import,
    start_people_import,
)
from dangol.customers.operations.imports.targets import CUSTOM, TARGETS
from dangol.customers.operations.imports.undoing import take_import_back, undo_people_import
from dangol.customers.operations.imports.uploading import ENCODINGS, read_differently, upload_people

__all__ = [
    "CUSTOM",
    "ENCODINGS",
    "TARGETS",
    "ConsentStatement",
    "Taken",
    "UnableToImport",
    "cancel_people_import",
    "check_people_import",
    "pause_people_import",
    "plan_people_import",
    "read_differently",
    "resume_people_import",
    "review_people_import",
    "run_people_import",
    "save_mapping",
    "start_people_import",
    "take_import_back",
    "take_rows",
    "undo_people_import",
    "upload_people",
    "use_mapping",
]
