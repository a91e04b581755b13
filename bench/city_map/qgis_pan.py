"""The same points as a memory layer of QGIS, rendered by QGIS's own jobs. Runs in the Python that QGIS brings."""
# pyright: reportMissingModuleSource=false
# QGIS lies in another Python than ours, if it is there at all.

from __future__ import annotations

import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsMapRendererCustomPainterJob,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from bench.city_map.child import serve

WIDTH, HEIGHT = 1920, 1080


class Canvas:
    """A picture of the window's size, drawn anew for every step."""

    def __init__(self, path: Path, units: float) -> None:
        places = array("d", path.read_bytes())  # x, y, x, y ... in mercator metres, y northwards
        layer = QgsVectorLayer("Point?crs=EPSG:3857", "city", "memory")
        features: list[QgsFeature] = []
        for at in range(0, len(places), 2):
            feature = QgsFeature()
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(places[at], places[at + 1])))
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        layer.updateExtents()
        symbol = QgsMarkerSymbol.createSimple(
            {"name": "circle", "size": "6", "size_unit": "Pixel", "color": "185,164,106", "outline_style": "no"}
        )
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))
        self._layer = layer
        self._settings = QgsMapSettings()
        self._settings.setLayers([layer])
        self._settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
        self._settings.setOutputSize(QSize(WIDTH, HEIGHT))
        self._settings.setBackgroundColor(QColor(0x20, 0x26, 0x2D))
        self._middle, self._units = layer.extent().center(), units
        self._image = QImage(WIDTH, HEIGHT, QImage.Format_ARGB32_Premultiplied)
        self._at = self._middle.x(), self._middle.y()
        self._paint()
        self._paint_in_parallel()

    def version(self) -> str:
        return str(Qgis.QGIS_VERSION).split("-", 1)[0]

    def coloured(self) -> float:
        """Share of pixels that are not the ground, of every tenth row and column."""
        self._at = self._middle.x(), self._middle.y()
        self._paint()
        spots = [self._image.pixel(x, y) & 0xFFFFFF for x in range(0, WIDTH, 10) for y in range(0, HEIGHT, 10)]
        return sum(spot != 0x20262D for spot in spots) / len(spots)

    def pan(self, steps: list[list[int]]) -> list[float]:
        """Milliseconds a step; of its two kinds of job the one that is quicker here."""
        times: list[float] = []
        self._at = self._middle.x(), self._middle.y()
        for dx, dy in steps:
            self._at = self._at[0] - dx * self._units, self._at[1] + dy * self._units
            times.append(min(self._timed(self._paint), self._timed(self._paint_in_parallel)))
        return times

    def _timed(self, paint: Callable[[], None]) -> float:
        start = time.perf_counter()
        paint()
        return (time.perf_counter() - start) * 1e3

    def _look(self) -> None:
        x, y = self._at
        half_w, half_h = WIDTH / 2 * self._units, HEIGHT / 2 * self._units
        self._settings.setExtent(QgsRectangle(x - half_w, y - half_h, x + half_w, y + half_h))

    def _paint(self) -> None:
        self._look()
        self._image.fill(QColor(0x20, 0x26, 0x2D))
        painter = QPainter(self._image)
        QgsMapRendererCustomPainterJob(self._settings, painter).renderSynchronously()
        painter.end()

    def _paint_in_parallel(self) -> None:
        self._look()
        job = QgsMapRendererParallelJob(self._settings)
        job.start()
        job.waitForFinished()
        job.renderedImage()


def main(path: Path, units: float) -> None:
    """Make the layer, then do what each line says."""
    application = QgsApplication([], False)
    application.initQgis()
    canvas = Canvas(path, units)
    serve({"version": canvas.version, "coloured": canvas.coloured, "pan": canvas.pan})
    del canvas
    application.exitQgis()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
