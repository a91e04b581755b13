"""A camera's stream with a lever: a fault strikes those who watch now, and lets go of them again."""

from collections.abc import Callable

from video.access_unit import StreamParameters
from video.stream_source import ServedStream, Viewer


class LeveredStream:
    """Shows the healthy stream, or a broken one while the lever is down. Each viewer stays the same throughout."""

    def __init__(self, healthy: ServedStream) -> None:
        self._healthy = healthy
        self._shown = healthy
        self._viewers: set[Viewer] = set()

    @property
    def ssrc(self) -> int:
        """The synchronisation source that its packets carry."""
        return self._healthy.ssrc

    async def described(self) -> StreamParameters:
        """As the healthy stream's."""
        return await self._healthy.described()

    def subscribe(self, viewer: Viewer) -> None:
        """Show it what is shown now."""
        self._viewers.add(viewer)
        self._shown.subscribe(viewer)

    def unsubscribe(self, viewer: Viewer) -> None:
        """Show it no more."""
        self._viewers.discard(viewer)
        self._shown.unsubscribe(viewer)

    def break_with(self, broken: Callable[[ServedStream], ServedStream]) -> None:
        """Everyone who watches sees the broken stream from now on."""
        self._show(broken(self._healthy))

    def mend(self) -> None:
        """Everyone sees the healthy stream again."""
        self._show(self._healthy)

    def hang_up(self) -> None:
        """Close every viewer's connection."""
        for viewer in list(self._viewers):
            viewer.hang_up()

    def _show(self, stream: ServedStream) -> None:
        before, self._shown = self._shown, stream
        for viewer in self._viewers:
            before.unsubscribe(viewer)
            stream.subscribe(viewer)
