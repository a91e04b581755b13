"""Communes by date, in words and as form. No Qt."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from console.kit.formats import day_text, read_day
from console.kit.ports import Catalogue, Client
from contract.assets import Commune
from contract.commune_dates import CommuneDates, commune_at, is_in_force
from widgets.form_fields import FormField
from widgets.texts import Texts

NOTHING: Final = "\N{EM DASH}"


class CommuneRow(NamedTuple):
    """One commune as a row."""

    code: str
    name: str
    since: str
    until: str
    now_in: str  # what it is part of on that day
    is_in_force: bool


class CommunesPresenter:
    """What the catalogue knows, on a day."""

    def __init__(self, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    def rows(self, day: dt.date) -> Sequence[CommuneRow]:
        """All of them by name; those that are none on that day say what they are part of."""
        known = self._catalogue.communes
        found = sorted(known.values(), key=lambda commune: commune.name)
        return [self._row(known, commune, day) for commune in found]

    def summary(self, day: dt.date) -> str:
        """How many there are on that day."""
        count = sum(row.is_in_force for row in self.rows(day))
        return self._tr("communes.summary", count=count, total=len(self._catalogue.communes), day=day_text(day))

    def day(self, text: str) -> dt.date | None:
        """A day as it was written; None when it is none."""
        return read_day(text)

    def form(self, code: str) -> tuple[Sequence[FormField], Mapping[str, str]]:
        """The fields of one commune and what stands in them."""
        known = self._catalogue.communes
        commune = known[code]
        others = sorted((one for one in known.values() if one.code != code), key=lambda one: one.name)
        hint = self._tr("asset_file.hint.commissioned")
        fields = (
            FormField("name", self._tr("communes.name")),
            FormField("valid_from", self._tr("communes.valid_from"), hint),
            FormField("valid_to", self._tr("communes.valid_to"), hint),
            FormField(
                "merged_into",
                self._tr("communes.merged_into"),
                choices=(("", NOTHING), *((one.code, one.name) for one in others)),
            ),
        )
        values = {
            "name": commune.name,
            "valid_from": day_text(commune.valid_from),
            "valid_to": day_text(commune.valid_to),
            "merged_into": commune.merged_into,
        }
        return fields, values

    def wrong(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """What is no date, by field."""
        return {
            field: self._tr("asset_file.wrong.date", text=values[field])
            for field in ("valid_from", "valid_to")
            if values[field] and self.day(values[field]) is None
        }

    async def save(self, code: str, values: Mapping[str, str], reason: str) -> Commune:
        """Keep the dates. Raises RequestFailed."""
        wanted = CommuneDates(
            name=values["name"],
            valid_from=self.day(values["valid_from"]),
            valid_to=self.day(values["valid_to"]),
            merged_into=values["merged_into"],
            reason=reason,
        )
        return await self._client.set_commune_dates(code, wanted)

    def _row(self, known: Mapping[str, Commune], commune: Commune, day: dt.date) -> CommuneRow:
        host = commune_at(known, commune.code, day)
        is_there = is_in_force(commune, day)
        return CommuneRow(
            code=commune.code,
            name=commune.name,
            since=day_text(commune.valid_from, NOTHING),
            until=day_text(commune.valid_to, NOTHING),
            now_in="" if is_there or host == commune.code else known[host].name if host in known else host,
            is_in_force=is_there,
        )
