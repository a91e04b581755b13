"""What the stream is asked for beside what it always tells: the chosen asset, and communes it told of first."""

from collections.abc import Callable

from console.kit.task_bag import TaskBag
from console.shell.connection import Connection
from console.store.stores import Stores
from console.store.watched import SELECTION


class StreamWishes:
    """One for the console; `connection` is the login there is."""

    def __init__(self, stores: Stores, connection: Callable[[], Connection | None], tasks: TaskBag) -> None:
        self._stores = stores
        self._connection = connection
        self._tasks = tasks
        self._asked_communes: set[str] = set()

    def follow(self) -> None:
        """From now on."""
        self._stores.selection.selection_changed.connect(self._watch_selection)
        self._stores.watched.wanted_changed.connect(self._watch)
        self._stores.assets.changed_since_tick.connect(self._assets_changed)

    def _watch_selection(self) -> None:
        asset_id = self._stores.selection.asset_id
        self._stores.watched.want(SELECTION, () if asset_id is None else (asset_id,))

    def _watch(self, asset_ids: tuple[int, ...]) -> None:
        if (connection := self._connection()) is not None:
            connection.requests.watch(asset_ids)

    def _assets_changed(self) -> None:
        """A register that was filled after login brings communes that the catalogue does not know yet."""
        new = self._stores.assets.commune_codes - set(self._stores.catalogue.communes) - self._asked_communes - {""}
        if new and (connection := self._connection()) is not None:
            self._asked_communes |= new
            self._tasks.start(connection.load_catalogue(), name="catalogue")
