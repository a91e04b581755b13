"""Which asset is which device, in words and wishes. No Qt."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from console.kit.formats import age, number_text
from console.kit.ports import AssetLookup
from console.kit.said import said_text
from console.kit.said_by_devices import told_text
from contract.assets import Asset
from contract.bindings import (
    BindingChange,
    BindingImport,
    BindingLine,
    BindingPage,
    BindingWish,
    BoundDevice,
    DeviceStanding,
)
from contract.supply import LineOutcome
from widgets.texts import Texts

Row = tuple[str, ...]
_MARKS: Final = {
    DeviceStanding.SEEN: "○",
    DeviceStanding.SILENT: "▲",
    DeviceStanding.NEVER: "…",
    DeviceStanding.ANSWERS: "●",
}
_MOST_OFFERED: Final = 12
_MOST_NAMED: Final = 3


class BindingWords:
    """In one language."""

    def __init__(self, tr: Texts, assets: AssetLookup) -> None:
        self._tr = tr
        self._assets = assets

    def row(self, one: BoundDevice, now: dt.datetime) -> Row:
        """A line of the list."""
        heard = "—" if one.last_heard is None else age(max(0.0, (now - one.last_heard).total_seconds()), self._tr)
        return (
            f"{_MARKS[one.standing]} {self._tr(f'administration.binding.{one.standing.value}')}",
            one.code or "—",
            one.name,
            one.address or self._tr("administration.binding.first_source"),
            " · ".join(part for part in (one.device, one.kind) if part),
            heard,
            told_text(one.reason, self._tr),
        )

    def counts(self, page: BindingPage, shown: int) -> str:
        """How many are bound and how many wait to be."""
        words = self._tr(
            "administration.binding.counts",
            shown=self._number(shown),
            total=self._number(page.total),
            bound=self._number(page.bound),
            seen=self._number(page.seen),
        )
        if page.hidden:
            words += " " + self._tr("administration.binding.hidden", count=self._number(page.hidden))
        return words

    def nothing(self, page: BindingPage, *, is_filtered: bool) -> str:
        """Why the list is empty, and what to do."""
        key = "filtered" if is_filtered else "empty" if page.can_tell else "empty_mute"
        return self._tr(f"administration.binding.{key}", hint=self.hint(page))

    def hint(self, page: BindingPage) -> str:
        """What an address looks like here."""
        said = page.address_fr if self._tr.language == "fr" else page.address_en
        return said or self._tr("administration.binding.any_address")

    def offered(self, text: str, classes: Sequence[str]) -> Sequence[tuple[int, str]]:
        """Assets that could be bound here and whose words hold those of `text`; codes that begin so first."""
        wanted = text.strip()
        if not wanted:
            return ()
        found = [asset for class_ in classes for asset in self._assets.search(wanted, class_, limit=_MOST_OFFERED)[0]]
        found.sort(key=lambda asset: (not asset.code.casefold().startswith(wanted.casefold()), asset.code))
        return [(asset.id, asset_words(asset)) for asset in found[:_MOST_OFFERED]]

    def asset_called(self, text: str, classes: Sequence[str]) -> Asset | None:
        """The one asset of that code; None where there is none, or several."""
        wanted = text.partition(",")[0].strip().casefold()
        found = [
            asset
            for class_ in classes
            for asset in self._assets.search(wanted, class_, limit=_MOST_OFFERED)[0]
            if asset.code.casefold() == wanted
        ]
        return found[0] if len(found) == 1 else None

    def name(self, asset_id: int) -> str:
        """How an asset is called in the form."""
        asset = self._assets.get(asset_id)
        return f"#{asset_id}" if asset is None else asset_words(asset)

    def done(self, change: BindingChange) -> str:
        """What was done."""
        codes = ", ".join(one.code for one in change.changes[:_MOST_NAMED])
        if len(change.changes) > _MOST_NAMED:
            codes = self._tr("administration.binding.and_more", codes=codes, count=len(change.changes) - _MOST_NAMED)
        is_off = all(one.after is None for one in change.changes)
        return self._tr(f"administration.binding.{'was_unbound' if is_off else 'was_bound'}", codes=codes)

    def file_summary(self, report: BindingImport) -> str:
        """What a file does, in figures."""
        key = "wrong" if report.error_count else "right" if takes(report) else "same"
        return self._tr(
            f"administration.binding.file_{key}",
            lines=self._number(report.line_count),
            added=self._number(report.added_count),
            changed=self._number(report.changed_count),
            unchanged=self._number(report.unchanged_count),
            errors=self._number(report.error_count),
        )

    def line(self, line: BindingLine) -> Row:
        """One line of a file: number, asset, what it does, from what to what or why not."""
        if line.outcome is LineOutcome.ERROR:
            change = said_text(line.said_code, line.said_args, line.said, self._tr)
        else:
            change = f"{line.before or '—'} → {line.after or '—'}"
        mark = "■ " if line.outcome is LineOutcome.ERROR else ""
        return (
            str(line.line),
            line.asset,
            f"{mark}{self._tr(f'administration.binding.outcome_{line.outcome.value}')}",
            change,
        )

    def _number(self, count: int) -> str:
        return number_text(float(count), self._tr.language)


def takes(report: BindingImport) -> bool:
    """Whether a file can be taken and does anything."""
    return not report.error_count and bool(report.added_count or report.changed_count)


def back(change: BindingChange) -> tuple[BindingWish, ...]:
    """The same the other way round."""
    return tuple(BindingWish(asset_id=one.asset_id, before=one.after, after=one.before) for one in change.changes)


def taken_off(devices: Sequence[BoundDevice]) -> tuple[BindingWish, ...]:
    """Wishes that these answer for no asset any more."""
    return tuple(
        BindingWish(asset_id=one.asset_id, before=one.address, after=None)
        for one in devices
        if one.asset_id is not None
    )


def asset_words(asset: Asset) -> str:
    """Code and name."""
    name = asset.name or asset.street
    return f"{asset.code}, {name}" if name and name != asset.code else asset.code
