"""The map's past: recorded, forgotten in time, shown again; three parts on the same files."""

from pathlib import Path

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import Storage
from backend.services.feed_relay import FeedRelay
from backend.services.live_state import LiveState
from backend.services.map_recorder import MapRecorder
from backend.services.recording_retention import RecordingRetention
from backend.services.register import Register
from backend.services.replay import Replay
from backend.services.topic_ids import TopicIds
from backend.storage.recording.files import RecordingFiles


class MapPast:
    """`start` once the backend answers, `close` before storage."""

    def __init__(
        self,
        storage: Storage,
        feed: FeedRelay,
        clock: Clock,
        register: Register,
        live: LiveState,
        folder: Path,
        hours: int,
    ) -> None:
        files = RecordingFiles(folder)
        self._recorder = MapRecorder(files, storage, live, clock)
        self._retention = RecordingRetention(files, storage, clock, hours)
        topic_ids = TopicIds(register)
        feed.watch(self._recorder)
        feed.watch(topic_ids)
        self.replay = Replay(files, self._recorder, storage, clock, topic_ids, hours)

    @property
    def trouble(self) -> str:
        """Why nothing is recorded at this moment, in words; empty while all is well."""
        return self._recorder.trouble

    def start(self, tasks: Tasks) -> None:
        """What runs by itself."""
        tasks.start(self._recorder.run(), name="map recorder")
        tasks.start(self._retention.run(), name="map retention")

    async def close(self) -> None:
        """May be called twice."""
        self.replay.close()
        self._retention.close()
        await self._recorder.close()
