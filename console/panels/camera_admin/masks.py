"""The masks of a camera: drawn on its live picture, kept, or lifted for a while under two persons."""

from typing import Final

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.video import NoAddress, PictureState
from console.panels.camera_admin.page import Asking
from console.parts.second_person import SecondPerson
from console.store.context import Context
from contract.api import ViewRequest
from contract.assets import Asset
from contract.masks import LiftRequest, MaskChange, MaskSheet
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.mask_editor import MaskEditor, MaskEditorTexts
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.wrapping_row import WrappingRow

_UNCOVER: Final = "uncover_mask"
_LIFT: Final = "lift_mask"
_LIFT_MINUTES: Final = 30
_PICTURE_HZ: Final = 1
_PICTURE_SIZE: Final = (960, 540)


class MasksPage(QObject):
    """Covering more is kept at once; uncovering anything, and lifting, take a second person."""

    def __init__(self, context: Context, asking: Asking) -> None:
        super().__init__()
        self._context = context
        self._asking = asking
        tr = context.texts
        self._second = SecondPerson(context.client, tr, context.tasks, context.clock, asking.say)
        self._camera: Asset | None = None
        self._sheet: MaskSheet | None = None
        self._tile = f"{id(self):x}.masks"
        self._sequence = -1
        self._why = ""
        self._widget = QWidget()
        texts = MaskEditorTexts(
            name=tr("masks.name"),
            keys=tr("masks.keys"),
            empty=tr("masks.empty"),
            no_picture=tr("masks.no_picture"),
            mask=tr("masks.mask"),
        )
        self.editor = MaskEditor(context.palette, texts)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("masks.reason"))
        self.reason.setAccessibleName(tr("masks.reason"))
        self.reason.setMaxLength(500)
        self.keep = self._button("mdi6.content-save-outline", "masks.keep")
        self.undo = self._button("mdi6.undo", "masks.undo")
        self.remove = self._button("mdi6.delete-outline", "masks.remove")
        self.lift = self._button("mdi6.eye-outline", "masks.lift")
        self.state = PlainLabel()
        self.state.setProperty("role", "muted")
        self.state.setWordWrap(True)
        self._lay_out()
        self.editor.masks_changed.connect(self._dress)
        self.editor.chosen_changed.connect(self._dress)
        self.keep.clicked.connect(lambda _checked=False: self._keep())
        self.undo.clicked.connect(lambda _checked=False: self.editor.undo())
        self.remove.clicked.connect(lambda _checked=False: self.editor.remove_chosen())
        self.lift.clicked.connect(lambda _checked=False: self._lift_or_give_up())
        self._painting: Ticking = context.ticker.frame_clock.subscribe(_PICTURE_HZ, lambda _now: self._paint())
        self._dress()

    @property
    def widget(self) -> QWidget:
        """The page."""
        return self._widget

    @property
    def is_changed(self) -> bool:
        """Whether something was drawn that is not kept."""
        return self._sheet is not None and self.editor.masks != self._sheet.masks

    def show_camera(self, camera: Asset | None) -> None:
        """Its picture and its masks; what was drawn on another and not kept is said to be gone."""
        if camera is not None and self._camera is not None and camera.id == self._camera.id:
            return
        if self.is_changed and self._camera is not None:
            self._asking.say(self._context.texts("masks.dropped", camera=self._camera.name), is_warning=True)
        if self._camera is not None:
            self._context.pictures.close(self._tile)
        self._camera, self._sheet, self._sequence, self._why = camera, None, -1, ""
        self.editor.show_masks(())
        self._dress()
        if camera is not None:
            self._asking.start(self._load(camera), "masks")
            self._context.pictures.open(self._tile, lambda: self._address(camera.id), *_PICTURE_SIZE, self._fares)

    def second_looks_every(self, seconds: float) -> None:
        """How often it is looked whether the second person has agreed."""
        self._second.look_every_s = seconds

    def close(self) -> None:
        """Leave the picture."""
        self._painting.stop()
        if self._camera is not None:
            self._context.pictures.close(self._tile)

    async def _load(self, camera: Asset) -> None:
        sheet = await self._context.client.masks(camera.id)
        if self._camera is camera:
            self._take(sheet)

    def _take(self, sheet: MaskSheet) -> None:
        self._sheet = sheet
        self.editor.show_masks(sheet.masks)
        self._dress()

    async def _address(self, camera_id: int) -> str:
        try:
            return (await self._context.client.view(camera_id, ViewRequest(stream="main"))).url
        except RequestFailed as error:
            raise NoAddress(failure_text(error, self._context.texts)) from error

    def _fares(self, state: PictureState, reason: str) -> None:
        """The editor says itself that there is no picture; beside it stands why, where somebody refuses."""
        self._why = reason if state is PictureState.REFUSED else ""
        self._dress()

    def _paint(self) -> None:
        picture = self._context.pictures.newest(self._tile) if self._camera is not None else None
        if picture is not None and picture.sequence != self._sequence and self._widget.isVisible():
            self._sequence = picture.sequence
            self.editor.show_picture(picture.pixels.copy())

    def _keep(self) -> None:
        camera, sheet = self._camera, self._sheet
        if camera is None or sheet is None or not self.is_changed:
            return
        change = MaskChange(version=sheet.version, masks=self.editor.masks, reason=self.reason.text().strip())
        self._asking.start(self._change(camera, change), "keep masks")

    async def _change(self, camera: Asset, change: MaskChange) -> None:
        tr = self._context.texts
        try:
            sheet = await self._context.client.change_masks(camera.id, change)
        except RequestRefused as error:
            if error.problem is None or not error.problem.type.endswith("approval-refused") or change.approval_id:
                raise
            payload: dict[str, object] = {"camera_id": camera.id, **msgspec.to_builtins(change)}

            async def uncover(approval_id: str) -> None:
                await self._change(camera, msgspec.structs.replace(change, approval_id=approval_id))

            self._second.ask(_UNCOVER, payload, change.reason or tr("masks.uncovers"), uncover)
            return
        self._asking.say(tr("masks.kept"))
        self.reason.clear()
        if self._camera is camera:
            self._take(sheet)

    def _lift_or_give_up(self) -> None:
        camera, sheet = self._camera, self._sheet
        if camera is None or sheet is None:
            return
        if sheet.lift is not None:
            self._asking.start(self._give_up(camera), "masks come back")
            return
        reason = self.reason.text().strip()
        if not reason:
            self._asking.say(self._context.texts("masks.reason_missing"), is_warning=True)
            self.reason.setFocus()
            return

        async def lift(approval_id: str) -> None:
            wish = LiftRequest(reason=reason, approval_id=approval_id, minutes=_LIFT_MINUTES)
            lifted = await self._context.client.lift_masks(camera.id, wish)
            self._asking.say(self._context.texts("masks.lifted", time=clock_time(lifted.until)))
            await self._load(camera)

        agreed: dict[str, object] = {"camera_id": camera.id, "reason": reason, "minutes": _LIFT_MINUTES}
        self._second.ask(_LIFT, agreed, reason, lift)

    async def _give_up(self, camera: Asset) -> None:
        await self._context.client.give_up_lift(camera.id)
        await self._load(camera)

    def _dress(self, *_ignored: object) -> None:
        tr, sheet = self._context.texts, self._sheet
        has_camera = self._camera is not None and sheet is not None
        self.editor.setEnabled(has_camera)
        self.keep.setEnabled(has_camera and self.is_changed)
        self.undo.setEnabled(self.editor.can_undo)
        self.remove.setEnabled(self.editor.chosen is not None)
        is_lifted = sheet is not None and sheet.lift is not None
        self.lift.setEnabled(sheet is not None and (bool(sheet.masks) or is_lifted))
        self.lift.setText(tr("masks.give_up" if is_lifted else "masks.lift"))
        if sheet is None:
            self.state.setText("" if has_camera else tr("camera_admin.choose"))
        elif sheet.lift is not None:
            self.state.setText(tr("masks.lifted", time=clock_time(sheet.lift.until)))
        elif sheet.changed_at is not None:
            day = f"{sheet.changed_at.astimezone():%d/%m/%Y %H:%M}"
            self.state.setText(tr("masks.changed", who=sheet.changed_by, time=day))
        else:
            self.state.setText("")
        if self._why:
            self.state.setText(" ".join(part for part in (self.state.text(), self._why) if part))

    def _button(self, name: str, key: str) -> QPushButton:
        button = QPushButton(self._context.texts(key))
        button.setIcon(icon(name, self._context.palette))
        return button

    def _lay_out(self) -> None:
        acts = WrappingRow(TIGHT)
        for button in (self.undo, self.remove):
            acts.addWidget(button)
        acts.add_gap()
        acts.addWidget(self.lift)
        acts.addWidget(self.keep)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(self.editor, 1)
        column.addWidget(self.state)
        column.addWidget(self.reason)
        nest(column, acts)
