"""Fields of assets in words, and words as fields. No Qt."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from console.kit.formats import day_text, number_text, read_day
from console.kit.ports import AssetLookup, Catalogue
from console.store.wording import class_text
from contract.asset_editing import AssetFields
from contract.assets import Asset, AssetStatus
from widgets.form_fields import FormField
from widgets.texts import Texts

FIELDS: Final = (
    "name",
    "number",
    "status",
    "street",
    "commune",
    "service",
    "lat",
    "lon",
    "azimuth_deg",
    "fov_deg",
    "range_m",
    "height_m",
    "parent",
    "serial",
    "commissioned",
    "expected_life_years",
)
_NUMBERS: Final = frozenset({"lat", "lon", "azimuth_deg", "fov_deg", "range_m", "height_m", "expected_life_years"})
_DAYS: Final = frozenset({"commissioned", "valid_from", "valid_to"})
_NEVER_EMPTY: Final = frozenset({"lat", "lon"})
NOTHING: Final = "\N{EM DASH}"


class FieldProblems(Exception):
    """What was written cannot be; why, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


class AssetFieldWords:
    """Both ways between an asset's fields and a form's texts."""

    def __init__(self, assets: AssetLookup, catalogue: Catalogue, tr: Texts) -> None:
        self._assets = assets
        self._catalogue = catalogue
        self._tr = tr

    def label(self, field: str) -> str:
        """A field's name; one of the city's own by its own."""
        if field.startswith("extra."):
            return field.removeprefix("extra.")
        key = f"asset_file.field.{field}"
        return self._tr(key) if self._tr.has(key) else field

    def form(self, asset: Asset) -> tuple[Sequence[FormField], Mapping[str, str]]:
        """The fields and what stands in them."""
        communes = sorted(self._catalogue.communes.values(), key=lambda commune: commune.name)
        services = sorted({one.service for one in self._catalogue.classes.values()} | {asset.service})
        choices: dict[str, tuple[tuple[str, str], ...]] = {
            "status": tuple((one.value, self._tr(f"status.{one.value}")) for one in AssetStatus),
            "commune": (("", NOTHING), *((commune.code, commune.name) for commune in communes)),
            "service": tuple((one, self._service(one)) for one in services),
        }
        fields = [
            FormField(
                key=field,
                label=self.label(field),
                hint=self._hint(field),
                choices=choices.get(field, ()),
            )
            for field in FIELDS
            if asset.line is None or field not in {"lat", "lon"}
        ]
        return fields, {field: self._text(asset, field) for field in FIELDS}

    def fields(self, changed: Mapping[str, str], extra: Mapping[str, str | None]) -> AssetFields:
        """What was written, as fields. Raises FieldProblems."""
        found: dict[str, object] = {}
        problems: dict[str, str] = {}
        for field, text in changed.items():
            try:
                found[field] = self._value(field, text)
            except ValueError as error:
                problems[field] = str(error)
        if problems:
            raise FieldProblems(problems)
        if extra:
            found["extra"] = dict(extra)
        return msgspec.convert(found, AssetFields)

    def value_text(self, field: str, value: object) -> str:
        """A value of the history."""
        if value is None or value == "":
            return NOTHING
        if field == "status":
            key = f"status.{value}"
            return self._tr(key) if self._tr.has(key) else str(value)
        if field == "commune":
            commune = self._catalogue.communes.get(str(value))
            return str(value) if commune is None else commune.name
        if field == "service":
            return self._service(str(value))
        if field in _DAYS and (day := read_day(str(value))) is not None:
            return day_text(day)
        if field in {"parent", "supply_parent", "network_parent"} and isinstance(value, int):
            asset = self._assets.get(value)
            return str(value) if asset is None else asset.code
        if isinstance(value, float | int) and not isinstance(value, bool):
            return self._number(field, value)
        return str(value)

    def class_text(self, code: str) -> str:
        """A class by its name."""
        return class_text(self._catalogue, code, self._tr)

    def _service(self, code: str) -> str:
        key = f"service.{code}"
        return self._tr(key) if code and self._tr.has(key) else code or NOTHING

    def _hint(self, field: str) -> str:
        key = f"asset_file.hint.{field}"
        return self._tr(key) if self._tr.has(key) else ""

    def _text(self, asset: Asset, field: str) -> str:
        value: object = getattr(asset, field)
        if value is None:
            return ""
        if field == "parent" and isinstance(value, int):
            found = self._assets.get(value)
            return str(value) if found is None else found.code
        if isinstance(value, dt.date):
            return day_text(value)
        if isinstance(value, AssetStatus):
            return value.value
        if isinstance(value, float):
            return self._number(field, value)
        return str(value)

    def _number(self, field: str, value: float) -> str:
        if field in _NEVER_EMPTY:
            text = f"{value:.7f}".rstrip("0").rstrip(".")
            return text.replace(".", ",") if self._tr.language == "fr" else text
        text = f"{value:.10g}" if abs(value) < 1e9 else number_text(value, self._tr.language)
        return text.replace(".", ",") if self._tr.language == "fr" else text

    def _value(self, field: str, text: str) -> object:
        """Raises ValueError with what is wrong, in words."""
        readers: Mapping[str, Callable[[str], object]] = {
            "number": self._whole,
            "commissioned": self._date,
            "parent": self._parent,
        }
        if field in _NUMBERS:
            return self._float(field, text)
        reader = readers.get(field)
        return text if reader is None else reader(text)

    def _float(self, field: str, text: str) -> float | None:
        plain = text.replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "").replace(" ", "")
        if not plain:
            if field in _NEVER_EMPTY:
                raise ValueError(self._tr("asset_file.wrong.needed"))
            return None
        try:
            return float(plain.replace(",", "."))
        except ValueError:
            raise ValueError(self._tr("asset_file.wrong.number", text=text)) from None

    def _whole(self, text: str) -> int | None:
        if not text:
            return None
        if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit() or len(text) > 10:
            raise ValueError(self._tr("asset_file.wrong.whole", text=text))
        return int(text)

    def _date(self, text: str) -> str | None:
        if not text:
            return None
        day = read_day(text)
        if day is None:
            raise ValueError(self._tr("asset_file.wrong.date", text=text))
        return day.isoformat()

    def _parent(self, text: str) -> int | None:
        if not text:
            return None
        found, _total = self._assets.search(text)
        exact = [one for one in found if one.code.casefold() == text.casefold()]
        if len(exact) != 1:
            key = "asset_file.wrong.no_asset" if not exact else "asset_file.wrong.several"
            raise ValueError(self._tr(key, text=text))
        return exact[0].id
