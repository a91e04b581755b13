"""The guides can be read without a network, lead nowhere that does not exist, and name what there is."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from console.kit.panel_registry import load_panels
from tools.docs.building import build, dead_links, pages_of

ROOT = Path(__file__).parents[2]
ROLES = ("operator", "operator.fr", "supervisor", "liaison", "maintenance", "administrator")


def test_no_link_is_dead() -> None:
    assert not dead_links(ROOT, pages_of(ROOT))


@pytest.mark.parametrize("link", ["nowhere.md", "guide.md#no-such-heading", "../../outside.md", "lost.png"])
def test_a_dead_link_would_be_found(tmp_path: Path, link: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "guide.md").write_text(f"# Guide\n\n[there]({link}) and [here](#guide)\n")
    assert dead_links(tmp_path, pages_of(tmp_path)) == [f"docs/guide.md: {link}"]


def test_pages_are_whole_and_ask_nothing_of_the_network(tmp_path: Path) -> None:
    count, dead = build(ROOT, tmp_path)
    assert not dead
    assert count == len(list(tmp_path.rglob("*.html")))
    for file in tmp_path.rglob("*.html"):
        text = file.read_text("utf-8")
        assert not re.search(r'(?:src|<link[^>]*href)="https?:', text), file
        for target in re.findall(r'(?:src|href)="([^"#:]+)(?:#[^"]*)?"', text):
            if target.endswith((".html", ".png")):
                assert (file.parent / target).resolve().is_file(), f"{file.name}: {target}"


def test_what_the_text_holds_is_never_obeyed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A <b>\n\n<script>alert(1)</script>\n")
    build(tmp_path, tmp_path / "out")
    assert "<script>" not in (tmp_path / "out" / "docs" / "a.html").read_text("utf-8")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_its_guide_with_pictures(role: str) -> None:
    text = (ROOT / "docs" / "guide" / f"{role}.md").read_text("utf-8")
    assert re.search(r"!\[[^\]]+\]\(", text)
    index = (ROOT / "docs" / "guide" / "index.md").read_text("utf-8")
    assert f"({role}.md)" in index


def test_keys_that_a_guide_names_open_the_panel_that_it_names() -> None:
    known = {spec.shortcut: {spec.title.en, spec.title.fr} for spec in load_panels().values() if spec.shortcut}
    for file in (ROOT / "docs" / "guide").glob("*.md"):
        for title, key in re.findall(r"\*\*([^*]+)\*\* \((Ctrl\+[^)]+)\)", file.read_text("utf-8")):
            assert title in known.get(key, {title} if key in {"Ctrl+K", "Ctrl+Q"} else set()), (
                f"{file.name}: {title} {key}"
            )


def _words(table: Mapping[str, object]) -> Iterator[str]:
    for value in table.values():
        if isinstance(value, str):
            yield value.strip().rstrip("…").replace("&", "").casefold()
        elif isinstance(value, dict):
            yield from _words(cast("Mapping[str, object]", value))


def test_what_a_guide_quotes_from_a_screen_stands_on_it() -> None:
    titles = {title for spec in load_panels().values() for title in (spec.title.en, spec.title.fr)}
    for file in (ROOT / "docs" / "guide").glob("*.md"):
        language = "fr" if file.name.endswith(".fr.md") else "en"
        texts = (ROOT / "resources" / "translations" / f"{language}.toml").read_text("utf-8")
        shown = set(_words(tomllib.loads(texts))) | {title.casefold() for title in titles}
        quoted = set(re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", file.read_text("utf-8")))
        assert {words for words in quoted if words.rstrip("…").casefold() not in shown} == set(), file.name
