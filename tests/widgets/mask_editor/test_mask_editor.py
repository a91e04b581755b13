"""Drawing what nobody may see: by mouse, by keys, and taken back."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from contract.masks import MOST_MASKS, Mask
from tests.ear import Ear
from widgets.look import PAD, load_palette
from widgets.mask_editor import MaskEditor, MaskEditorTexts
from widgets.mask_editor.drawing import Corner, Drawing, area, holds

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SQUARE: tuple[Corner, ...] = ((0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4))


@pytest.fixture
def editor(qapp: QApplication) -> Iterator[MaskEditor]:
    del qapp
    numbers = itertools.count(1)
    made = MaskEditor(load_palette("dark"), MaskEditorTexts(), lambda: f"m{next(numbers)}")
    made.resize(640 + 2 * PAD, 360 + 2 * PAD)
    made.show_picture(np.full((360, 640, 4), 90, np.uint8))
    made.show()
    yield made
    made.close()
    made.deleteLater()


def at(x: int, y: int) -> QPoint:
    return QPoint(x + PAD, y + PAD)


def drag(editor: MaskEditor, begin: QPoint, end: QPoint) -> None:
    QTest.mousePress(editor, LEFT, NONE, begin)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(editor, begin + (end - begin) * share)
    QTest.mouseRelease(editor, LEFT, NONE, end)


def test_a_drag_over_empty_ground_is_a_rectangle(editor: MaskEditor) -> None:
    changed = Ear()
    editor.masks_changed.connect(changed)
    drag(editor, at(64, 36), at(320, 180))
    (mask,) = editor.masks
    assert mask.corners == pytest.approx(np.array([(0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5)]), abs=0.01)
    assert changed.heard
    assert editor.chosen == 0


def test_corner_by_corner_is_a_polygon_closed_by_return(editor: MaskEditor) -> None:
    for x, y in ((100, 50), (300, 60), (200, 250)):
        QTest.mouseClick(editor, LEFT, NONE, at(x, y))
    before = len(editor.masks)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert (before, [len(mask.corners) for mask in editor.masks]) == (0, [3])


def test_escape_gives_a_begun_polygon_up(editor: MaskEditor) -> None:
    QTest.mouseClick(editor, LEFT, NONE, at(100, 50))
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.masks == ()


def test_a_corner_is_dragged_and_the_whole_drag_is_taken_back_at_once(editor: MaskEditor) -> None:
    editor.show_masks((Mask(id="a", name="window", corners=SQUARE),))
    drag(editor, at(256, 144), at(400, 300))
    assert editor.masks[0].corners[2] == pytest.approx((400 / 640, 300 / 360), abs=0.02)
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.masks[0].corners == SQUARE
    assert not editor.can_undo


def test_keys_choose_move_and_remove(editor: MaskEditor) -> None:
    editor.show_masks((Mask(id="a", corners=SQUARE),))
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.chosen == 0
    QTest.keyClick(editor, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert editor.masks[0].corners[0][0] == pytest.approx(0.2 + 10 / 640, abs=1e-6)
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert editor.masks == ()


def test_a_double_click_on_an_edge_makes_a_corner(editor: MaskEditor) -> None:
    editor.show_masks((Mask(id="a", corners=SQUARE),))
    QTest.mouseDClick(editor, LEFT, NONE, at(round(0.3 * 640), round(0.2 * 360)))
    assert len(editor.masks[0].corners) == 5


def test_what_is_masked_is_seen_on_the_picture(editor: MaskEditor) -> None:
    before = editor.grab().toImage()
    editor.show_masks((Mask(id="a", name="window", corners=SQUARE),))
    assert editor.grab().toImage().pixel(at(190, 80)) != before.pixel(at(190, 80))


shares = st.floats(0, 1, allow_nan=False)
corners = st.lists(st.tuples(shares, shares), min_size=3, max_size=9)
moves = st.tuples(st.floats(-2, 2), st.floats(-2, 2))


@given(corners, st.lists(moves, max_size=5))
def test_no_hand_moves_a_mask_out_of_the_picture(shape: list[Corner], ways: list[Corner]) -> None:
    drawing = Drawing((Mask(id="a", corners=tuple(shape)),))
    for way in ways:
        drawing.move_mask(0, way)
        drawing.move_corner(0, 0, way)
    assert all(-1e-9 <= share <= 1 + 1e-9 for corner in drawing.masks[0].corners for share in corner)


@given(st.lists(corners, max_size=5))
def test_everything_can_be_taken_back_and_done_again(shapes: list[list[Corner]]) -> None:
    drawing = Drawing()
    for number, shape in enumerate(shapes):
        drawing.add(shape, f"m{number}", "")
    done = drawing.masks
    while drawing.can_undo:
        drawing.undo()
    assert drawing.masks == ()
    while drawing.can_redo:
        drawing.redo()
    assert drawing.masks == done


def test_a_mask_without_area_and_one_too_many_are_refused() -> None:
    drawing = Drawing()
    assert not drawing.add([(0.1, 0.1), (0.5, 0.5), (0.9, 0.9)], "line", "")
    for number in range(MOST_MASKS):
        assert drawing.add(SQUARE, f"m{number}", "")
    assert not drawing.add(SQUARE, "more", "")


@given(shares, shares)
def test_inside_a_square_is_between_its_sides(x: float, y: float) -> None:
    if 0.2 < x < 0.4 and 0.2 < y < 0.4:
        assert holds(SQUARE, (x, y))
    if not (0.2 <= x <= 0.4 and 0.2 <= y <= 0.4):
        assert not holds(SQUARE, (x, y))
    assert area(SQUARE) == pytest.approx(0.04)
