"""Leaflet as it is carried inside a page: without its pictures and its source map, so that nothing is fetched."""

import re
from importlib import resources

_FETCHING = re.compile(r"[\w-]+\s*:[^;{}]*url\([^)]*\)[^;}]*;?")


def leaflet_js() -> str:
    """The library. Its address of a source map is left out: developer tools would fetch it."""
    return re.sub(r"\n?//# sourceMappingURL=\S*\s*$", "\n", _text("leaflet.js"))


def leaflet_css() -> str:
    """Its style without the declarations that name pictures: marker pins and the layers button, which are not used."""
    return _FETCHING.sub("", _text("leaflet.css"))


def page_part(name: str) -> str:
    """One of the page's own files."""
    return resources.files("exported_maps").joinpath("page", name).read_text("utf-8")


def _text(name: str) -> str:
    return resources.files("resources").joinpath("leaflet", name).read_text("utf-8")
