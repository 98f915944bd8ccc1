"""The one base class for refusals that a person should read."""


class OperationError(Exception):
    """An operation refused to act. The message is translated and says what to do next."""
