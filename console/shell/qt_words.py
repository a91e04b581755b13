"""Words that Qt itself says (the menu of a field, names of keys) in the language of the console."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

_NAME: Final = "words of Qt"


def speak(qt: QCoreApplication, language: str) -> None:
    """Qt speaks this language from now on; English where it has no words for it."""
    former = qt.findChild(QTranslator, _NAME)
    if isinstance(former, QTranslator):
        qt.removeTranslator(former)
        former.setParent(None)
        former.deleteLater()
    words = QTranslator(qt)
    words.setObjectName(_NAME)
    if words.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        qt.installTranslator(words)
