"""Figures, remedies and back-tests of alarm health as sentences. No Qt."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from console.kit.formats import age
from console.parts.remedy_words import remedy_words
from contract.alarm_flood import FLOOD_BEGINS
from contract.alarm_health import (
    GOOD_RATE,
    SPLIT_MOST,
    SPLIT_TARGET,
    TOP_SHARE,
    BackTest,
    HealthFigures,
    Proposal,
    RemedySetting,
    SetAside,
)
from widgets.alarm_health.values import Figure, Verdict
from widgets.texts import Texts

_MANAGEABLE_RATE: Final = 2.0  # ISA-18.2 clause 16: about one in ten minutes is acceptable, two the most to manage
_OVER_GOOD, _OVER_WATCH = 0.01, 0.05
_TOP_GOOD: Final = 0.05
_TOP: Final = 10
_STALE_WATCH: Final = 5


class HealthWords:
    """Everything the panel and the report say."""

    def __init__(self, tr: Texts) -> None:
        self._tr = tr

    def figures(self, found: HealthFigures, now: dt.datetime) -> Sequence[Figure]:
        """All figures of a period, each beside its target."""
        tr = self._tr
        share = self.share
        figures = [
            self._figure("rate", self.number(found.per_window), _grade(found.per_window, GOOD_RATE, _MANAGEABLE_RATE)),
            self._figure("peak", str(found.peak), _grade(found.peak, FLOOD_BEGINS, FLOOD_BEGINS)),
            self._figure("over", share(found.over_share), _grade(found.over_share, _OVER_GOOD, _OVER_WATCH)),
            self._figure("floods", str(found.floods), Verdict.POOR if found.floods else Verdict.GOOD,
                         tr("health.floods.hint", minutes=found.flood_windows * 10)),
            self._figure("top", share(found.top_share), _top_verdict(found)),
            self._figure("chattering", str(found.chattering), Verdict.POOR if found.chattering else Verdict.GOOD,
                         tr("health.chattering.hint", count=found.chatter_episodes)),
            self._figure("fleeting", str(found.fleeting), Verdict.WATCH if found.fleeting else Verdict.GOOD),
        ]  # fmt: skip
        if found.stale is not None:
            verdict = Verdict.GOOD if not found.stale else _grade(found.stale, 0, _STALE_WATCH)
            figures.append(self._figure("stale", str(found.stale), verdict))
        figures += [self._set_aside(item, now) for item in found.set_aside]
        return figures

    def split(self, found: HealthFigures) -> Sequence[tuple[int, int, str, str, Verdict]]:
        """By priority: the number, how many, their share, the target, and how they stand to each other."""
        total = sum(found.priorities)
        lines: list[tuple[int, int, str, str, Verdict]] = []
        for priority, count in enumerate(found.priorities, 1):
            share = count / total if total else 0.0
            key = "health.split.under" if priority == 1 else "health.split.about"
            target = self._tr(key, share=self.share(SPLIT_TARGET[priority - 1]))
            verdict = (
                Verdict.NONE if not total else _grade(share, SPLIT_MOST[priority - 1], SPLIT_MOST[priority - 1] * 2)
            )
            lines.append((priority, count, self.share(share) if total else "—", target, verdict))
        return lines

    def remedy(self, setting: RemedySetting, was: float | None = None) -> str:
        """What would be changed, in words."""
        return remedy_words(setting, self._tr, was)

    def test(self, test: BackTest) -> str:
        """What it would have done."""
        tr = self._tr
        if test.lowered:
            return tr("health.test.lowered", lowered=test.lowered, came=test.came)
        words = tr("health.test.removed", removed=test.removed, came=test.came, hidden=test.hidden)
        if test.delayed_s:
            words += tr("health.test.delayed", delay=age(test.delayed_s, tr))
        return words

    def verdict(self, proposal: Proposal) -> Verdict:
        """Whether it may be done without a second thought."""
        if proposal.test.hidden:
            return Verdict.POOR
        return Verdict.GOOD if proposal.is_best else Verdict.NONE

    def seconds(self, seconds: float | None) -> str:
        """How long an answer took."""
        return "—" if seconds is None else age(seconds, self._tr)

    def share(self, share: float) -> str:
        """In percent, with a digit behind the point where it is small."""
        percent = share * 100
        digits = 1 if 0 < percent < 10 and round(percent, 1) != round(percent) else 0
        return f"{self.number(percent, digits)} %" if self._tr.language == "fr" else f"{self.number(percent, digits)}%"

    def number(self, value: float, digits: int = 2) -> str:
        """A number as the language writes it."""
        text = f"{value:.{digits}f}"
        return text.replace(".", ",") if self._tr.language == "fr" else text

    def _figure(self, name: str, value: str, verdict: Verdict, hint: str = "") -> Figure:
        tr = self._tr
        told = tr(f"health.{name}.told")
        return Figure(tr(f"health.{name}"), value, tr(f"health.{name}.target"), verdict, f"{told} {hint}".strip())

    def _set_aside(self, item: SetAside, now: dt.datetime) -> Figure:
        tr = self._tr
        target = tr("health.set_aside.none")
        if item.oldest_since is not None:
            target = tr("health.set_aside.oldest", age=age((now - item.oldest_since).total_seconds(), tr))
        verdict = Verdict.WATCH if item.over_a_day else Verdict.NONE
        return Figure(tr(f"health.{item.how}"), str(item.count), target, verdict, tr("health.set_aside.told"))


def _top_verdict(found: HealthFigures) -> Verdict:
    """Ten sources and fewer are always all of them: that says nothing."""
    return Verdict.NONE if found.sources <= _TOP else _grade(found.top_share, _TOP_GOOD, TOP_SHARE)


def _grade(value: float, good: float, watch: float) -> Verdict:
    if value <= good:
        return Verdict.GOOD
    return Verdict.WATCH if value <= watch else Verdict.POOR
