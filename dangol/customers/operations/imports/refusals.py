"""Why a file is not taken."""

from dangol.kit.errors import OperationError


class UnableToImport(OperationError):
    """The file cannot be taken in as it is."""
