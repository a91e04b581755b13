"""How the console looks and speaks here: language, colours, size of text, as this machine remembers them."""

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtWidgets import QApplication

from console.kit.preferences import PreferenceFile, Preferences
from console.kit.translations import Translations
from console.shell import qt_words
from widgets.look import load_palette, style_sheet

_LEAST_ZOOM, _MOST_ZOOM = 80, 200


class Appearance:
    """`texts` and `palette` are what windows are made with; `preferences` everything that is remembered."""

    def __init__(self, qt: QApplication, file: Path, *, language: str | None, theme: str | None) -> None:
        """`language`, `theme`: asked for at this start, above what was remembered."""
        self._qt = qt
        self._file = PreferenceFile(file)
        kept = self._file.read()
        self.preferences: Preferences = msgspec.structs.replace(
            kept, language=language or kept.language, theme=theme or kept.theme
        )
        self._load()

    def remember(self, **changes: Any) -> None:
        """Remember something that changes no look: fields of `Preferences`."""
        self.preferences = msgspec.structs.replace(self.preferences, **changes)
        self._file.write(self.preferences)

    def take(self, preferences: Preferences) -> None:
        """Another language, other colours, another size of text: windows that stand must be made anew."""
        self.preferences = preferences
        self._file.write(preferences)
        self._load()
        self.apply()

    def apply(self) -> None:
        """Dress Qt itself."""
        qt_words.speak(self._qt, self.preferences.language)
        self._qt.setStyleSheet(style_sheet(self.palette, self.preferences.text_zoom_percent))

    def zoomed(self, step: int) -> Preferences:
        """With larger or smaller text, within what stays readable and fits."""
        zoom = min(_MOST_ZOOM, max(_LEAST_ZOOM, self.preferences.text_zoom_percent + step))
        return msgspec.structs.replace(self.preferences, text_zoom_percent=zoom)

    def _load(self) -> None:
        self.texts = Translations(self.preferences.language)
        self.palette = load_palette(self.preferences.theme)
