"""The report as a PDF, and the figures as a table for spreadsheets."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice

from console.panels.alarm_health.presenter import HealthPresenter, HealthView
from console.panels.alarm_health.report import report_html, report_title, verdict_word
from contract.alarm_health import RemedyApplied
from contract.spreadsheets import harmless
from widgets.alarm_health.trend import HealthTrend
from widgets.look import load_palette
from widgets.printed_page import write_pdf
from widgets.texts import Texts

_PICTURE: Final = (880, 220)


def print_report(
    view: HealthView,
    applied: Sequence[RemedyApplied],
    presenter: HealthPresenter,
    tr: Texts,
    now: dt.datetime,
    file: Path,
    *,
    mark: str = "",
) -> bool:
    """False where it cannot be written; nothing is left then."""
    html = report_html(view, applied, presenter, tr, now, _trend_png(view, presenter, tr))
    return write_pdf(html, file, report_title(view, presenter, tr), mark=mark)


def csv_bytes(view: HealthView, presenter: HealthPresenter, tr: Texts, now: dt.datetime, *, mark: str = "") -> bytes:
    """UTF-8 with its mark; semicolons in French, as spreadsheets there expect."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if tr.language == "fr" else ",", lineterminator="\r\n")

    def put(*cells: object) -> None:
        writer.writerow([harmless(str(cell)) for cell in cells])

    if mark:
        put(mark)
    put(report_title(view, presenter, tr))
    for figure in presenter.words.figures(view.answer.figures, now):
        put(figure.title, figure.value, figure.target, verdict_word(figure.verdict, tr))
    put()
    split, answers = presenter.words.split(view.answer.figures), view.answer.figures.answers
    put(*(tr(f"health.split.{name}") for name in ("priority", "count", "share", "target", "p50", "p95")))
    for (number, count, share, target, _verdict), times in zip(split, answers, strict=True):
        put(f"P{number}", count, share, target, _number(times.p50_s), _number(times.p95_s))
    put()
    put(*(tr(f"health.column.{name}") for name in ("where", "what", "priority", "count", "share", "habits")))
    for line in presenter.actors(view):
        put(line.where, line.what, line.priority or "", line.times, line.share, line.habits)
    put()
    put(tr("health.report.head.when"), "P1", "P2", "P3", "P4", tr("health.report.head.flood"))
    for window in view.answer.trend:
        at = dt.datetime.fromtimestamp(window.at_s, dt.UTC).astimezone()
        put(at.isoformat(timespec="minutes"), window.p1, window.p2, window.p3, window.p4, int(window.is_flood))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _trend_png(view: HealthView, presenter: HealthPresenter, tr: Texts) -> bytes:
    trend = HealthTrend(load_palette("light"), "", tr("health.flood"))
    trend.title.hide()
    trend.resize(*_PICTURE)
    trend.plot.setFixedHeight(_PICTURE[1])
    trend.plot.setBackground("#FFFFFF")
    trend.show_bars(*presenter.course(view))
    if not trend.has_bars:
        trend.deleteLater()
        return b""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    trend.grab().save(buffer, "PNG")
    trend.deleteLater()
    return bytes(content.data())


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
