"""Lines of the log that nobody can forge."""

import logging
import re

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Writes breaks and escape codes in a message as they are spelt: a name cannot begin a line of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return CONTROL.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))
