from typing import BinaryIO

from openpyxl.workbook import Workbook as Workbook

def load_workbook(
    filename: BinaryIO, read_only: bool = False, data_only: bool = False, keep_links: bool = True
) -> Workbook: ...
