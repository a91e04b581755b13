"""Where a line stands in a model, as Qt gives and takes it."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()
"""Of no line: the parent of what has none, which is Qt's default."""
