"""The words of readers and writers, with their code: so that consoles say them in their own language."""

import functools
import re
from typing import Final

from backend.services.exchange.texts import TEXTS
from backend.services.said import Said

_BLANK: Final = re.compile(r"\\\{(\w+)\\\}")
_PATTERNS: Final = tuple(
    (code, re.compile(_BLANK.sub(r"(?P<\1>.+?)", re.escape(text)), re.DOTALL)) for code, text in TEXTS.items()
)


@functools.lru_cache(maxsize=1_000)
def recognised(text: str) -> Said:
    """A text with its code and arguments; words of others stay as they are."""
    for code, pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found is not None:
            return Said(text, code, found.groupdict())
    return Said(text, "quoted", {"text": text}) if text else Said("")
