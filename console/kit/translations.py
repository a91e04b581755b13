"""Texts in French and English, from resources/translations. A missing key shows itself and is logged once."""

import logging
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Final, cast

from console.kit.counted_text import CountedText, counts
from contract.assets import Label
from widgets.texts import THIN_SPACE

log = logging.getLogger(__name__)

LANGUAGES: Final = ("fr", "en")
_BEFORE: Final = re.compile(r"[ \N{NO-BREAK SPACE}](?=[;:!?»%])")
_AFTER: Final = re.compile(r"(?<=«)[ \N{NO-BREAK SPACE}]")


def load_table(language: str) -> Mapping[str, str]:
    """All texts of a language by dotted key, those that count as CountedText, French ones with the spaces of French."""
    file = resources.files("resources").joinpath("translations", f"{language}.toml")
    table = _flatten(tomllib.loads(file.read_text("utf-8")), "")
    if language == "fr":
        table = {key: set_in_french(text) for key, text in table.items()}
    return {key: CountedText(text, language) if counts(text) else text for key, text in table.items()}


def set_in_french(text: str) -> str:
    """The thin space before ; : ! ? » % and after «, which never ends a line: no sign stands alone on the next one."""
    return _AFTER.sub(THIN_SPACE, _BEFORE.sub(THIN_SPACE, text))


class Translations:
    """Texts in one language: `tr("alarms.title")`, `tr("find.more", count=3)`.

    A text that counts agrees by itself, in both languages: `{count} lamp{count:|s} {count:is|are} lit`.
    """

    def __init__(self, language: str, table: Mapping[str, str] | None = None) -> None:
        self._language = language
        self._table = load_table(language) if table is None else table
        self._missing: set[str] = set()

    @property
    def language(self) -> str:
        """The language shown."""
        return self._language

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its {placeholders} filled; the key itself when there is none."""
        text = self._table.get(key)
        if text is None:
            if key not in self._missing:
                self._missing.add(key)
                log.error("no %s text for %s", self._language, key)
            return key
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether there is a text."""
        return key in self._table

    def label(self, label: Label) -> str:
        """The side of a bilingual name that is shown."""
        return label.fr if self._language == "fr" else label.en


def _flatten(table: Mapping[str, object], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flatten(cast("dict[str, object]", value), f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat
