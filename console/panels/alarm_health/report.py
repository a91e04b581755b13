"""The report of alarm health as a page for paper: figures, trend, bad actors, changes made. No Qt."""

import base64
import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Final

from console.panels.alarm_health.presenter import HealthPresenter, HealthView
from contract.alarm_health import RemedyApplied
from widgets.alarm_health.values import Verdict
from widgets.texts import Texts

_MARKS: Final = {Verdict.GOOD: "✓", Verdict.WATCH: "!", Verdict.POOR: "✗", Verdict.NONE: ""}
_PICTURE_PX: Final = 660


def report_html(
    view: HealthView,
    applied: Sequence[RemedyApplied],
    presenter: HealthPresenter,
    tr: Texts,
    now: dt.datetime,
    picture: bytes,
) -> str:
    """HTML of what Qt can show; `picture` is a PNG of the trend. Whatever people wrote is text, never markup."""
    words, answer = presenter.words, view.answer
    drawn = tr("health.report.drawn", at=f"{now.astimezone():%d/%m/%Y %H:%M}")
    parts = [
        f'<h1 style="font-size: 16pt">{escape(report_title(view, presenter, tr))}</h1>',
        f"<p>{escape(drawn)} {escape(presenter.state(view))}</p>",
    ]
    figures = [
        (figure.title, figure.value, figure.target, f"{_MARKS[figure.verdict]} {verdict_word(figure.verdict, tr)}")
        for figure in words.figures(answer.figures, now)
    ]
    parts.append(_table(tr("health.report.figures"), _heads(tr, "figure", "value", "target", "verdict"), figures))
    split = [
        (f"P{number}", str(count), share, target, f"{_MARKS[verdict]} {verdict_word(verdict, tr)}",
         words.seconds(times.p50_s), words.seconds(times.p95_s))
        for (number, count, share, target, verdict), times in zip(
            words.split(answer.figures), answer.figures.answers, strict=True
        )
    ]  # fmt: skip
    heads = [tr(f"health.split.{name}") for name in ("priority", "count", "share", "target", "verdict", "p50", "p95")]
    parts.append(_table(tr("health.split"), heads, split))
    parts.append(f"<h2>{escape(presenter.course(view).title)}</h2>")
    if picture:
        encoded = base64.b64encode(picture).decode()
        parts.append(f'<p><img width="{_PICTURE_PX}" src="data:image/png;base64,{encoded}"/></p>')
    parts.append(_days(view, presenter, tr))
    actors = [
        (line.where, line.what, "" if line.priority is None else f"P{line.priority}", str(line.times), line.share,
         line.habits)
        for line in presenter.actors(view)
    ]  # fmt: skip
    heads = [tr(f"health.column.{name}") for name in ("where", "what", "priority", "count", "share", "habits")]
    title = tr("health.actors", share=words.share(view.actors.share))
    parts.append(_table(title, heads, actors) if actors else _nothing(title, tr("health.actors.empty")))
    changes = [
        (f"{item.at.astimezone():%d/%m %H:%M}", presenter.kind_words(item), words.remedy(item.setting),
         "—" if item.test is None else words.test(item.test), f"{item.by}, {item.approved_by}", item.reason)
        for item in applied
    ]  # fmt: skip
    title = tr("health.report.changes")
    heads = _heads(tr, "when", "where", "change", "test", "who", "reason")
    parts.append(_table(title, heads, changes) if changes else _nothing(title, tr("health.report.unchanged")))
    parts.append(f"<p><i>{escape(tr('health.report.method'))}</i></p>")
    return "".join(parts)


def report_title(view: HealthView, presenter: HealthPresenter, tr: Texts) -> str:
    """What the report is of."""
    return tr(
        "health.report.title",
        seat=presenter.seat_name(view.seat),
        since=f"{view.days.since:%d/%m/%Y}",
        until=f"{view.days.until:%d/%m/%Y}",
    )


def _days(view: HealthView, presenter: HealthPresenter, tr: Texts) -> str:
    words = presenter.words
    rows = [
        (f"{day.day:%d/%m}", str(day.annunciated), words.number(day.per_window), str(day.peak),
         words.share(day.over_share), str(day.flood_windows * 10), words.share(day.top_share), str(day.chattering),
         str(day.fleeting), "—" if day.stale is None else str(day.stale), words.seconds(day.p95_s))
        for day in view.answer.days
    ]  # fmt: skip
    heads = _heads(tr, "day", "came", "rate", "peak", "over", "flood", "top", "chatter", "fleeting", "stale", "p95")
    return _table(tr("health.report.days"), heads, rows) if rows else ""


def _heads(tr: Texts, *names: str) -> list[str]:
    return [tr(f"health.report.head.{name}") for name in names]


def verdict_word(verdict: Verdict, tr: Texts) -> str:
    """How good, in a word; nothing for a fact without a target."""
    return "" if verdict is Verdict.NONE else tr(f"health.verdict.{verdict.value}")


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th align="left" bgcolor="#EEEEEE">{escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return (
        f'<h2>{escape(title)}</h2><table width="100%" border="1" cellspacing="0" cellpadding="3"'
        f' style="border-collapse: collapse; border-color: #999999">'
        f"<thead><tr>{head}</tr></thead>{body}</table>"
    )


def _nothing(title: str, text: str) -> str:
    return f"<h2>{escape(title)}</h2><p>{escape(text)}</p>"
