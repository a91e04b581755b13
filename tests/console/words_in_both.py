"""What is rightly the same in French and English, and what shows that a text is in the wrong one."""

from collections.abc import Mapping
from typing import Final


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


SHOWING: Final = _set_of(
    """QLabel PlainLabel tip plain_tip quiet_label section_label QPushButton QToolButton QCheckBox QRadioButton
    QGroupBox QAction QListWidgetItem QTableWidgetItem QTreeWidgetItem addAction addButton addItem addItems addMenu
    addRow addTab announce drawText getOpenFileName
    getSaveFileName insertTab say setAccessibleDescription setAccessibleName setHeaderLabels setHorizontalHeaderLabels
    setHtml setItemText setLabel setLabelText setPlaceholderText setPlainText setPrefix setSpecialValueText setStatusTip
    setSuffix setTabText setText setTitle setToolTip setWhatsThis setWindowTitle show_status show_words"""
)
"""What puts words before people."""

LITERALS: Final[Mapping[str, str]] = {
    "Beffroi": "the product's own name",
    " min": "the symbol of the minute, ISO 80000-3",
    "CSV (*.csv)": "kinds of files are called the same in both",
    "CSV (*.csv *.txt)": "the same",
    "CSV (*.csv *.txt *.tsv *.gz)": "the same",
    "JPEG (*.jpg)": "the same",
    "JSON (*.json)": "the same",
    "PDF (*.pdf)": "the same",
    "ZIP (*.zip)": "the same",
    ".jpg": "the end of a file's name",
    "cameras.csv": "a file's name that both languages read",
    "beffroi-configuration.json": "the same",
    "\tHome": "what is engraved on the key",
    " (Alt+": "the same",
    "\tAlt+": "the same",
    "Ctrl+↵": "the same",
    "application/json": "a media type",
    '{"to": "{to}", "text": "{text}", "ref": "{key}"}': "an example that a machine reads",
}
"""Words in the code that no translation needs, and why."""

SHARED: Final = _set_of(
    """active administration cause
    classes code commune communes condition conditions dates direction distance document documents
    exception exceptions export format groups import incident inhibitions journal km latitude liaison longitude machine
    message messages min minutes note notes occurrence orientation page parent photo photos place places plan point port
    portrait position px saturation secret service services session signatures silence total type versions volume normal
    caméra kwh lux"""
)
"""Words that are written the same in both and mean the same."""

NAMES: Final = _set_of(
    """a4 alt beffroi cp850 csv ctrl dos europe excel geojson geopackage ha hz insee iso json kvar kw mac mm null onvif
    paris python roman sa sha shapefile sms sqlite starttls talq tls utf xlsx zip var wh db ph ppm hpa co co₂ cp no pm
    dba gps rtsp ip url http https mqtt"""
)
"""Proper names, formats, units, keys; "Sa" is Saturday and samedi."""

ENGLISH_ONLY: Final = _set_of(
    """the and with from what who whose when which this that these those is are was were been have has cannot not
    nothing nobody somebody everything of by"""
)
FRENCH_ONLY: Final = _set_of(
    """le la les une des du aux est sont était avec sans pour dans sur qui que quoi dont cette ces pas rien personne
    chaque aucun aucune vous votre"""
)

QUOTED: Final[Mapping[str, str]] = {"palette.can_type": "an address, as it stands in the register"}
"""Texts that rightly hold words of the other language, and why."""
