"""Fonts, styles and translations: files only."""
