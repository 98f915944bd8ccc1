"""What is wrong with a text, and in which line."""


class TemplateProblem(Exception):
    """A text cannot be rendered. `message` is translated; `line` counts from 1, or is 0 if nobody knows."""

    def __init__(self, message: str, *, line: int = 0, part: str = "body") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.part = part
