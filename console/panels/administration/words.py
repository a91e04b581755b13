"""What lists and tables of the panel say. No Qt."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from console.kit.formats import age, day_and_time, day_text, number_text
from console.kit.said_by_devices import told_text
from contract.administration import (
    ApiKey,
    BackupRun,
    DeviceConnection,
    HealthFigure,
    RightsPreview,
    SeenCount,
    SystemHealth,
)
from contract.devices import LinkState
from widgets.texts import Texts

Row = tuple[str, ...]
_BARS: Final = "▁▂▃▄▅▆▇█"
GROUPS: Final = ("loop", "queues", "stream", "refused", "disk", "memory", "load", "intake", "city", "versions")


class AdministrationWords:
    """In one language."""

    def __init__(self, tr: Texts) -> None:
        self._tr = tr

    def seen(self, counts: Sequence[SeenCount], names: Mapping[str, str]) -> list[Row]:
        """One line a commune, service or class: how many of how many at each level."""
        return [
            (
                names.get(item.key, "") or item.key or self._tr("administration.none_given"),
                self._count(item.of),
                *(self._part(part, item.of) for part in (item.view, item.operate, item.manage, item.configure)),
            )
            for item in counts
        ]

    def acts(self, preview: RightsPreview) -> list[Row]:
        """What the API opens, the widest reach first."""
        order = ("everywhere", "somewhere", "no")
        acts = sorted(preview.acts, key=lambda act: (order.index(act.reach), act.path, act.method))
        return [
            (
                self._tr(f"administration.reach.{act.reach}"),
                act.summary,
                f"{act.method} {act.path}",
                self._tr(f"administration.level.{act.needs.lower()}") if act.needs.isupper() else "",
            )
            for act in acts
        ]

    def preview_line(self, preview: RightsPreview) -> str:
        """What rights come to, in a sentence."""
        whole = preview.all
        if not whole.view:
            return self._tr("administration.preview.nothing", of=self._count(whole.of))
        key = "administration.preview.now" if preview.has_hours else "administration.preview.always"
        return self._tr(
            key,
            view=self._count(whole.view),
            of=self._count(whole.of),
            operate=self._count(whole.operate),
            manage=self._count(whole.manage),
            acts=sum(act.reach != "no" for act in preview.acts),
            all_acts=len(preview.acts),
        )

    def key_state(self, key: ApiKey, now: dt.datetime) -> str:
        """Whether it opens anything."""
        if key.revoked_at is not None:
            return self._tr("administration.key_revoked", who=key.revoked_by)
        if key.expires_at <= now:
            return self._tr("administration.key_expired")
        if key.is_stopped:
            return self._tr("administration.key_stopped", who=key.answered_by)
        if key.is_limited:
            may_any = any(not grant.is_deny for grant in key.grants_now)
            return self._tr(f"administration.key_{'limited' if may_any else 'idle'}", who=key.answered_by)
        return self._tr("administration.key_good")

    def key(self, key: ApiKey, rights: str, now: dt.datetime) -> Row:
        """A line of the list of keys."""
        used = self._tr("administration.never") if key.last_used_at is None else day_and_time(key.last_used_at, now)
        return (
            key.name,
            self.key_state(key, now),
            day_text(key.expires_at),
            used,
            rights,
            key.answered_by or key.created_by,
        )

    def link_state(self, one: DeviceConnection) -> str:
        """How its link does."""
        return link_words(one.link.state, self._tr)

    def connection(self, one: DeviceConnection, now: dt.datetime, protocol: str) -> Row:
        """A line of the list of devices; `protocol` as people call it."""
        heard = one.figures.last_heard
        return (
            one.connection.id,
            self.link_state(one),
            protocol,
            number_text(one.assets, self._tr.language),
            self._tr("administration.never")
            if heard is None
            else age(max(0.0, (now - heard).total_seconds()), self._tr),
            spark(one.figures.a_minute),
            "—"
            if one.figures.up_percent is None
            else f"{number_text(round(one.figures.up_percent, 1), self._tr.language)} %",
            told_text(one.link.reason, self._tr),
        )

    def figure(self, figure: HealthFigure, now: dt.datetime) -> Row:
        """A line of the page of health."""
        mark = {"ok": "", "watch": "▲ ", "bad": "■ "}[figure.state]
        return (
            f"{mark}{self._tr(f'administration.figure.{figure.code}', connection=figure.of)}",
            figure.text or self._measured(figure.value, figure.unit) + self._about(figure, now),
            "" if figure.limit is None else self._measured(figure.limit, figure.unit),
            "" if figure.limit is None else self._tr(f"administration.state.{figure.state}"),
        )

    def health_line(self, health: SystemHealth, now: dt.datetime) -> str:
        """Whether all is well, and since when it runs."""
        bad = [figure for figure in health.figures if figure.state != "ok"]
        since = day_and_time(health.started_at, now)
        if health.troubles:
            return "\n".join(
                self._tr("administration.trouble", what=told_text(words, self._tr)) for words in health.troubles
            )
        if bad:
            return self._tr("administration.health_watch", count=len(bad), since=since)
        return self._tr("administration.health_ok", since=since)

    def run(self, run: BackupRun) -> str:
        """What became of a backup."""
        if run.state == "none":
            return self._tr("administration.backup.none")
        detail = f" {told_text(run.detail, self._tr)}" if run.detail else ""
        return self._tr(f"administration.backup.{run.state}", name=run.name, percent=run.percent) + detail

    def size(self, size: int) -> str:
        """Bytes for people."""
        return self._measured(round(size / 1e6, 1), "MB")

    def _about(self, figure: HealthFigure, now: dt.datetime) -> str:
        """Whom it concerns, and when it was last."""
        about = [figure.who] if figure.who else []
        if figure.last_at is not None:
            about.append(self._tr("administration.last_at", at=day_and_time(figure.last_at, now)))
        return f" ({', '.join(about)})" if about else ""

    def _measured(self, value: float | None, unit: str) -> str:
        if value is None:
            return "—"
        named = self._tr("administration.megabytes") if unit == "MB" else unit
        return f"{number_text(value, self._tr.language)} {named}".strip()

    def _part(self, count: int, of: int) -> str:
        if count == 0:
            return "—"
        return self._tr("administration.all") if count == of else self._count(count)

    def _count(self, count: int) -> str:
        return number_text(float(count), self._tr.language)


def link_words(state: LinkState, tr: Texts) -> str:
    """Up, down, paused; a mark beside the word, never colour alone."""
    mark = {"up": "●", "paused": "Ⅱ", "connecting": "…"}.get(state.value, "▲")
    return f"{mark} {tr(f'administration.link.{state.value}')}"


def spark(counts: Sequence[int]) -> str:
    """The last minutes as little bars; nothing where nothing was heard."""
    most = max(counts, default=0)
    if most <= 0:
        return ""
    return "".join(_BARS[min(len(_BARS) - 1, count * len(_BARS) // (most + 1))] if count else " " for count in counts)
