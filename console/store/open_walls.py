"""The camera walls that are open: the one worked on last shows what others ask to see."""


class OpenWalls:
    """In the order in which they were opened."""

    def __init__(self) -> None:
        self._walls: list[str] = []
        self._active = ""

    def add(self, panel_id: str) -> None:
        """A wall was opened."""
        if panel_id not in self._walls:
            self._walls.append(panel_id)
        if not self._active:
            self._active = panel_id

    def remove(self, panel_id: str) -> None:
        """A wall was closed; the first of the others leads then."""
        if panel_id in self._walls:
            self._walls.remove(panel_id)
        if self._active == panel_id:
            self._active = self._walls[0] if self._walls else ""

    def activate(self, panel_id: str) -> None:
        """The user works on this one."""
        if panel_id in self._walls:
            self._active = panel_id

    def leads(self, panel_id: str) -> bool:
        """Whether this wall shows the cameras that a selection asks for."""
        return panel_id == self._active
