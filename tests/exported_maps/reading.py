"""Reads a page the way a browser would, as far as the tests need."""

import json
from html.parser import HTMLParser
from typing import Any

RUNS = {"script", "style"}


class ReadPage(HTMLParser):
    """Tags, attributes, scripts, styles and the cells of the list of assets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.code: dict[str, list[str]] = {name: [] for name in RUNS}
        self.cells: list[list[str]] = []
        self.text = ""
        self._inside: list[str] = []
        self._in_list = self._in_cell = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        if tag == "table":
            self._in_list = values.get("class") == "assets"
        if tag == "tr" and self._in_list:
            self.cells.append([])
        if tag in {"td", "th"} and self._in_list:
            self.cells[-1].append("")
            self._in_cell = True
        if tag in RUNS:
            self.code[tag].append("")
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in RUNS:
            self._inside.pop()
        if tag in {"td", "th"}:
            self._in_cell = False
        if tag == "table":
            self._in_list = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.code[self._inside[-1]][-1] += data
            return
        self.text += data
        if self._in_list and self._in_cell:
            self.cells[-1][-1] += data

    @property
    def policy(self) -> str:
        """The content security policy."""
        return next(a["content"] for _tag, a in self.tags if a.get("http-equiv") == "Content-Security-Policy")

    @property
    def told(self) -> dict[str, Any]:
        """What the page's script reads."""
        values: dict[str, Any] = json.loads(self.code["script"][0])
        return values
