"""Layouts fill the wall in landscape and portrait, and can be cut and joined by hand."""

import itertools

import pytest

from widgets.wall_layout.cells import Cell, boxes, neighbour
from widgets.wall_layout.editing import Edge, border_of, borders, merge, move_border, remove, split
from widgets.wall_layout.layout import STRIP_COUNTS, Layout, LayoutKind, arranged, even, fault_of, free, spotlight

LANDSCAPE, PORTRAIT = 16 / 9, 9 / 16


def _area(cells: tuple[Cell, ...]) -> float:
    return sum(cell.width * cell.height for cell in cells)


@pytest.mark.parametrize("aspect", [LANDSCAPE, PORTRAIT, 21 / 9, 4 / 3])
@pytest.mark.parametrize("count", range(1, 37))
def test_every_count_fills_the_whole_wall_without_overlap(count: int, aspect: float) -> None:
    cells = arranged(even(count), aspect)
    assert len(cells) == count
    assert fault_of(cells) == ""
    assert _area(cells) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("aspect", [LANDSCAPE, 1.83, PORTRAIT])
@pytest.mark.parametrize("strip", STRIP_COUNTS)
def test_a_spotlight_is_the_first_and_largest_tile_and_its_strip_is_whole(strip: int, aspect: float) -> None:
    cells = arranged(spotlight(strip), aspect)
    assert len(cells) == strip + 1
    assert fault_of(cells) == ""
    assert min(cell.width * cell.height for cell in cells) >= 1 / 50
    assert all(cells[0].width * cells[0].height > 1.5 * cell.width * cell.height for cell in cells[1:])


def test_a_portrait_screen_has_more_rows_than_columns() -> None:
    def rows(aspect: float) -> int:
        return len({cell.y for cell in arranged(even(12), aspect)})

    assert rows(PORTRAIT) > 4 > rows(LANDSCAPE)


def test_neighbouring_boxes_share_their_edges_to_the_pixel() -> None:
    for width, height in itertools.product((1919, 1280, 997), (1079, 541)):
        placed = boxes(arranged(even(9), LANDSCAPE), width, height, 2)
        assert placed[1].x - (placed[0].x + placed[0].width) == 2
        assert placed[3].y - (placed[0].y + placed[0].height) == 2
        assert placed[8].x + placed[8].width == width
        assert placed[8].y + placed[8].height == height


def test_a_split_keeps_the_numbers_of_the_others_and_a_merge_undoes_it() -> None:
    cells = arranged(even(4), LANDSCAPE)
    halved = split(cells, 0, is_side_by_side=True)
    assert halved is not None
    assert halved.origins == (0, 1, 2, 3, None)
    assert halved.cells[1:4] == cells[1:4]
    joined = merge(halved.cells, 0, 4)
    assert joined is not None
    assert joined.cells == cells
    assert joined.origins == (0, 1, 2, 3)


def test_what_would_cut_a_tile_is_not_merged_and_nothing_is_split_below_what_can_be_judged() -> None:
    three_over_two = arranged(even(5), LANDSCAPE)
    assert merge(three_over_two, 0, 3) is None
    small = (Cell(0, 0, 0.1, 1), Cell(0.1, 0, 0.9, 1))
    assert split(small, 0, is_side_by_side=True) is None
    assert remove((Cell(0, 0, 1, 1),), 0) is None


def test_a_border_moves_all_its_tiles_and_stops_before_they_vanish() -> None:
    cells = arranged(even(9), LANDSCAPE)
    border = border_of(cells, 0, Edge.UPRIGHT)
    assert border is not None
    assert border.before == (0,)
    moved = move_border(cells, border, 0.5)
    assert moved[0].width == pytest.approx(0.5)
    assert moved[1].x == pytest.approx(0.5)
    assert fault_of(moved) == ""
    assert fault_of(move_border(cells, border, 5.0)) == ""
    assert len(borders(cells)) == 12


def test_a_wall_that_was_kept_broken_stands_as_a_grid() -> None:
    over = (Cell(0, 0, 0.8, 1), Cell(0.5, 0, 0.5, 1))
    with pytest.raises(ValueError, match="over one another"):
        free(over)
    assert fault_of(arranged(Layout(LayoutKind.FREE, 2, over), LANDSCAPE)) == ""
    assert fault_of((Cell(0, 0, float("nan"), 1),)) != ""
    assert Layout(LayoutKind.EVEN, 10_000).size == 36


def test_the_next_tile_in_a_direction_is_the_one_that_is_seen_there() -> None:
    cells = arranged(even(9), LANDSCAPE)
    assert neighbour(cells, 4, 1, 0) == 5
    assert neighbour(cells, 4, 0, -1) == 1
    assert neighbour(cells, 0, -1, 0) is None
