"""Base maps of the small made-up city: painted tiles, a broken server, a few lines."""

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPainter

from contract.base_maps import BaseMap, BaseMapKind, BaseMapState, FeatureKind, VectorFeatures

_SIDE = 256


def base_maps() -> tuple[BaseMap, ...]:
    """The lowest first."""
    return (
        BaseMap(id="ortho", name="Orthophoto 2024", kind=BaseMapKind.RASTER, attribution="Ville de Dijon", max_zoom=19),
        BaseMap(
            id="ign-plan",
            name="Plan IGN",
            kind=BaseMapKind.RASTER,
            attribution="IGN-F/Géoportail",
            is_remote=True,
            max_zoom=19,
            state=BaseMapState.BROKEN,
            trouble="The server does not answer. What was fetched before is still shown.",
            trouble_code="base_map_silent",
            trouble_args={"host": "data.geopf.fr"},
        ),
        BaseMap(id="tram", name="Lignes de tramway", kind=BaseMapKind.VECTOR, attribution="Divia"),
    )


def tile(z: int, x: int, y: int) -> bytes:
    """A calm pattern with its own address on it, as PNG."""
    image = QImage(_SIDE, _SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("#5b6a55" if (x + y) % 2 else "#64735e"))
    painter = QPainter(image)
    font = QFont()
    font.setPixelSize(14)
    painter.setFont(font)
    painter.setPen(QColor("#9aa893"))
    painter.drawRect(0, 0, _SIDE - 1, _SIDE - 1)
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, f"{z}/{x}/{y}")
    painter.end()
    return png(image)


def png(image: QImage) -> bytes:
    """A picture as a file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def features() -> tuple[VectorFeatures, ...]:
    """Two lines of tramway."""
    lon = np.array([5.00, 5.0415, 5.08, 5.0415, 5.0415], "<f8")
    lat = np.array([47.322, 47.324, 47.318, 47.30, 47.345], "<f8")
    return (
        VectorFeatures(
            name="lignes",
            kind=FeatureKind.STREET,
            lon=lon.tobytes(),
            lat=lat.tobytes(),
            offsets=np.array([0, 3, 5], "<i8").tobytes(),
            names=("T1", "T2"),
            weights=np.array([3.0, np.nan], "<f8").tobytes(),
            attribution="Divia",
        ),
    )
