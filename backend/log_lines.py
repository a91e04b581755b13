"""Log lines that stay what they are: whatever a device or a file says cannot forge a line or drive a terminal."""

import logging
import re
from typing import Final, TextIO

FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_CONTINUED: Final = "    | "
# Controls (ANSI escapes begin with one), line and paragraph separators, and what turns the direction of writing.
_DANGEROUS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class OneLineFormatter(logging.Formatter):
    """One record is one line; what follows it, a traceback, is indented and marked."""

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        """The line, and what follows it."""
        whole = super().format(record)
        line = self.formatMessage(record)
        rest = whole[len(line) :].strip("\n")
        return "\n".join([escaped(line), *(_CONTINUED + escaped(more) for more in rest.split("\n") if rest)])


def escaped(text: str) -> str:
    r"""The text with its dangerous characters written out, such as \x1b."""
    return _DANGEROUS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def log_to(stream: TextIO) -> None:
    """Send all logs of this process there."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLineFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
