"""Texts in French and English, from resources/translations. A missing key shows itself and is logged once."""

import logging
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Final, cast

from contract.assets import Label

log = logging.getLogger(__name__)

LANGUAGES: Final = ("fr", "en")


def load_table(language: str) -> Mapping[str, str]:
    """All texts of a language by dotted key."""
    file = resources.files("resources").joinpath("translations", f"{language}.toml")
    return _flatten(tomllib.loads(file.read_text("utf-8")), "")


class Translations:
    """Texts in one language: `tr("alarms.title")`, `tr("age.minutes", count=3)`."""

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
