"""From what is typed to lines: the console's own at once, the register's as soon as the backend answers. No Qt."""

from collections.abc import Callable, Sequence
from typing import Final

from console.kit.forgiving import asked_words, score
from console.kit.ports import AlarmBook, AssetLookup, Catalogue, Client
from console.parts.place_finding import Finding, Found, FoundKind
from console.shell.palette.offers import Answer, Offer, OfferKind, Scored, best_among, grouped
from console.store.wording import alarm_text
from contract.alarms import Alarm
from contract.assets import Asset
from widgets.texts import Texts

_MOST_OF_A_KIND: Final = 6
_MOST_PLACES: Final = 8
_MOST_ALARMS_FORGIVEN: Final = 2_000
_CALLED_BY_NUMBER: Final = 0.6  # a number alone means the camera of that number first
_LEAST: Final = 0.3  # what the backend found for reasons that the line does not show
_CAMERA: Final = "camera"
_ICONS: Final = {
    FoundKind.PLACE: "mdi6.crosshairs-gps",
    FoundKind.ADDRESS: "mdi6.map-marker-outline",
    FoundKind.STREET: "mdi6.road-variant",
    FoundKind.COMMUNE: "mdi6.city-variant-outline",
}


class Answers:
    """`own` are commands, panels, acts and help topics as they are now."""

    def __init__(
        self,
        client: Client,
        assets: AssetLookup,
        alarms: AlarmBook,
        catalogue: Catalogue,
        tr: Texts,
        own: Callable[[], Sequence[Offer]],
    ) -> None:
        self._finding = Finding(client, assets, catalogue, tr)
        self._assets = assets
        self._alarms = alarms
        self._catalogue = catalogue
        self._tr = tr
        self._own = own

    def at_once(self, text: str) -> Answer:
        """What the console knows itself."""
        return Answer(text=text, groups=grouped(self._local(asked_words(text))))

    async def whole(self, text: str, near: tuple[float, float] | None) -> Answer | None:
        """With equipment, streets and addresses; None when something else was asked meanwhile."""
        findings = await self._finding.find(text, near)
        if findings is None:
            return None
        words = asked_words(text)
        shown = [found for group in findings.groups for found in group.items[:_MOST_PLACES]]
        places = [self._scored(found, words) for found in shown]
        left = len(findings.items) - len(shown) + findings.more
        groups = grouped([*places, *self._local(words)])
        return Answer(text=text, groups=groups, more=left, trouble=findings.trouble, may_come=findings.may_come)

    def forget(self) -> None:
        """Nothing that is still asked is wanted any more."""
        self._finding.forget()

    def asset(self, asset: Asset) -> Offer:
        """The line of an asset."""
        class_ = self._catalogue.classes.get(asset.class_)
        town = self._catalogue.communes.get(asset.commune)
        words = (asset.class_ if class_ is None else self._tr.label(class_.label), "" if town is None else town.name)
        return Offer(
            key=f"asset:{asset.id}",
            kind=OfferKind.CAMERA if asset.class_ == _CAMERA else OfferKind.ASSET,
            label=asset.code if not asset.name else f"{asset.code} · {asset.name}",
            detail=" · ".join(word for word in words if word),
            icon="mdi6.cube-outline" if class_ is None else class_.icon,
            place=(asset.lon, asset.lat),
        )

    def _local(self, words: Sequence[str]) -> list[Scored]:
        if not words:
            return []
        scored = self._of_alarms(words)
        own = self._own()
        for kind in (OfferKind.PANEL, OfferKind.COMMAND, OfferKind.ACT, OfferKind.HELP):
            scored += best_among([offer for offer in own if offer.kind is kind], words, _MOST_OF_A_KIND)
        return scored

    def _of_alarms(self, words: Sequence[str]) -> list[Scored]:
        standing = self._alarms.standing()[:_MOST_ALARMS_FORGIVEN]
        return best_among([self._alarm(alarm) for alarm in standing], words, _MOST_OF_A_KIND)

    def _alarm(self, alarm: Alarm) -> Offer:
        asset = self._assets.get(alarm.asset_id)
        where = "" if asset is None else " · ".join(part for part in (asset.code, asset.name) if part)
        text = alarm_text(self._catalogue, alarm, self._tr)
        return Offer(
            key=f"alarm:{alarm.id}",
            kind=OfferKind.ALARM,
            label=f"{text} · {where}" if where else text,
            detail=alarm.priority.name,
            icon="mdi6.bell-outline",
            also=self._tr("palette.alarm_words"),
        )

    def _scored(self, found: Found, words: Sequence[str]) -> Scored:
        offer = self._place(found)
        worth = max(_LEAST, score(words, offer.label, offer.detail))
        asset = None if found.asset_id is None else self._assets.get(found.asset_id)
        if asset is not None and asset.class_ == _CAMERA and asset.number is not None and str(asset.number) in words:
            worth += _CALLED_BY_NUMBER
        return Scored(offer, worth)

    def _place(self, found: Found) -> Offer:
        asset = None if found.asset_id is None else self._assets.get(found.asset_id)
        if found.kind is FoundKind.ASSET and asset is not None:
            return self.asset(asset)
        at = f"{found.lon:.6f},{found.lat:.6f}"
        return Offer(
            key=f"{found.kind.value}:{at}" if found.kind is not FoundKind.ASSET else f"asset:{found.asset_id}",
            kind=OfferKind(found.kind.value),
            label=found.label,
            detail=" · ".join(part for part in (found.detail, found.note) if part),
            icon=_ICONS.get(found.kind, "mdi6.cube-outline"),
            place=(found.lon, found.lat),
            bounds=found.bounds,
        )
