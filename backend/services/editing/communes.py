"""The dates of communes, and what they merged into. The ground keeps its code: assets are not rewritten."""

import datetime as dt
from typing import Final

import msgspec

from backend.ports import Feed
from backend.services.editing.fields import clean
from backend.services.refusals import EditRefused
from backend.services.register import Register
from backend.services.said import say
from contract.assets import Asset, Commune
from contract.commune_dates import CommuneAt, CommuneDates, commune_at

LONGEST_NAME: Final = 80
_FIRST, _LAST = dt.date(1700, 1, 1), dt.date(2200, 12, 31)


class CommuneEditing:
    """Whoever calls has asked for the right to configure the whole city."""

    def __init__(self, register: Register, feed: Feed) -> None:
        self._register = register
        self._feed = feed

    def of_asset(self, asset: Asset, at: dt.date) -> CommuneAt:
        """To which commune an asset belongs on a day."""
        known = {commune.code: commune for commune in self._register.communes()}
        code = commune_at(known, asset.commune, at)
        name = known[code].name if code in known else code
        return CommuneAt(date=at, code=code, name=name, recorded_code=asset.commune)

    async def set_dates(self, code: str, wanted: CommuneDates, *, by: str) -> Commune:
        """Keep its dates and what it merged into. Raises EditRefused."""
        known = {commune.code: commune for commune in self._register.communes()}
        commune = known.get(code)
        if commune is None:
            raise EditRefused(say("edit_commune", commune=code[:20]))
        self._check_dates(wanted)
        if wanted.merged_into:
            host = known.get(wanted.merged_into)
            if host is None:
                raise EditRefused(say("edit_commune", commune=wanted.merged_into[:20]))
            if wanted.valid_to is None:
                raise EditRefused(say("edit_commune_when", commune=commune.name, host=host.name))
            if _leads_to(known, wanted.merged_into, code):
                raise EditRefused(say("edit_commune_circle", commune=commune.name, host=host.name))
        name = clean("name", wanted.name) or commune.name
        if len(name) > LONGEST_NAME or len(wanted.reason) > 500:
            raise EditRefused(say("edit_commune_name", count=LONGEST_NAME))
        changed = msgspec.structs.replace(
            commune,
            name=name,
            valid_from=wanted.valid_from,
            valid_to=wanted.valid_to,
            merged_into=wanted.merged_into,
        )
        if changed == commune:
            raise EditRefused(say("edit_nothing"))
        told: dict[str, object] = {
            "commune": code,
            "name": name,
            "valid_from": msgspec.to_builtins(wanted.valid_from),
            "valid_to": msgspec.to_builtins(wanted.valid_to),
            "merged_into": wanted.merged_into,
        }
        await self._register.apply([], by, note=wanted.reason or f"commune {name}", communes=[changed], told=told)
        self._feed.classes_changed()
        return changed

    def _check_dates(self, wanted: CommuneDates) -> None:
        for day in (wanted.valid_from, wanted.valid_to):
            if day is not None and not _FIRST <= day <= _LAST:
                raise EditRefused(say("edit_date", field="valid_from, valid_to", low=_FIRST, high=_LAST))
        if wanted.valid_from is not None and wanted.valid_to is not None and wanted.valid_from >= wanted.valid_to:
            raise EditRefused(say("edit_commune_order"))


def _leads_to(known: dict[str, Commune], code: str, target: str) -> bool:
    seen: set[str] = set()
    while code and code not in seen:
        if code == target:
            return True
        seen.add(code)
        code = known[code].merged_into if code in known else ""
    return False
