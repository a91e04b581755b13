"""The door by which every panel enters the console, our own panels like anyone's."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from PySide6.QtWidgets import QWidget

from console.kit.clock import Clock
from console.kit.exporting import MapFiles, NoMapFiles
from console.kit.hearing import NoSound, SoundSource
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.kit.ticker import Ticker
from console.kit.translations import Translations
from console.kit.video import PictureSource
from contract.assets import Label
from widgets.look import Palette

PanelState = dict[str, Any]  # as JSON has it
S = TypeVar("S")  # the stores: console.store lies above this package


class Area(enum.StrEnum):
    """Where a panel opens when its workspace does not say."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    CENTER = "center"


@dataclass(frozen=True)
class Shortcut:
    """A key of a panel, told by F1; `key` as Qt writes it, `text_key` names what it does."""

    key: str
    text_key: str


@dataclass(frozen=True)
class PanelContext(Generic[S]):
    """Everything a panel may use."""

    stores: S
    client: Client
    pictures: PictureSource
    texts: Translations
    palette: Palette
    ticker: Ticker
    clock: Clock
    tasks: TaskBag
    announce: Callable[[str], None]
    open_panel: Callable[[str], None]
    panel_id: str = ""  # which panel this is, where its kind may be open several times: "map", "map:2"
    map_files: MapFiles = field(default_factory=NoMapFiles)  # exported maps
    hearing: SoundSource = field(default_factory=NoSound)


class Panel(Protocol):
    """One open panel. The host owns its tasks and deletes its widget after `close`."""

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        ...

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
        ...

    def close(self) -> None:
        """Let go of stores and clocks; called once."""
        ...


@runtime_checkable
class KeepsState(Protocol):
    """A panel that wants more kept with the workspace than its place: cameras on the wall, where the map looks."""

    def state(self) -> PanelState:
        """What to keep; the reader may be another version of this console."""
        ...

    def take_state(self, state: PanelState) -> None:
        """Stand as it was kept; what cannot be read is left out."""
        ...


@runtime_checkable
class ChangesHands(Protocol):
    """A panel that goes on as it is when another person takes the seat. All others are covered, then made anew."""

    def forget_person(self) -> None:
        """What was asked for under the former login goes from sight at once; what is typed stays."""
        ...

    def meet_person(self) -> None:
        """The new login answers, and what it may not see is gone from the stores: ask again."""
        ...


@dataclass(frozen=True)
class PanelSpec(Generic[S]):
    """What the shell knows of a panel."""

    id: str
    title: Label
    icon: str
    area: Area
    shortcut: str
    factory: Callable[[PanelContext[S]], Panel]
    shortcuts: tuple[Shortcut, ...] = ()
    beside: str = ""  # the panel whose room it shares as a tab when it is opened later
    stays_in_sight: bool = False  # nothing that is opened later may cover it as a tab
    another_shortcut: str = ""  # opens one more beside those that are open; empty: there is only ever one


def kind_of(panel_id: str) -> str:
    """The id of the spec of a panel: "map" of "map:2"."""
    return panel_id.partition(":")[0]


def number_of(panel_id: str) -> int:
    """Which one of its kind a panel is: 1 of "map", 2 of "map:2"."""
    _kind, _, number = panel_id.partition(":")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1


def panel_title(title: str, panel_id: str) -> str:
    """The name of a panel, with its number from the second on."""
    number = number_of(panel_id)
    return title if number == 1 else f"{title} {number}"
