"""The register's table: hundreds of thousands of lines, of which only those that are seen are put into words."""

from widgets.register_table.table import RegisterTable

__all__ = ["RegisterTable"]
