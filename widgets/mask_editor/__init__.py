"""Privacy masks drawn on a camera's picture: polygons by mouse and by keys, with undo."""

from widgets.mask_editor.texts import MaskEditorTexts
from widgets.mask_editor.widget import MaskEditor

__all__ = ["MaskEditor", "MaskEditorTexts"]
