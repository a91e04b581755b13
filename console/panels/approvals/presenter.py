"""What somebody asks a second person for, in words one can answer for. No Qt."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, cast

import msgspec

from console.kit.formats import clock_time
from console.kit.ports import AssetLookup, Catalogue, Client
from console.parts.remedy_words import remedy_words
from console.store.wording import rule_of
from contract.alarm_health import RemedySetting
from contract.api import Approval
from contract.assets import Asset
from widgets.texts import Texts, pair

_MOST_LINES: Final = 60
_SKIPPED: Final = frozenset({"reason", "version", "alarm_id"})


class ApprovalLine(NamedTuple):
    """One request. `details`: exactly what is agreed to."""

    id: str
    title: str
    reason: str
    details: str
    until: str
    is_open: bool


class ApprovalsPresenter:
    """Requests and words."""

    def __init__(self, assets: AssetLookup, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    async def waiting(self) -> Sequence[Approval]:
        """Oldest first. Raises RequestFailed."""
        return (await self._client.approvals()).items

    async def approve(self, approval_id: str) -> None:
        """Be the second person. Raises RequestFailed."""
        await self._client.approve(approval_id)

    def title(self, approval: Approval) -> str:
        """Who asks for what."""
        return self._tr("approvals.asks", who=approval.requester, what=self._what(approval))

    def news(self, approval: Approval) -> str:
        """The same to somebody who looks elsewhere: with the key that leads there."""
        return self._tr("approvals.new", who=approval.requester, what=self._what(approval))

    def _what(self, approval: Approval) -> str:
        key = f"approvals.act.{approval.act}"
        return self._tr(key) if self._tr.has(key) else approval.act

    def line(self, approval: Approval) -> ApprovalLine:
        """One request as it is shown."""
        until = self._tr("approvals.until", time=clock_time(approval.expires_at))
        if approval.approver:
            until = self._tr("approvals.done", who=approval.approver)
        lines = self._lines(approval.payload)
        if len(lines) > _MOST_LINES:
            lines = [*lines[:_MOST_LINES], "…"]
        return ApprovalLine(
            approval.id,
            self.title(approval),
            approval.reason,
            "\n".join(lines),
            until,
            not approval.approver,
        )

    def _lines(self, payload: Mapping[str, object]) -> list[str]:
        found: list[str] = []
        asset = self._asset_of(payload.get("asset_code"))
        for key, value in payload.items():
            if key in _SKIPPED or value in ("", None):
                continue
            if key == "parts" and isinstance(value, list | tuple):
                found += self._part_lines(cast("Sequence[object]", value))
            elif key == "asset_code" and asset is not None and asset.name:
                found.append(self._said(key, f"{asset.name} ({asset.code})"))
            elif key == "kind" and asset is not None:
                rule = rule_of(self._catalogue, asset.class_, str(value))
                found.append(self._said(key, str(value) if rule is None else self._tr.label(rule.label)))
            else:
                found.append(self._said(key, self._value(key, value)))
        return found

    def _asset_of(self, code: object) -> Asset | None:
        if not isinstance(code, str) or not code:
            return None
        found, _total = self._assets.search(code)
        return next((asset for asset in found if asset.code == code), None)

    def _part_lines(self, parts: Sequence[object]) -> list[str]:
        """Cameras of the same period in one line."""
        periods: dict[str, list[str]] = {}
        for item in parts:
            part = cast("Mapping[str, object]", item) if isinstance(item, dict) else {"camera_id": item}
            period = " → ".join(self._value(key, part[key]) for key in ("since", "until") if key in part)
            periods.setdefault(period, []).append(self._value("camera_id", part.get("camera_id")))
        lines: list[str] = []
        for period, cameras in periods.items():
            lines += [self._said("camera_ids", ", ".join(cameras)), self._said("period", period)]
        return lines

    def _said(self, key: str, words: str) -> str:
        name = f"approvals.field.{key}"
        return pair(self._tr(name) if self._tr.has(name) else key, words, self._tr)

    def _value(self, key: str, value: object) -> str:
        if isinstance(value, list | tuple):
            items = cast("Sequence[object]", value)
            one = "camera_id" if key == "camera_ids" else key
            return ", ".join(self._value(one, item) for item in items) or self._tr("approvals.nothing")
        if key == "setting" and (remedy := _remedy_of(value)) is not None:
            return remedy_words(remedy, self._tr)
        if isinstance(value, dict):
            return self._object(cast("Mapping[str, object]", value))
        if key == "camera_id" and isinstance(value, int) and (asset := self._assets.get(value)) is not None:
            number = "" if asset.number is None else f"{asset.number} · "
            return f"{number}{asset.name or asset.code}"
        if isinstance(value, str) and key in {"since", "until", "expires_at", "at"}:
            try:
                return dt.datetime.fromisoformat(value).astimezone().strftime("%d/%m/%Y %H:%M:%S")
            except ValueError:
                return value
        return str(value)

    def _object(self, fields: Mapping[str, object]) -> str:
        """By its name where it has one, such as a mask: its corners say nothing to a reader."""
        named = next((str(fields[key]) for key in ("name", "id") if fields.get(key)), "")
        return named or ", ".join(f"{key} {value}" for key, value in fields.items())


def _remedy_of(value: object) -> RemedySetting | None:
    try:
        return msgspec.convert(value, RemedySetting)
    except msgspec.ValidationError:
        return None
