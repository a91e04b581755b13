"""From Markdown to pages: every page keeps its place, so that a link means the same here and in the browser."""

import re
import shutil
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

_TOPS: Final = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE")
_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
img { max-width: 100%; border: 1px solid #8886 } pre { overflow-x: auto; padding: .8rem; background: #8881 }
code { background: #8881; padding: 0 .2em } pre code { padding: 0; background: none }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border: 1px solid #8886; padding: .3em .6em; text-align: left }
nav { border-bottom: 1px solid #8886; padding-bottom: .5rem } a { color: #3b7db0 }
@media print { nav { display: none } }
"""


class Page(NamedTuple):
    """One Markdown file."""

    path: Path  # from the top of the repository
    title: str
    body: str
    anchors: frozenset[str]
    links: tuple[str, ...]


def pages_of(root: Path) -> Sequence[Page]:
    """Every page there is to read."""
    files = [root / name for name in _TOPS if name.endswith(".md")] + sorted((root / "docs").rglob("*.md"))
    return [_page(file.relative_to(root), file.read_text("utf-8")) for file in files if file.exists()]


def dead_links(root: Path, pages: Sequence[Page]) -> Sequence[str]:
    """`page: link` for each that leads to no file, or to no heading."""
    by_path = {page.path: page for page in pages}
    dead: list[str] = []
    for page in pages:
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (root / page.path.parent / unquote(parts.path)).resolve() if parts.path else (root / page.path)
            is_within = target.is_relative_to(root.resolve()) and target.exists()
            there = by_path.get(target.relative_to(root.resolve())) if is_within and parts.path else by_path[page.path]
            if (not is_within and parts.path) or (parts.fragment and there and parts.fragment not in there.anchors):
                dead.append(f"{page.path}: {link}")
    return dead


def build(root: Path, folder: Path) -> tuple[int, Sequence[str]]:
    """Write all pages and the files they show; (how many, dead links)."""
    pages = pages_of(root)
    for page in pages:
        file = folder / page.path.with_suffix(".html")
        file.parent.mkdir(parents=True, exist_ok=True)
        up = "../" * (len(page.path.parts) - 1)
        file.write_text(_whole(page, up), "utf-8")
        for link in page.links:
            source = (root / page.path.parent / unquote(urlsplit(link).path)).resolve()
            if source.is_file() and source.suffix != ".md" and source.is_relative_to(root.resolve()):
                target = folder / source.relative_to(root.resolve())
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    return len(pages), dead_links(root, pages)


def _page(path: Path, text: str) -> Page:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    anchors, title = list[str](), path.stem
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            words = tokens[number + 1].content
            anchors.append(_anchor(words, anchors))
            token.attrSet("id", anchors[-1])
            title = words if token.tag == "h1" and title == path.stem else title
    links = tuple(_links(tokens))
    for token in _inline(tokens):
        href = token.attrGet("href")
        if token.type == "link_open" and isinstance(href, str) and not urlsplit(href).scheme:
            token.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", href))
    body = str(reader.renderer.render(tokens, reader.options, {}))
    return Page(path, title, body, frozenset(anchors), links)


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _links(tokens: Sequence[Token]) -> Iterator[str]:
    for token in _inline(tokens):
        target = token.attrGet("href") if token.type == "link_open" else token.attrGet("src")
        if isinstance(target, str):
            yield target


def _anchor(words: str, taken: Sequence[str]) -> str:
    """As code forges make them, so that links work there too."""
    plain = re.sub(r"[^\w\- ]", "", words.replace("`", "").casefold()).strip().replace(" ", "-")
    return plain if plain not in taken else f"{plain}-{taken.count(plain)}"


def _whole(page: Page, up: str) -> str:
    language = "fr" if page.path.stem.endswith(".fr") else "en"
    home = f'<nav><a href="{up}docs/guide/index.html">Beffroi</a></nav>'
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(page.title)}</title>'
        f"<style>{_STYLE}</style></head><body>{home}{page.body}</body></html>\n"
    )
