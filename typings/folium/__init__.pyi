from typing import Any

from branca.element import Element, Figure

class Map(Element):
    default_js: list[tuple[str, str]]
    default_css: list[tuple[str, str]]
    def __init__(
        self,
        location: tuple[float, float] | None = ...,
        *,
        tiles: str | None = ...,
        zoom_start: int = ...,
        zoom_control: bool | str = ...,
        control_scale: bool = ...,
        prefer_canvas: bool = ...,
        **options: object,
    ) -> None: ...
    def get_root(self) -> Figure: ...

class GeoJson(Element):
    default_js: list[tuple[str, str]]
    default_css: list[tuple[str, str]]
    def __init__(self, data: dict[str, Any], **options: object) -> None: ...
