"""The claim form as panels show it, and one that claims for a whole group."""

import datetime as dt

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.parts.group_claims import Group, GroupClaims
from console.store.context import Context
from contract.points import Value
from widgets.claim_form import ClaimForm
from widgets.look import GAP
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.quiet_label import section_label

_MINUTES = (15, 60, 240, 480, 0)


def claim_form(context: Context) -> ClaimForm:
    """An empty claim form with the durations that operators use."""
    return ClaimForm(context.texts, [(_duration_text(minutes, context), minutes) for minutes in _MINUTES])


class GroupForm:
    """A group's summary, one claim for all of it, and what became of the last one."""

    def __init__(self, context: Context, claims: GroupClaims, notice: Notice, title_key: str) -> None:
        self._context = context
        self._claims = claims
        self._notice = notice
        self._group: Group | None = None
        self._key = ""
        tr = context.texts
        self.summary = PlainLabel()
        self.summary.setWordWrap(True)
        self.form = claim_form(context)
        self.progress = PlainLabel()
        self.progress.setWordWrap(True)
        self.progress.setProperty("role", "muted")
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.summary)
        column.addWidget(section_label(tr(title_key)))
        column.addWidget(self.form)
        column.addWidget(section_label(tr("command.title")))
        column.addWidget(self.progress)
        self.form.claim_requested.connect(self._place)

    @property
    def group(self) -> Group | None:
        """What would be claimed."""
        return self._group

    def show_group(self, key: str, group: Group | None) -> None:
        """Turn to another group; under the same key only its members have changed."""
        is_other = key != self._key or (group is None) != (self._group is None)
        self._key, self._group = key, group
        if is_other and group is not None:
            self.form.clear_reason()
            self.form.show_property(group.spec, group.spec.maximum)
        self.refresh()

    def refresh(self) -> None:
        """Show how the group and the last claim on it now stand."""
        if self._group is None:
            return
        self.summary.setText(self._claims.summary(self._group))
        lines = self._claims.progress(self._key)
        self.progress.setText("\n".join(lines) if lines else self._context.texts("command.none"))

    def _place(self, value: Value, reason: str, minutes: int) -> None:
        if self._group is None:
            return
        until = self._context.stores.link.server_now() + dt.timedelta(minutes=minutes) if minutes else None
        self.form.set_busy(True)
        sending = self._send(self._key, self._group, value, reason, until)
        self._context.tasks.start(sending, name=f"claim for {self._key}")

    async def _send(self, key: str, group: Group, value: Value, reason: str, until: dt.datetime | None) -> None:
        answer = await self._claims.place(key, group, value, reason, until)
        self.form.set_busy(False)
        if not answer.is_warning:
            self.form.clear_reason()
        self._notice.say(answer.text, Tone.WARNING if answer.is_warning else Tone.PLAIN)
        self.refresh()


def _duration_text(minutes: int, context: Context) -> str:
    if not minutes:
        return context.texts("claims.until_released")
    duration = f"{minutes}\u202fmin" if minutes < 60 else f"{minutes // 60}\u202fh"
    return context.texts("form.for", duration=duration)
