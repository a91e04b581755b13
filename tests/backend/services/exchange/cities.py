"""Cities for tests of exchange: registers in memory, and assets of every kind in them."""

import datetime as dt
from pathlib import Path

import msgspec
from hypothesis import strategies as st

from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.services.exchange.joined import Exchange
from backend.services.import_files.cells import CellRefused, clean_text
from backend.services.register import Register
from backend.storage.memory import MemoryStorage
from contract.assets import Asset, AssetStatus
from tests.backend.feeds import RecordingFeed

POINTS = ("streetlight", "lighting_cabinet", "camera", "junction")


class ExchangeCity:
    """A register with all that files come in and go out by."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.storage = MemoryStorage(self.clock)
        self.register = Register(self.storage, RecordingFeed(), self.clock, standard_asset_classes())
        self.exchange = Exchange(self.register, self.storage, self.clock, folder)

    def told(self) -> dict[tuple[str, str], Asset]:
        """Every asset without what is the register's own: its number, its version; parents by their codes."""
        return {(asset.class_, asset.code): self._bare(asset) for asset in self.register.all()}

    def _bare(self, asset: Asset) -> Asset:
        beside = {
            f"ref:{field}": self._code_of(getattr(asset, field))
            for field in ("parent", "supply_parent", "network_parent")
        }
        return msgspec.structs.replace(
            asset,
            id=1,
            version=1,
            parent=None,
            supply_parent=None,
            network_parent=None,
            extra={**asset.extra, **beside},
        )

    def _code_of(self, asset_id: int | None) -> str:
        asset = None if asset_id is None else self.register.get(asset_id)
        return "" if asset is None else f"{asset.class_}:{asset.code}"


def _cleaned(text: str) -> str:
    try:
        return clean_text(text)
    except CellRefused:
        return ""


tricky = st.sampled_from(
    ["=1+1", "+33 3 80", "-", "@rue", "|calc", "NULL", "#N/A", "n/a", "NaN", "007", "1e5", "1,5", "12.0", "31/12/2024",
     "true", "a;b", 'dit "le Grand"', "l'été", "données", "\u0130stanbul", "字", "extra:nom", "<b>", "C:\\x", "~1"]
)  # fmt: skip
texts = tricky | st.text(max_size=30).map(_cleaned)
names = st.sampled_from(
    ["nom", "Nom", "id", "fid", "geom", "wkt", "class", "x", "lon", "TYPE_LAMPE", "type_lampe", "Puissance (W)",
     "extra:nom", "foo~2", "ligne", "numéro de série du luminaire", "numéro de série du boîtier", "=cmd", "parent"]
) | st.text(min_size=1, max_size=20).map(_cleaned).filter(bool)  # fmt: skip
numbers = st.none() | st.integers(0, 200).map(float) | st.floats(0, 200).map(lambda value: round(value, 4))
places = st.tuples(st.floats(4.9, 5.2), st.floats(47.2, 47.5))
lines = st.lists(places, min_size=2, max_size=6).map(tuple)


@st.composite
def assets(draw: st.DrawFn) -> list[Asset]:
    """Some assets of several classes, which hang on one another."""
    made: list[Asset] = []
    count = draw(st.integers(1, 6))
    for number in range(1, count + 1):
        class_ = draw(st.sampled_from([*POINTS, "street"]))
        line = draw(lines) if class_ == "street" else None
        lon, lat = line[len(line) // 2] if line else draw(places)
        above = [asset.id for asset in made if asset.class_ == "lighting_cabinet"]
        made.append(
            Asset(
                id=number,
                code=f"{draw(st.sampled_from(['A', '=B', '0', 'é ', 'NULL']))}{number}",
                class_=class_,
                lon=lon,
                lat=lat,
                line=line,
                name=draw(texts),
                street=draw(texts),
                serial=draw(texts),
                commune=draw(st.sampled_from(["21231", "21515"])),
                service=draw(st.sampled_from(["lighting", "traffic"])),
                number=draw(st.none() | st.integers(-(2**31), 2**31 - 1)),
                azimuth_deg=draw(numbers),
                fov_deg=draw(numbers),
                range_m=draw(numbers),
                height_m=draw(numbers),
                expected_life_years=draw(numbers),
                supply_parent=draw(st.none() | st.sampled_from(above)) if above else None,
                parent=draw(st.none() | st.sampled_from([asset.id for asset in made])) if made else None,
                commissioned=draw(st.none() | st.dates(dt.date(1801, 1, 1), dt.date(2199, 12, 31))),
                status=draw(st.sampled_from(list(AssetStatus))),
                extra={name: text for name, text in draw(st.dictionaries(names, texts, max_size=5)).items() if text},
            )
        )
    return made
