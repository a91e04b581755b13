"""What an OpenGL renderer would start from: the same number of points drawn by the graphics stack of this machine."""

from __future__ import annotations

import msgspec
import numpy as np
from PySide6.QtGui import QOpenGLFunctions, QSurfaceFormat
from PySide6.QtOpenGL import QOpenGLBuffer, QOpenGLShader, QOpenGLShaderProgram
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QApplication

from bench.city_map import hand
from bench.city_map.child import serve
from bench.city_map.floor import HEIGHT, WIDTH
from bench.city_map.frames import Loop, take

_VERTEX = """
attribute vec2 place; uniform vec2 off; uniform float size;
void main() { gl_Position = vec4(place + off, 0.0, 1.0); gl_PointSize = size; }
"""
_FRAGMENT = "void main() { gl_FragColor = vec4(0.73, 0.64, 0.42, 1.0); }"
_COLOR_BUFFER_BIT, _POINTS, _FLOAT, _RENDERER, _PROGRAM_POINT_SIZE = 0x4000, 0, 0x1406, 0x1F01, 0x8642


class Points(QOpenGLWidget):
    """Points of some pixels, moved by a uniform; no streets, names, icons or states."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = 0
        self.count = 0
        self._off = (0.0, 0.0)
        self._gl: QOpenGLFunctions | None = None
        self._program = QOpenGLShaderProgram(self)
        self._buffer = QOpenGLBuffer(QOpenGLBuffer.Type.VertexBuffer)

    def renderer(self) -> str:
        self.makeCurrent()
        return "none" if self._gl is None else str(self._gl.glGetString(_RENDERER))

    def fill(self, count: int) -> None:
        """Points clustered as in a city that fills the window."""
        places = np.random.default_rng(1).normal(0, 0.35, (count, 2)).astype(np.float32)
        self.makeCurrent()
        self._buffer.bind()
        self._buffer.allocate(places.tobytes(), places.nbytes)
        self._buffer.release()
        self.count = count

    def show_step(self, number: int) -> None:
        at = hand.circle(number)
        self._off = (at.x() / WIDTH, at.y() / HEIGHT)
        self.update()

    def initializeGL(self) -> None:
        self._gl = QOpenGLFunctions(self.context())
        self._program.addShaderFromSourceCode(QOpenGLShader.ShaderTypeBit.Vertex, _VERTEX)
        self._program.addShaderFromSourceCode(QOpenGLShader.ShaderTypeBit.Fragment, _FRAGMENT)
        self._program.link()
        self._buffer.create()

    def paintGL(self) -> None:
        assert self._gl is not None
        self._gl.glEnable(_PROGRAM_POINT_SIZE)
        self._gl.glClearColor(0.13, 0.15, 0.18, 1.0)
        self._gl.glClear(_COLOR_BUFFER_BIT)
        self._program.bind()
        self._buffer.bind()
        place, off, size = (
            self._program.attributeLocation("place"),
            self._program.uniformLocation("off"),
            self._program.uniformLocation("size"),
        )
        self._program.enableAttributeArray(place)
        self._program.setAttributeBuffer(place, _FLOAT, 0, 2)
        self._program.setUniformValue(off, *self._off)
        self._program.setUniformValue1f(size, 6.0)
        self._gl.glDrawArrays(_POINTS, 0, self.count)
        self._buffer.release()
        self._program.release()
        self.painted += 1


def main() -> None:
    """Pan when told to."""
    application = QApplication([])
    swaps_freely = QSurfaceFormat()
    swaps_freely.setSwapInterval(0)
    QSurfaceFormat.setDefaultFormat(swaps_freely)
    points = Points()
    points.setGeometry(0, 0, WIDTH, HEIGHT)
    points.show()
    Loop().run_until(lambda: points.painted > 0)

    def pan(frames: int, count: int) -> object:
        points.fill(count)
        points.raise_()
        Loop().run_for(0.1)
        return msgspec.to_builtins(take(frames, points.show_step, lambda: points.painted))

    serve({"pan": pan, "renderer": points.renderer})
    application.quit()


if __name__ == "__main__":
    main()
