"""A window beside the screens says that nothing is real, as the screens do."""

from PySide6.QtWidgets import QBoxLayout, QWidget

from console.store.context import Context
from widgets.exercise_banner import ExerciseBanner


def mark_window(window: QWidget, context: Context) -> None:
    """The strip goes over all that stands in a column in it, and the title begins with the word. In the city: nothing.

    May be called again for the same window.
    """
    column = window.layout()
    if not context.stores.occasion.is_exercise:
        return
    window.setWindowTitle(marked_title(window.windowTitle(), context))
    if isinstance(column, QBoxLayout) and window.findChild(ExerciseBanner) is None:
        strip = ExerciseBanner(context.palette, context.texts)
        column.insertWidget(0, strip)
        strip.show_exercise(is_exercise=True)


def marked_title(title: str, context: Context) -> str:
    """The title of a window; in an exercise it begins with saying so, once."""
    head = context.texts("exercise.window", title="").rstrip()
    is_marked = not context.stores.occasion.is_exercise or title.startswith(head)
    return title if is_marked else context.texts("exercise.window", title=title)
