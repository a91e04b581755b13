"""Words said aloud: by Qt's speech module where an engine speaks the language, else by a small program beside us.

The program gets the words as its last argument, never through a shell.
"""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QObject, QProcess, QtMsgType, qInstallMessageHandler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QMessageLogContext
    from PySide6.QtTextToSpeech import QTextToSpeech

log = logging.getLogger(__name__)
_LANGUAGES: Final = {"fr": QLocale.Language.French, "en": QLocale.Language.English}
_DEVELOPERS_ENGINE: Final = "mock"  # says nothing: it is there for Qt's own tests
_LONGEST: Final = 300
_NO_ENGINE: Final = "sound.no_engine"
_NO_VOICE: Final = "sound.no_voice"


def program_call(program: str, words: str, language: str, volume_percent: int) -> Sequence[str]:
    """The arguments by which a speech program says words; they can never be taken for an option."""
    if program == "spd-say":
        return ("--wait", "-l", language, "-i", str(round(2 * volume_percent - 100)), "--", words)
    return ("-v", language, "-a", str(2 * volume_percent), "--", words)


class SpokenWords(QObject):
    """console.kit.sounding.Speech. Looks once for what speaks, at its start; says one thing at a time."""

    def __init__(self, find_program: Callable[[str], str | None] = shutil.which, *, tries_qt: bool = True) -> None:
        super().__init__()
        self._qt = _qt_speech(self) if tries_qt else None
        self._voices: dict[str, QLocale] = {}
        if self._qt is not None:
            for locale in self._qt.availableLocales():
                self._voices.setdefault(_code(locale), locale)
        self._program = next((name for name in ("spd-say", "espeak-ng") if find_program(name)), "")
        self._path = (find_program(self._program) or "") if self._program else ""
        self._child: QProcess | None = None

    def missing(self, language: str) -> str:
        """Why it cannot speak, as a text key; empty when it can."""
        if self._path or language in self._voices:
            return ""
        return _NO_ENGINE if self._qt is None else _NO_VOICE

    def say(self, words: str, language: str, volume_percent: int) -> None:
        """Begin to say it; while something is said, nothing else is."""
        words = " ".join(words.split())[:_LONGEST]
        if not words or self._child is not None:
            return
        qt = self._qt
        if qt is not None and language in self._voices:
            if qt.state() is qt.State.Ready:
                qt.setLocale(self._voices[language])
                qt.setVolume(volume_percent / 100)
                qt.say(words)
        elif self._path:
            child = QProcess(self)
            child.finished.connect(self._said)
            child.errorOccurred.connect(self._failed)
            self._child = child
            child.start(self._path, list(program_call(self._program, words, language, volume_percent)))

    def stop(self) -> None:
        """Quiet, now."""
        if self._qt is not None and self._qt.state() is self._qt.State.Speaking:
            self._qt.stop()
        child, self._child = self._child, None
        if child is not None:
            child.finished.disconnect(self._said)
            child.errorOccurred.disconnect(self._failed)
            child.kill()
            child.waitForFinished(500)
            child.deleteLater()

    def _said(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.deleteLater()

    def _failed(self) -> None:
        if self._child is not None:
            log.warning("%s does not speak: %s", self._program, self._child.errorString())
            self._said()


def _qt_speech(parent: QObject) -> QTextToSpeech | None:
    try:
        from PySide6.QtTextToSpeech import QTextToSpeech  # noqa: PLC0415 - not every build of Qt has it
    except ImportError:
        return None
    # An engine whose libraries are missing is told of in our words, not in those of Qt's plug-in loader.
    before = qInstallMessageHandler(_say_nothing)
    try:
        for name in QTextToSpeech.availableEngines():
            speech = None if name == _DEVELOPERS_ENGINE else QTextToSpeech(name, parent)
            if speech is not None and speech.state() is not QTextToSpeech.State.Error and speech.availableLocales():
                return speech
            if speech is not None:
                speech.deleteLater()
    finally:
        qInstallMessageHandler(before)
    return None


def _code(locale: QLocale) -> str:
    return next((code for code, language in _LANGUAGES.items() if language is locale.language()), "")


def _say_nothing(_kind: QtMsgType, _context: QMessageLogContext, _text: str) -> None:
    pass
