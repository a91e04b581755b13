"""One's own named places and looks of maps, kept on the backend with one's workspaces."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal

from console.kit.errors import RequestFailed
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.store.bookmarks import LONGEST_NAME, Bookmark, NamedLook
from console.store.map_look import read_look, write_look
from contract.api import Workspace

log = logging.getLogger(__name__)
SHELF_NAME: Final = "~map"  # among one's workspaces; names that begin with ~ are no workspaces to open
MOST: Final = 200
T = TypeVar("T")


class _Kept(msgspec.Struct, frozen=True):
    bookmarks: tuple[dict[str, object], ...] = ()
    looks: tuple[dict[str, object], ...] = ()
    version: int = 1


class MapShelf(QObject):
    """Bookmarks and looks in the user's order. What is changed here is kept at once, the last change wins."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bookmarks: tuple[Bookmark, ...] = ()
        self._looks: tuple[NamedLook, ...] = ()
        self._client: Client | None = None
        self._tasks: TaskBag | None = None
        self._is_writing = False
        self._is_behind = False
        self.not_kept: Callable[[], None] = lambda: None  # hears that a change is only in memory

    @property
    def bookmarks(self) -> Sequence[Bookmark]:
        """Named places; the first nine have a digit."""
        return self._bookmarks

    @property
    def looks(self) -> Sequence[NamedLook]:
        """One's own presets."""
        return self._looks

    def keep_with(self, client: Client, tasks: TaskBag) -> None:
        """Where changes go from now on."""
        self._client, self._tasks = client, tasks

    async def load(self, client: Client) -> None:
        """Read what is kept; what makes no sense is left out. A silent backend leaves what is here."""
        try:
            items = (await client.workspaces()).items
        except RequestFailed as error:
            log.warning("places and looks of maps could not be read: %s", error)
            return
        text = next((item.content for item in items if item.name == SHELF_NAME), "{}")
        try:
            kept = msgspec.json.decode(text, type=_Kept)
        except (msgspec.MsgspecError, RecursionError) as error:
            log.warning("places and looks of maps are not readable: %s", error)
            return
        self._bookmarks = _unique(filter(None, map(_bookmark_of, kept.bookmarks[:MOST])), lambda item: item.id)
        self._looks = _unique(filter(None, map(_look_of, kept.looks[:MOST])), lambda item: item.name)
        self.changed.emit()

    def forget(self) -> None:
        """Another person comes: what is here is not his. What was changed here is kept no more."""
        self._bookmarks, self._looks, self._is_behind = (), (), False
        self.changed.emit()

    def set_bookmarks(self, bookmarks: Sequence[Bookmark]) -> None:
        """All of them, in their new order."""
        self._bookmarks = tuple(bookmarks)[:MOST]
        self._keep()

    def set_looks(self, looks: Sequence[NamedLook]) -> None:
        """All of them, in their new order."""
        self._looks = tuple(looks)[:MOST]
        self._keep()

    def _keep(self) -> None:
        self.changed.emit()
        self._is_behind = True
        if self._tasks is not None and not self._is_writing:
            self._tasks.start(self._write(), name="keep places and looks")

    async def _write(self) -> None:
        if self._client is None:
            return
        self._is_writing = True
        try:
            while self._is_behind:
                self._is_behind = False
                await self._client.keep_workspace(Workspace(name=SHELF_NAME, content=self._text()))
        except RequestFailed as error:
            self._is_behind = True  # with the next change
            log.warning("places and looks of maps were not kept: %s", error)
            self.not_kept()
        finally:
            self._is_writing = False

    def _text(self) -> str:
        bookmarks: tuple[dict[str, object], ...] = tuple(
            {**msgspec.structs.asdict(item), "look": None if item.look is None else write_look(item.look)}
            for item in self._bookmarks
        )
        looks: tuple[dict[str, object], ...] = tuple(
            {"name": item.name, "look": write_look(item.look)} for item in self._looks
        )
        return msgspec.json.encode(_Kept(bookmarks, looks)).decode()


def _bookmark_of(kept: dict[str, object]) -> Bookmark | None:
    look = kept.get("look")
    try:
        plain = msgspec.convert({**kept, "look": None}, Bookmark)
    except msgspec.ValidationError:
        return None
    return plain if look is None else msgspec.structs.replace(plain, look=read_look(look).look)


def _look_of(kept: dict[str, object]) -> NamedLook | None:
    name = kept.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
        return None
    return NamedLook(name, read_look(kept.get("look")).look)


def _unique(items: Iterable[T], key: Callable[[T], str]) -> tuple[T, ...]:
    return tuple({key(item): item for item in items}.values())
