"""What a camera says of itself, asked at this moment; its presets stored, called and forgotten."""

import uuid
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.kit.formats import number_text
from console.kit.said_by_devices import told_text
from console.panels.camera_admin.page import Asking
from console.store.context import Context
from contract.api import CommandRequest
from contract.assets import Asset
from contract.cameras import CameraDetails
from contract.points import Value
from widgets.look import GAP, PAD, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label

_DEADLINE_S = 8.0
_TOKEN_ROLE = int(Qt.ItemDataRole.UserRole)


class DetailsPage(QObject):
    """Maker, streams, clock, picture settings; presets and tours where the head has any."""

    def __init__(self, context: Context, asking: Asking) -> None:
        super().__init__()
        self._context = context
        self._asking = asking
        tr = context.texts
        self._camera: Asset | None = None
        self._widget = QWidget()
        self._host = QVBoxLayout()
        self._shown = QWidget()
        self.presets = QListWidget()
        self.presets.setAccessibleName(tr("camera_details.presets"))
        self.name = QLineEdit()
        self.name.setMaxLength(64)
        self.name.setPlaceholderText(tr("camera_details.preset_name"))
        self.name.setAccessibleName(tr("camera_details.preset_name"))
        self.go = QPushButton(tr("camera_details.go"))
        self.save = QPushButton(tr("camera_details.save"))
        self.forget = QPushButton(tr("camera_details.forget"))
        self.again = QPushButton(tr("camera_details.again"))
        self.go.clicked.connect(lambda _checked=False: self._go_there())
        self.forget.clicked.connect(lambda _checked=False: self._act("ptz_preset_remove", preset=self._token()))
        self.save.clicked.connect(lambda _checked=False: self._act("ptz_preset_set", name=self.name.text().strip()))
        self.again.clicked.connect(lambda _checked=False: self.show_camera(self._camera))
        self.presets.itemActivated.connect(self._go_there)
        self.presets.itemSelectionChanged.connect(self._dress)
        self.name.textChanged.connect(self._dress)
        self._lay_out()
        self._dress()

    @property
    def widget(self) -> QWidget:
        """The page."""
        return self._widget

    def show_camera(self, camera: Asset | None) -> None:
        """Ask it anew."""
        self._camera = camera
        self.presets.clear()
        self._show([("", self._context.texts("camera_admin.choose"))] if camera is None else [])
        self._dress()
        if camera is not None:
            self._asking.start(self._load(camera), "camera details")

    def close(self) -> None:
        """Nothing runs."""

    async def _load(self, camera: Asset) -> None:
        details = await self._context.client.camera_details(camera.id)
        if self._camera is camera:
            self._show(self._words(details))
            self.presets.clear()
            for preset in details.presets:
                item = QListWidgetItem(preset.name)
                item.setData(_TOKEN_ROLE, preset.token)
                self.presets.addItem(item)
            self._ptz.setVisible(details.has_ptz)
            self._dress()

    def _named(self, kind: str, word: str) -> str:
        """A camera's own word by the name that people give it; one that nobody foresaw as it is."""
        key = f"camera_details.{kind}.{word.lower()}"
        return self._context.texts(key) if self._context.texts.has(key) else word

    def _words(self, details: CameraDetails) -> Sequence[tuple[str, str]]:
        tr, language = self._context.texts, self._context.texts.language
        found = [
            (tr("camera_details.model"), f"{details.manufacturer} {details.model} ({details.firmware})"),
            (tr("camera_details.serial"), details.serial),
        ]
        if details.clock_offset_s is not None:
            found.append((tr("camera_details.clock"), f"{number_text(details.clock_offset_s, language)} s"))
        for stream in details.streams:
            size = f"{stream.codec} {stream.width} × {stream.height}"
            rate = number_text(stream.pictures_per_second, language), number_text(stream.kilobits_per_second, language)
            words = tr("camera_details.rate", size=size, pictures=rate[0], kilobits=rate[1])
            found.append((self._named("stream", stream.name), words))
        if details.imaging is not None:
            settings = {name: getattr(details.imaging, name) for name in details.imaging.__struct_fields__}
            told = [
                f"{tr(f'camera_details.imaging.{name}')} "
                + (number_text(value, language) if isinstance(value, float | int) else self._named("mode", value))
                for name, value in settings.items()
                if value not in {None, ""}
            ]
            found.append((tr("camera_details.picture"), ", ".join(told)))
        for tour in details.tours:
            state = f" ({self._named('tour_state', tour.state)})" if tour.state else ""
            found.append((tr("camera_details.tour"), f"{tour.name}{state}"))
        events = tr("camera_details.yes" if details.has_events else "camera_details.no")
        found.append((tr("camera_details.events"), events))
        found.extend((tr("camera_details.missing"), told_text(words, tr)) for words in details.missing)
        return found

    def _show(self, lines: Sequence[tuple[str, str]]) -> None:
        fresh = QWidget()
        form = QFormLayout(fresh)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(PAD)
        for name, value in lines:
            form.addRow(quiet_label(name), _told(value))
        self._host.replaceWidget(self._shown, fresh)
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = fresh

    def _go_there(self) -> None:
        self._act("ptz_preset", preset=self._token())

    def _token(self) -> str:
        chosen = self.presets.selectedItems()
        return str(chosen[0].data(_TOKEN_ROLE)) if chosen else ""

    def _act(self, action: str, **arguments: Value) -> None:
        camera = self._camera
        if camera is None or not all(arguments.values()):
            return
        request = CommandRequest(
            id=str(uuid.uuid4()),
            asset_id=camera.id,
            action=action,
            arguments=arguments,
            deadline_s=_DEADLINE_S,
        )

        async def act() -> None:
            await self._context.client.submit(request)
            if action != "ptz_preset":
                self.name.clear()
                await self._load(camera)

        self._asking.start(act(), action)

    def _dress(self) -> None:
        has_token = bool(self._token())
        self.go.setEnabled(has_token)
        self.forget.setEnabled(has_token)
        self.save.setEnabled(self._camera is not None and bool(self.name.text().strip()))
        self.again.setEnabled(self._camera is not None)

    def _lay_out(self) -> None:
        self._ptz = QWidget()
        row = QHBoxLayout()
        for widget in (self.go, self.forget, self.name, self.save):
            row.addWidget(widget)
        ptz = QVBoxLayout(self._ptz)
        ptz.setContentsMargins(0, 0, 0, 0)
        ptz.setSpacing(TIGHT)
        ptz.addWidget(PlainLabel(self._context.texts("camera_details.presets")))
        ptz.addWidget(self.presets)
        nest(ptz, row)
        self._ptz.hide()
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        self._host.addWidget(self._shown)
        nest(column, self._host)
        column.addWidget(self._ptz, 1)
        column.addStretch(1)
        column.addWidget(self.again)


def _told(words: str) -> QLabel:
    label = PlainLabel(words)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
