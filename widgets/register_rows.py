"""A line and a column of the register's table, in words. No Qt, so that presenters can make them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RegisterRow:
    """One asset, or a group of them: then `cells` holds its name alone and `count` says how many."""

    asset_id: int = 0
    cells: Sequence[str] = ()
    hint: str = ""
    is_abnormal: bool = False
    is_pale: bool = False
    is_group: bool = False
    is_open: bool = False
    count: str = ""


@dataclass(frozen=True)
class RegisterColumn:
    """A column that is shown. `width` at 100 % text."""

    name: str
    title: str
    width: int
    is_number: bool = False
    is_usual: bool = False  # the width is no choice of the operator's: it gives way where there is little room
    marks_state: bool = False  # stands out where an asset is not as it should be
