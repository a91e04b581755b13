"""Two communes with outlines, a cabinet with lamps: what people change by hand in tests."""

import datetime as dt
from pathlib import Path
from typing import Any

from backend.devkit.clock import ManualClock
from backend.ports import Storage
from backend.services.editing.editor import May
from backend.services.editing.joined import AssetWork
from backend.services.register import Register
from contract.asset_editing import AssetEdit, AssetFields
from contract.assets import Asset, Commune
from contract.rights import Level
from tests.backend.feeds import RecordingFeed
from tests.backend.joined_services import JoinedServices

WEST, EAST = "21231", "21515"
CABINET, LAMP, STREET = 1, 10, 90


class EditedCity:
    """What a backend joins for editing, on any storage."""

    def __init__(self, storage: Storage, clock: ManualClock, folder: Path) -> None:
        self.feed = RecordingFeed()
        joined = self._joined = JoinedServices(storage, self.feed, clock)
        self.register: Register = joined.register
        self.work = AssetWork(storage, self.register, clock, self.feed, folder)

    async def start(self) -> "EditedCity":
        """Loaded; filled where it is empty."""
        await self.register.load()
        await self.work.load()
        if not len(self.register):
            await self.register.apply(_assets(), "system", note="a city", communes=_communes())
        return self

    async def close(self) -> None:
        """End what runs."""
        await self.work.close()
        await self._joined.close()

    def asset(self, asset_id: int = LAMP) -> Asset:
        """An asset as it stands."""
        found = self.register.get(asset_id)
        assert found is not None
        return found

    async def set(self, asset_id: int = LAMP, *, by: str = "anne", may: May | None = None, **fields: Any) -> str:
        """Set fields of an asset as it stands; answers the change's id."""
        wanted = AssetEdit(version=self.asset(asset_id).version, fields=AssetFields(**fields))
        _, edit = await self.work.change(asset_id, wanted, by=by, may=may or everything)
        return edit.id


def everything(_level: Level, _asset: Asset) -> bool:
    """Who may do everything."""
    return True


def only_west(_level: Level, asset: Asset) -> bool:
    """Who may do everything in one commune."""
    return asset.commune == WEST


def _assets() -> list[Asset]:
    cabinet = Asset(id=CABINET, code="ARM-1", class_="lighting_cabinet", lon=5.02, lat=47.32, commune=WEST)
    lamps = [
        Asset(
            id=id_,
            code=f"PL-{id_:04d}",
            class_="streetlight",
            lon=5.01 + id_ / 10_000,
            lat=47.32,
            commune=WEST if id_ < LAMP + 40 else EAST,
            street="Rue Monge",
            supply_parent=CABINET,
            commissioned=dt.date(2012, 5, 1),
            extra={"mast": "steel"},
        )
        for id_ in range(LAMP, LAMP + 50)
    ]
    street = Asset(
        id=STREET, code="R-1", class_="street", lon=5.0, lat=47.3, commune=WEST, line=((5.0, 47.3), (5.01, 47.3))
    )
    return [cabinet, *lamps, street]


def _communes() -> list[Commune]:
    def box(west: float, east: float) -> tuple[tuple[tuple[float, float], ...], ...]:
        return (((west, 47.2), (east, 47.2), (east, 47.4), (west, 47.4)),)

    return [
        Commune(code=WEST, name="Dijon", lon=5.0, lat=47.3, outline=box(4.9, 5.1)),
        Commune(code=EAST, name="Quetigny", lon=5.2, lat=47.3, outline=box(5.1, 5.3)),
    ]
