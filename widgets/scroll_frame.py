"""A frame that squeezes nothing: what needs more room than there is gets it, and is scrolled to."""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from widgets.least_height import least_height
from widgets.room_for_words import room_for_lists

_MARGIN_PX: Final = 8  # seen around what has the keyboard
_NOTCH: Final = 120  # of a wheel, as Qt counts


class ScrollFrame(QWidget):
    """While its page fits, the page fills it and there is nothing else: no bar, no border, no key or wheel taken."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._down = self._bar(Qt.Orientation.Vertical)
        self._aside = self._bar(Qt.Orientation.Horizontal)
        self._page = page
        self._hears_focus = False
        self.show_page(page)

    @property
    def page(self) -> QWidget:
        """What it shows."""
        return self._page

    @property
    def is_scrolling(self) -> bool:
        """Whether part of the page is out of sight."""
        return not (self._down.isHidden() and self._aside.isHidden())

    def show_page(self, page: QWidget) -> None:
        """Show this from now on; the former page is let go of, whoever made it deletes it."""
        if self._page is not page:
            self._page.hide()
            self._page.setParent(None)
        self._page = page
        page.setParent(self)
        page.lower()
        page.show()
        self._fit()

    def reveal(self, widget: QWidget) -> None:
        """Scroll no further than is needed to see a widget of the page, or its cursor where it has one."""
        cursor = widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        has_cursor = widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled) and isinstance(cursor, QRect)
        box = cursor if has_cursor and not cursor.isEmpty() else widget.rect()
        at = QRect(widget.mapTo(self._page, box.topLeft()), box.size())
        for bar, least, most, room in (
            (self._down, at.top(), at.bottom(), self._seen().height()),
            (self._aside, at.left(), at.right(), self._seen().width()),
        ):
            if most + _MARGIN_PX > bar.value() + room:
                bar.setValue(most + _MARGIN_PX - room)
            if least - _MARGIN_PX < bar.value():
                bar.setValue(least - _MARGIN_PX)

    def sizeHint(self) -> QSize:
        """As the page would have it."""
        return self._page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """It can be of any size."""
        return QSize(0, 0)

    def event(self, event: QEvent) -> bool:
        """The page needs more or less than before."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's resize."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Only what is shown knows its fonts, and can have the keyboard."""
        super().showEvent(event)
        self._fit()
        self._hear_focus(is_shown=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt's hide."""
        super().hideEvent(event)
        self._hear_focus(is_shown=False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What nothing in the page wanted scrolls the page."""
        turned, glided = event.angleDelta(), event.pixelDelta()
        is_aside = abs(turned.x()) > abs(turned.y())
        bar = self._aside if is_aside else self._down
        notches = (turned.x() if is_aside else turned.y()) / _NOTCH
        pixels = glided.x() if is_aside else glided.y()
        before = bar.value()
        bar.setValue(before - (pixels or round(notches * QApplication.wheelScrollLines() * bar.singleStep())))
        event.setAccepted(bar.value() != before)

    def _bar(self, orientation: Qt.Orientation) -> QScrollBar:
        bar = QScrollBar(orientation, self)
        bar.hide()
        bar.valueChanged.connect(self._place)
        return bar

    def _needed(self, width: int) -> QSize:
        """The least room of the page, where it is so wide."""
        page = self._page
        least = page.minimumSizeHint().expandedTo(page.minimumSize()).width()
        return QSize(least, least_height(page, max(width, least)))

    def _seen(self) -> QSize:
        """The room beside the bars."""
        down, aside = self._down, self._aside
        return QSize(
            self.width() - (0 if down.isHidden() else down.sizeHint().width()),
            self.height() - (0 if aside.isHidden() else aside.sizeHint().height()),
        )

    def _fit(self) -> None:
        room_for_lists(self._page)
        thick = self._down.sizeHint().width()
        room, needed = self.size(), self._needed(self.width())
        is_wide = needed.width() > room.width()
        if needed.height() > room.height() - (thick if is_wide else 0):
            room.setWidth(room.width() - thick)
            needed = self._needed(room.width())
            is_wide = needed.width() > room.width()
            self._down.show()
        else:
            self._down.hide()
        if is_wide:
            room.setHeight(room.height() - thick)
        self._aside.setVisible(is_wide)
        for bar, wanted, there in (
            (self._down, needed.height(), room.height()),
            (self._aside, needed.width(), room.width()),
        ):
            bar.setRange(0, 0 if bar.isHidden() else max(wanted - there, 0))
            bar.setPageStep(max(there, 1))
            bar.setSingleStep(max(self.fontMetrics().height(), 1))
        self._down.setGeometry(room.width(), 0, thick, room.height())
        self._aside.setGeometry(0, room.height(), room.width(), thick)
        self._page.resize(needed.expandedTo(room))
        self._place()

    def _place(self) -> None:
        self._page.move(QPoint(-self._aside.value(), -self._down.value()))

    def _hear_focus(self, *, is_shown: bool) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication) and is_shown is not self._hears_focus:
            self._hears_focus = is_shown
            if is_shown:
                application.focusChanged.connect(self._focus_moved)
            else:
                application.focusChanged.disconnect(self._focus_moved)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Where the keyboard goes is seen; a click goes where it was seen already."""
        is_clicked = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if new is not None and self.is_scrolling and not is_clicked and self._page.isAncestorOf(new):
            self.reveal(new)
