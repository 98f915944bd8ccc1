"""The one base class for refusals that a person should read."""


class OperationError(Exception):
    """An operation refused to act. The message is translated and says what to do next."""


class UnableToStart(OperationError):
    """
    The installation cannot start. Said on the console, before anybody chose a language, so in both.

    :param english: one sentence: what is wrong and what to do
    :param korean: the same sentence
    """

    def __init__(self, english: str, korean: str) -> None:
        super().__init__(f"{english}\n{korean}")
        self.english = english
        self.korean = korean
