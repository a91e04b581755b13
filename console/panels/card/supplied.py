"""The supply side of the card: one claim for everything a cabinet feeds."""

import datetime as dt

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.panels.card.control import claim_form, section
from console.panels.card.supplied_presenter import FedGroup, SuppliedPresenter
from console.store.context import Context
from contract.assets import Asset
from contract.points import Value
from widgets.look import GAP, PAD
from widgets.notice import Notice, Tone


class SuppliedTab:
    """Shown for assets that feed others."""

    def __init__(self, context: Context, presenter: SuppliedPresenter, notice: Notice) -> None:
        self._context = context
        self._presenter = presenter
        self._notice = notice
        self._asset: Asset | None = None
        self._group: FedGroup | None = None
        tr = context.texts
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.form = claim_form(context)
        self.progress = QLabel()
        self.progress.setWordWrap(True)
        self.progress.setProperty("role", "muted")
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(PAD, GAP, PAD, PAD)
        column.setSpacing(GAP)
        column.addWidget(self.summary)
        column.addWidget(section(tr("supplied.new")))
        column.addWidget(self.form)
        column.addWidget(section(tr("command.title")))
        column.addWidget(self.progress)
        column.addStretch(1)
        self.form.claim_requested.connect(self._place)

    @property
    def has_anything(self) -> bool:
        """Whether the asset feeds anything that can be driven."""
        return self._group is not None

    def show_asset(self, asset: Asset) -> None:
        """Turn to another asset."""
        is_other = self._asset is None or self._asset.id != asset.id
        self._asset = asset
        self._group = self._presenter.group(asset)
        if is_other and self._group is not None:
            self.form.clear_reason()
            self.form.show_property(self._group.spec, self._group.spec.maximum)
        self.refresh()

    def refresh(self) -> None:
        """Show how the group and the last claim on it now stand."""
        if self._asset is None or self._group is None:
            return
        self.summary.setText(self._presenter.summary(self._group))
        lines = self._presenter.progress(self._asset)
        self.progress.setText("\n".join(lines) if lines else self._context.texts("command.none"))

    def _place(self, value: Value, reason: str, minutes: int) -> None:
        asset, group = self._asset, self._group
        if asset is None or group is None:
            return
        until = self._context.stores.link.server_now() + dt.timedelta(minutes=minutes) if minutes else None
        self.form.set_busy(True)
        self._context.tasks.start(self._send(asset, group, value, reason, until), name=f"claim supply {asset.code}")

    async def _send(self, asset: Asset, group: FedGroup, value: Value, reason: str, until: dt.datetime | None) -> None:
        answer = await self._presenter.place(asset, group, value, reason, until)
        self.form.set_busy(False)
        if not answer.is_warning:
            self.form.clear_reason()
        self._notice.say(answer.text, Tone.WARNING if answer.is_warning else Tone.PLAIN)
        self.refresh()
