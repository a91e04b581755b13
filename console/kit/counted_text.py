"""A text that agrees with its numbers: `{count} lamp{count:|s} {count:is|are} lit`."""

import re
import string
from typing import Final

_NONE_OR_ONE: Final = re.compile(r"-?[01](?:[.,]\d+)?")


class CountedText(str):
    """Its `format` puts, for `{name:one|many}`, what agrees with the number of that name in its language."""

    _language: str

    def __new__(cls, text: str, language: str) -> "CountedText":
        """The text, in the language whose singular it follows."""
        made = super().__new__(cls, text)
        made._language = language
        return made

    def format(self, *args: object, **kwargs: object) -> str:
        """The text with its blanks filled."""
        return _Agreeing(self._language).vformat(self, args, kwargs)


def counts(text: str) -> bool:
    """Whether something in this text agrees with a number."""
    return "|" in text and any(form and "|" in form for _text, _name, form, _sign in string.Formatter().parse(text))


def is_one(number: object, language: str) -> bool:
    """Whether a noun stays in the singular after this number, as it is shown: French says "0 lampe", "1,5 lampe"."""
    text = str(number).strip()
    return _NONE_OR_ONE.fullmatch(text) is not None if language == "fr" else text in {"1", "-1"}


class _Agreeing(string.Formatter):
    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if is_one(value, self._language) else many
        return format(value, format_spec)
