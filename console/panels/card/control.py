"""The control side of the card: the stack of claims, a form for a new one, commands with their states."""

import datetime as dt

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from console.panels.card.presenter import CardPresenter
from console.parts.claim_forms import claim_form
from console.store.context import Context
from contract.assets import Asset, PointSpec
from contract.points import Value
from widgets.claim_stack import ClaimStack
from widgets.look import GAP, PAD
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.quiet_label import section_label
from widgets.reason_form import ReasonForm


class ControlTab:
    """One controllable property at a time."""

    def __init__(self, context: Context, presenter: CardPresenter, notice: Notice) -> None:
        self._context = context
        self._presenter = presenter
        self._notice = notice
        self._asset: Asset | None = None
        self._notes: dict[tuple[int, str, tuple[str, ...]], str] = {}
        self._releasing: str | None = None
        tr = context.texts
        self.properties = QComboBox()
        self.properties.setAccessibleName(tr("claims.property"))
        self.stack = ClaimStack(context.palette, tr)
        self.form = claim_form(context)
        self.release_form = ReasonForm(tr)
        self._commands = PlainLabel()
        self._commands.setWordWrap(True)
        self._commands.setProperty("role", "muted")
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(PAD, GAP, PAD, PAD)
        column.setSpacing(GAP)
        column.addWidget(self.properties)
        column.addWidget(section_label(tr("claims.why")))
        column.addWidget(self.stack)
        column.addWidget(self.release_form)
        column.addWidget(section_label(tr("claims.new")))
        column.addWidget(self.form)
        column.addWidget(section_label(tr("command.title")))
        column.addWidget(self._commands)
        column.addStretch(1)
        self.properties.currentIndexChanged.connect(self._property_changed)
        self.form.claim_requested.connect(self._place)
        self.stack.release_requested.connect(self._ask_release)
        self.release_form.given.connect(self._release)

    @property
    def has_anything(self) -> bool:
        """Whether the asset can be driven at all."""
        return self._asset is not None and bool(self._presenter.controllable(self._asset))

    @property
    def command_text(self) -> str:
        """What is said of the asset's commands."""
        return self._commands.text()

    def show_asset(self, asset: Asset) -> None:
        """Turn to another asset."""
        is_other = self._asset is None or self._asset.id != asset.id
        self._asset = asset
        if not is_other:
            return
        self.release_form.hide()
        specs = self._presenter.controllable(asset)
        self.properties.blockSignals(True)
        self.properties.clear()
        for spec in specs:
            self.properties.addItem(self._context.texts.label(spec.label), spec.name)
        self.properties.blockSignals(False)
        self.properties.setVisible(len(specs) > 1)
        self._property_changed()

    def refresh(self) -> None:
        """Show the claims and commands as they now stand."""
        asset, spec = self._asset, self._spec()
        if asset is None:
            return
        now = self._context.stores.link.server_now()
        lines = self._presenter.command_lines(asset, now)
        self._commands.setText("\n".join(lines) if lines else self._context.texts("command.none"))
        if spec is None:
            return
        claims = self._presenter.claim_lines(asset, spec.name, now)
        key = (asset.id, spec.name, tuple(line.claim_id for line in claims))
        self.stack.show_stack(claims, self._presenter.stack_words(asset, spec.name, self._notes.get(key, "")))
        if key not in self._notes:
            self._notes = {key: ""}
            self._context.tasks.start(self._fetch_note(asset, spec.name, key), name="explain")

    async def _fetch_note(self, asset: Asset, property_: str, key: tuple[int, str, tuple[str, ...]]) -> None:
        note = await self._presenter.note_of(asset, property_)
        if note and key in self._notes:
            self._notes[key] = note
            self.refresh()

    def _spec(self) -> PointSpec | None:
        if self._asset is None:
            return None
        name = self.properties.currentData()
        return next((spec for spec in self._presenter.controllable(self._asset) if spec.name == name), None)

    def _property_changed(self, *_ignored: object) -> None:
        asset, spec = self._asset, self._spec()
        if asset is not None and spec is not None:
            self.form.show_property(spec, self._presenter.reported(asset, spec.name))
        self.refresh()

    def _place(self, value: Value, reason: str, minutes: int) -> None:
        asset, spec = self._asset, self._spec()
        if asset is None or spec is None:
            return
        until = self._context.stores.link.server_now() + dt.timedelta(minutes=minutes) if minutes else None
        self.form.set_busy(True)
        self._context.tasks.start(self._send(asset, spec.name, value, reason, until), name=f"claim {spec.name}")

    async def _send(self, asset: Asset, property_: str, value: Value, reason: str, until: dt.datetime | None) -> None:
        answer = await self._presenter.place(asset, property_, value, reason, until)
        self.form.set_busy(False)
        if not answer.is_warning:
            self.form.clear_reason()
        self._notice.say(answer.text, Tone.WARNING if answer.is_warning else Tone.PLAIN)

    def _ask_release(self, claim_id: str) -> None:
        self._releasing = claim_id
        tr = self._context.texts
        self.release_form.ask(tr("claims.release_title"), tr("claims.release"))

    def _release(self, reason: str, _minutes: int) -> None:
        claim_id, self._releasing = self._releasing, None
        if claim_id is not None:
            self._context.tasks.start(self._send_release(claim_id, reason), name="release claim")

    async def _send_release(self, claim_id: str, reason: str) -> None:
        answer = await self._presenter.release(claim_id, reason)
        self._notice.say(answer.text, Tone.WARNING if answer.is_warning else Tone.PLAIN)
