"""A filter built line by line: field, comparison, value; all or any; groups within groups."""

from widgets.filter_builder.builder import FilterBuilder

__all__ = ["FilterBuilder"]
