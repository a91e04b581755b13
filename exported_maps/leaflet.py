"""Leaflet as it is carried inside a page: without its pictures and its source map, so that nothing is fetched."""

import re
from functools import cache
from importlib import resources

_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_FETCHING = re.compile(r"[\w-]+\s*:[^;{}]*url\([^)]*\)[^;}]*;?")


@cache
def leaflet_js() -> str:
    """The library under its licence. Its address of a source map is left out: developer tools would fetch it."""
    code = re.sub(r"\n?//# sourceMappingURL=\S*\s*$", "\n", _text("leaflet.js"))
    return f"/*\n{_text('LICENSE')}*/\n{code}"


@cache
def leaflet_css() -> str:
    """Its style without the declarations that name pictures: marker pins and the layers button, which are not used."""
    return _FETCHING.sub("", _COMMENTS.sub("", _text("leaflet.css")))


@cache
def page_part(name: str) -> str:
    """One of the page's own files."""
    return resources.files("exported_maps").joinpath("page", name).read_text("utf-8")


def _text(name: str) -> str:
    return resources.files("resources").joinpath("leaflet", name).read_text("utf-8")
