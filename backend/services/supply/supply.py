"""The supply tree as the API asks for it: seeing, mending, files, learning."""

from backend.devkit.clock import Clock
from backend.ports import Storage
from backend.services.alarms.desk import AlarmDesk
from backend.services.live_state import LiveState
from backend.services.register import Register
from backend.services.supply.editing import FeedEditor
from backend.services.supply.files import SupplyFiles
from backend.services.supply.learning import LinkLearning
from backend.services.supply.tree import SupplyTree


class Supply:
    """`load` before it is asked, `close` before storage."""

    def __init__(self, storage: Storage, clock: Clock, register: Register, live: LiveState, desk: AlarmDesk) -> None:
        self.tree = SupplyTree(register, live, desk)
        self.editor = FeedEditor(storage, register, clock)
        self.files = SupplyFiles(register, self.editor)
        self.learning = LinkLearning(storage, register, self.tree, self.editor, clock)

    async def load(self) -> None:
        """What was kept."""
        await self.editor.load()
        await self.learning.load()

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self.learning.close()
        self.files.close()
