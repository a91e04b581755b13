"""Every word of an exported map is there in both languages, and none is kept that nothing says."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_words_said_and_words_kept_are_the_same() -> None:
    files = [*(ROOT / "exported_maps").rglob("*.py"), ROOT / "exported_maps" / "page" / "page.html"]
    text = "\n".join(file.read_text("utf-8") for file in files)
    said = set(re.findall(r'words\(\s*"([a-z_]+)"(?! \+)', text))
    said |= set(re.findall(r'"(too_many_\w+)"', text)) | {"page_kind_view", "page_kind_report", "unacknowledged"}
    said |= {"found", "zoom_in", "zoom_out", "is_acknowledged"}
    for alternative in re.findall(r'words\("(\w+)" if [^)]* else "(\w+)"\)', text):
        said |= set(alternative)
    for language in ("fr", "en"):
        table = tomllib.loads((ROOT / "resources" / "translations" / f"{language}.toml").read_text("utf-8"))
        assert set(table["exported_map"]) == said
