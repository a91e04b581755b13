"""What was agreed on the chosen kind of alarm: its cause, what happens when nobody acts, what to do, and by when."""

from contract.alarm_rules import AlarmSheet
from widgets.texts import Texts


def sheet_text(sheet: AlarmSheet | None, tr: Texts) -> str:
    """One line a field that was agreed; empty while nothing was."""
    if sheet is None:
        return ""
    content, lines = sheet.content, list[str]()
    for name in ("cause", "effect", "response"):
        label = getattr(content, name)
        words = (tr.label(label) or label.fr or label.en).strip()
        if words:
            lines.append(tr("alarms.sheet.line", name=tr(f"alarm_rules.{name}"), words=words))
    if content.respond_within_s is not None:
        within = tr("alarms.sheet.minutes", count=f"{content.respond_within_s / 60:g}")
        lines.append(tr("alarms.sheet.line", name=tr("alarm_rules.respond_short"), words=within))
    if content.displays:
        words = ", ".join(content.displays)
        lines.append(tr("alarms.sheet.line", name=tr("alarm_rules.displays_short"), words=words))
    return "\n".join(lines)
