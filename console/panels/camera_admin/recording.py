"""How a camera is recorded: when, which stream, how long it is kept."""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from console.kit.said import said_text
from console.kit.said_by_devices import told_text
from console.panels.camera_admin.page import Asking
from console.store.context import Context
from contract.assets import Asset
from contract.footage import LONGEST_DAYS, CameraRecording, Hours, PlanChange, RecordingMode, RecordingPlan
from widgets.choice_box import choice_box
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel

_GB: Final = 1_000_000_000


class RecordingPage(QObject):
    """The plan of one camera; it may be given to every camera one may configure."""

    def __init__(self, context: Context, asking: Asking) -> None:
        super().__init__()
        self._context = context
        self._asking = asking
        tr = context.texts
        self._camera: Asset | None = None
        self._found: CameraRecording | None = None
        self._widget = QWidget()
        self.mode = choice_box(
            [(tr(f"recording.mode.{one.value}"), one) for one in RecordingMode], tr("recording.when")
        )
        self.stream = choice_box(
            [(tr(f"recording.stream.{one}"), one) for one in ("main", "sub")], tr("recording.which")
        )
        self.since, self.until = QTimeEdit(), QTimeEdit()
        self.days = [QCheckBox(tr(f"recording.day.{number}")) for number in range(7)]
        self.pre_roll = _number(tr("recording.pre_roll"), 0, 60, " s")
        self.post_roll = _number(tr("recording.post_roll"), 1, 600, " s")
        self.kept_days = _number(tr("recording.kept_days"), 1, LONGEST_DAYS, tr("recording.days"))
        self.quota = _number(tr("recording.quota"), 0, 10_000, tr("recording.gigabytes"))
        self.quota.setSpecialValueText(tr("recording.no_quota"))
        self.state = PlainLabel()
        self.state.setWordWrap(True)
        self.disk = PlainLabel()
        self.disk.setProperty("role", "muted")
        self.disk.setWordWrap(True)
        self.keep = QPushButton(tr("recording.keep"))
        self.keep.setIcon(icon("mdi6.content-save-outline", context.palette))
        self.keep.clicked.connect(lambda _checked=False: self._keep())
        self.mode.currentIndexChanged.connect(self._dress)
        self._lay_out()
        self._dress()

    @property
    def widget(self) -> QWidget:
        """The page."""
        return self._widget

    def show_camera(self, camera: Asset | None) -> None:
        """Its plan, asked anew each time."""
        self._camera, self._found = camera, None
        self._dress()
        if camera is not None:
            self._asking.start(self._load(camera), "recording plan")

    def close(self) -> None:
        """Nothing runs."""

    async def _load(self, camera: Asset) -> None:
        cursor: str | None = None
        while True:
            page = await self._context.client.recordings(cursor=cursor)
            found = next((one for one in page.items if one.camera_id == camera.id), None)
            if found is not None or page.next is None:
                break
            cursor = page.next
        if self._camera is not camera:
            return
        self._show(found or CameraRecording(camera_id=camera.id, plan=RecordingPlan()))
        tr = self._context.texts
        sizes = tuple(f"{size / _GB:.0f}" for size in (page.used_bytes, page.free_bytes, page.quota_bytes))
        words = tr("recording.disk", used=sizes[0], free=sizes[1], quota=sizes[2])
        self.disk.setText(" ".join(part for part in (words, told_text(page.trouble, tr)) if part))

    def plan(self) -> RecordingPlan:
        """As it stands in the form."""
        mode = RecordingMode(str(self.mode.currentData()))  # Qt keeps the text of an enumeration only
        hours: tuple[Hours, ...] = ()
        if mode is RecordingMode.SCHEDULE:
            weekdays = tuple(number for number, day in enumerate(self.days) if day.isChecked())
            since, until = self.since.time(), self.until.time()
            hours = (
                Hours(
                    from_minute=since.hour() * 60 + since.minute(),
                    to_minute=until.hour() * 60 + until.minute(),
                    weekdays=weekdays,
                ),
            )
        return RecordingPlan(
            mode=mode,
            stream=str(self.stream.currentData()),
            hours=hours,
            pre_roll_s=self.pre_roll.value(),
            post_roll_s=self.post_roll.value(),
            kept_days=self.kept_days.value(),
            quota_bytes=self.quota.value() * _GB,
        )

    def _keep(self) -> None:
        camera = self._camera
        if camera is not None:
            self._asking.start(self._change(camera, self.plan()), "keep recording plan")

    async def _change(self, camera: Asset, plan: RecordingPlan) -> None:
        await self._context.client.plan_recordings(PlanChange(camera_ids=(camera.id,), plan=plan))
        self._asking.say(self._context.texts("recording.kept"))
        await self._load(camera)

    def _show(self, found: CameraRecording) -> None:
        self._found = found
        plan = found.plan
        self.mode.setCurrentIndex(self.mode.findData(plan.mode))
        self.stream.setCurrentIndex(max(0, self.stream.findData(plan.stream)))
        hours = plan.hours[0] if plan.hours else Hours(from_minute=20 * 60, to_minute=6 * 60)
        for field, minute in ((self.since, hours.from_minute), (self.until, hours.to_minute)):
            field.setTime(field.time().fromMSecsSinceStartOfDay(minute % 1440 * 60_000))
        for number, day in enumerate(self.days):
            day.setChecked(number in hours.weekdays)
        self.pre_roll.setValue(plan.pre_roll_s)
        self.post_roll.setValue(plan.post_roll_s)
        self.kept_days.setValue(plan.kept_days)
        self.quota.setValue(plan.quota_bytes // _GB)
        self._dress()

    def _dress(self, *_ignored: object) -> None:
        tr, found = self._context.texts, self._found
        self._form.setEnabled(found is not None)
        self.keep.setEnabled(found is not None)
        mode = RecordingMode(str(self.mode.currentData()))  # Qt keeps the text of an enumeration only
        is_scheduled, is_event = mode is RecordingMode.SCHEDULE, mode is RecordingMode.EVENT
        for widget in (self.since, self.until, *self.days):
            widget.setEnabled(is_scheduled)
        for widget in (self.pre_roll, self.post_roll):
            widget.setEnabled(is_event)
        if found is None:
            self.state.setText(tr("camera_admin.choose") if self._camera is None else "")
        else:
            words = tr(f"recording.state.{found.state}")
            why = said_text(found.detail_code, found.detail_args, found.detail, tr)
            self.state.setText(f"{words} {why}".strip())

    def _lay_out(self) -> None:
        tr = self._context.texts
        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(TIGHT)
        hours, days = QHBoxLayout(), QHBoxLayout()
        for field in (self.since, self.until):
            field.setDisplayFormat("HH:mm")
            hours.addWidget(field)
        hours.insertWidget(1, PlainLabel("→"))
        hours.addStretch(1)
        for day in self.days:
            days.addWidget(day)
        days.addStretch(1)
        self.since.setAccessibleName(tr("recording.since"))
        self.until.setAccessibleName(tr("recording.until"))
        form.addRow(tr("recording.when"), self.mode)
        form.addRow(tr("recording.which"), self.stream)
        form.addRow(tr("recording.hours"), hours)
        form.addRow("", days)
        for number, key in (
            (self.pre_roll, "recording.pre_roll"),
            (self.post_roll, "recording.post_roll"),
            (self.kept_days, "recording.kept_days"),
            (self.quota, "recording.quota"),
        ):
            form.addRow(tr(key), number)
        row = QHBoxLayout()
        row.addWidget(self.state, 1)
        row.addWidget(self.keep)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self._form)
        nest(column, row)
        column.addStretch(1)
        column.addWidget(self.disk)


def _number(name: str, least: int, most: int, suffix: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setSuffix(suffix)
    box.setAccessibleName(name)
    return box
