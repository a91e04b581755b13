from openpyxl.workbook import Worksheet

class WriteOnlyCell:
    quotePrefix: bool  # noqa: N815
    data_type: str
    value: object
    number_format: str
    def __init__(self, ws: Worksheet, value: object = None) -> None: ...
