"""The report of a shift as a page: the same words on the screen and on paper. No Qt."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from console.kit.formats import UNKNOWN_VALUE, clock_time
from console.kit.ports import Catalogue
from console.store.alarm_notes import cause_text
from console.store.wording import alarm_text, point_text
from contract.alarms import Alarm, Priority
from contract.handover import Handover, HandoverAlarm, HandoverReport, Signature, SinceYouLeft
from widgets.texts import Texts, pair

_MOST_CAME: Final = 40
_NARROW: Final = ' width="6%"'
_Row = Callable[[HandoverAlarm], Sequence[str]]


@dataclass(frozen=True)
class PageLook:
    """Colours as #RRGGBB."""

    text: str
    muted: str
    line: str
    head: str
    warning: str


PAPER: Final = PageLook(text="#000000", muted="#444444", line="#999999", head="#EEEEEE", warning="#A00000")


class ReportPage:
    """Writes HTML of what Qt can show. Whatever people or devices wrote is text, never markup."""

    def __init__(self, catalogue: Catalogue, tr: Texts, look: PageLook, zone: dt.tzinfo | None = None) -> None:
        self._catalogue = catalogue
        self._tr = tr
        self._look = look
        self._zone = zone

    def whole(self, handover: Handover) -> str:
        """The page of a handover."""
        tr, report = self._tr, handover.report
        parts = [self._head(handover)]
        if report.remarks:
            parts += [self._title("remarks"), f"<p>{_lines(report.remarks)}</p>"]
        parts.append(self._alarms("open", report.open, report.open_total, self._open_row))
        parts.append(self._alarms("shelved", report.shelved, report.shelved_total, self._shelved_row))
        parts.append(self._suppressed(report))
        parts.append(self._alarms("out", report.out_of_service, report.out_of_service_total, self._out_row))
        parts.append(self._overrides(report))
        notes = [(self._at(note.at), escape(note.author), _lines(note.text)) for note in report.notes]
        parts.append(self._table("notes", ("when", "who", "text"), notes, len(notes)))
        parts.append(self.since(report.shift, "shift"))
        if report.since_you_left is not None:
            parts.append(self.since(report.since_you_left, "left"))
        parts.append(self._signatures(handover))
        parts.append(self._muted(f"{tr('handover.hash')} {escape(handover.hash)}"))
        return self._page(parts)

    def alone(self, told: SinceYouLeft) -> str:
        """The page of what happened since one left."""
        return self._page([self.since(told, "left")])

    def since(self, told: SinceYouLeft, key: str) -> str:
        """What happened since a time."""
        tr = self._tr
        raised = ", ".join(pair(f"P{int(priority)}", str(told.raised.get(priority, 0)), tr) for priority in Priority)
        counts = tr(
            "handover.counts",
            raised=raised,
            acknowledged=told.acknowledged,
            shelved=told.shelved,
            refused=told.acts_refused,
        )
        words = f"<p>{escape(counts)}</p>"
        if not told.is_complete:
            words += self._muted(escape(tr("handover.incomplete")))
        rows = [
            (
                self._priority(row.alarm),
                self._at(row.last_at),
                self._what(row.alarm),
                self._where(row.alarm),
                f"×{row.raised_count}",
                escape(tr("handover.still") if row.alarm.is_active else tr("handover.gone")),
            )
            for row in told.alarms[:_MOST_CAME]
        ]
        title = self._heading(tr(f"handover.part.{key}", who=told.user, since=self._at(told.since)))
        columns = ("priority", "last", "what", "where", "times", "now")
        return title + words + (self._rows(columns, rows, told.alarm_total) if rows else "")

    def _head(self, handover: Handover) -> str:
        tr, report = self._tr, handover.report
        scope = tr("handover.all_he_sees")
        if report.communes is not None:
            known = self._catalogue.communes
            scope = ", ".join(known[code].name if code in known else code for code in report.communes)
        lines = [
            tr("handover.drawn", time=self._at(report.drawn_at), who=report.outgoing_name or report.outgoing),
            tr("handover.scope", scope=scope),
            tr(f"handover.state.{handover.state.value}"),
        ]
        title = f"<h2>{escape(tr('handover.of_seat', seat=report.seat))}</h2>"
        warning = "" if handover.is_intact else self._warning(tr("handover.not_intact"))
        return title + warning + "".join(f"<div>{escape(line)}</div>" for line in lines)

    def _open_row(self, item: HandoverAlarm) -> Sequence[str]:
        alarm = item.alarm
        return (
            self._priority(alarm),
            self._at(alarm.raised_at),
            self._what(alarm) + self._comments(item),
            self._where(alarm),
            escape(self._state(alarm)),
            escape(alarm.assigned_to or UNKNOWN_VALUE),
        )

    def _shelved_row(self, item: HandoverAlarm) -> Sequence[str]:
        alarm = item.alarm
        return (
            self._priority(alarm),
            self._at(alarm.shelved_until),
            self._what(alarm) + self._comments(item),
            self._where(alarm),
            escape(alarm.set_aside_by or UNKNOWN_VALUE),
            escape(alarm.set_aside_reason or UNKNOWN_VALUE),
        )

    def _out_row(self, item: HandoverAlarm) -> Sequence[str]:
        alarm = item.alarm
        return (
            self._priority(alarm),
            self._at(alarm.changed_at),
            self._what(alarm) + self._comments(item),
            self._where(alarm),
            escape(alarm.set_aside_by or UNKNOWN_VALUE),
            escape(alarm.set_aside_reason or UNKNOWN_VALUE),
        )

    def _alarms(self, key: str, items: Sequence[HandoverAlarm], total: int, row: _Row) -> str:
        return self._table(key, _COLUMNS[key], [row(item) for item in items], total)

    def _suppressed(self, report: HandoverReport) -> str:
        rows = [
            (
                escape(cause_text(group.rule, self._catalogue, self._tr)),
                UNKNOWN_VALUE if group.root is None else f"{self._what(group.root)}, {self._where(group.root)}",
                str(group.count),
            )
            for group in report.suppressed
        ]
        title = self._heading(f"{self._tr('handover.part.suppressed')} ({report.suppressed_total})")
        if not rows:
            return title + self._muted(escape(self._tr("handover.none")))
        return title + self._rows(("rule", "root", "count"), rows, len(rows))

    def _overrides(self, report: HandoverReport) -> str:
        rows: list[Sequence[str]] = []
        for item in report.overrides:
            claim = item.claim
            rows.append(
                (
                    escape(item.asset_name or item.asset_code),
                    f"{escape(point_text(self._catalogue, '', claim.property, self._tr))} = {escape(str(claim.value))}",
                    escape(claim.owner),
                    self._at(claim.placed_at),
                    self._at(claim.expires_at) if claim.expires_at else escape(self._tr("handover.no_end")),
                    escape(claim.reason),
                )
            )
        columns = ("where", "value", "who", "since", "until", "reason")
        return self._table("overrides", columns, rows, report.overrides_total)

    def _signatures(self, handover: Handover) -> str:
        rows = [
            (escape(self._tr(f"handover.signer.{key}")), *self._signature(signature))
            for key, signature in (("outgoing", handover.outgoing), ("incoming", handover.incoming))
        ]
        return self._heading(self._tr("handover.part.signatures")) + self._rows(("role", "who", "when", "how"), rows, 2)

    def _signature(self, signature: Signature | None) -> Sequence[str]:
        if signature is None:
            return (UNKNOWN_VALUE, UNKNOWN_VALUE, escape(self._tr("handover.unsigned")))
        how = self._tr("handover.by_password" if signature.by_password else "handover.by_login")
        name = signature.display_name or signature.user
        return (f"<b>{escape(name)}</b> ({escape(signature.user)})", self._at(signature.at), escape(how))

    def _table(self, key: str, columns: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> str:
        title = self._heading(f"{self._tr(f'handover.part.{key}')} ({total})")
        return title + (self._rows(columns, rows, total) if rows else self._muted(escape(self._tr("handover.none"))))

    def _rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> str:
        look = self._look
        head = "".join(
            f'<th align="left" bgcolor="{look.head}"{_NARROW if name == "priority" else ""}>'
            f"{escape(self._tr(f'handover.column.{name}'))}</th>"
            for name in columns
        )
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        table = (
            f'<table width="100%" cellspacing="0" cellpadding="4" border="1" style="border-collapse: collapse; '
            f'border-color: {look.line};"><tr>{head}</tr>{body}</table>'
        )
        more = total - len(rows)
        return table + (self._muted(escape(self._tr("handover.more", count=more))) if more > 0 else "")

    def _comments(self, item: HandoverAlarm) -> str:
        return "".join(
            self._muted(pair(f"{escape(comment.author)}, {self._at(comment.at)}", _lines(comment.text), self._tr))
            for comment in item.comments
        )

    def _state(self, alarm: Alarm) -> str:
        if alarm.acknowledged_by:
            return self._tr("alarms.state.acked_by", who=alarm.acknowledged_by)
        return self._tr(f"alarms.state.{alarm.shown.name.lower()}")

    def _what(self, alarm: Alarm) -> str:
        folded = f" +{alarm.folded_count}" if alarm.folded_count else ""
        return escape(alarm_text(self._catalogue, alarm, self._tr)) + folded

    def _where(self, alarm: Alarm) -> str:
        return escape(alarm.asset_name or alarm.asset_code)

    def _priority(self, alarm: Alarm) -> str:
        return f"<b>P{int(alarm.priority)}</b>"

    def _at(self, at: dt.datetime | None) -> str:
        if at is None:
            return UNKNOWN_VALUE
        return f"{at.astimezone(self._zone):%d/%m} {clock_time(at, self._zone)}"

    def _title(self, key: str) -> str:
        return self._heading(self._tr(f"handover.part.{key}"))

    def _heading(self, words: str) -> str:
        return f"<h3>{escape(words)}</h3>"

    def _muted(self, markup: str) -> str:
        return f'<div style="color: {self._look.muted};">{markup}</div>'

    def _warning(self, words: str) -> str:
        return f'<p style="color: {self._look.warning};"><b>{escape(words)}</b></p>'

    def _page(self, parts: Iterable[str]) -> str:
        cells = f"td, th {{ border-style: solid; border-width: 1px; border-color: {self._look.line}; }}"
        head = f"<html><head><style>{cells}</style></head>"
        return f'{head}<body style="color: {self._look.text};">{"".join(parts)}</body></html>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


_COLUMNS: Final = {
    "open": ("priority", "since", "what", "where", "state", "assigned"),
    "shelved": ("priority", "until", "what", "where", "who", "reason"),
    "out": ("priority", "since", "what", "where", "who", "order"),
}
