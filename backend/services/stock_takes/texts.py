"""What is said of stock-takes."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "stock_none": "there is no such stock-take",
    "stock_name": "give it a name of at most {count} characters",
    "stock_ring": "a zone drawn on the map has 3 to {count} corners in WGS84 degrees",
    "stock_empty": "no asset that you may operate stands in this zone",
    "stock_many": "this zone holds {found} assets, more than {count}: take it in parts",
    "stock_campaigns": "{count} stock-takes are kept already: delete one that is closed first",
    "stock_closed": "this stock-take is closed",
    "stock_open": "this stock-take is still open: close it first",
    "stock_marks": "mark at least one asset and at most {count} at once",
    "stock_asset": "the asset {asset} is not of this stock-take, or you may not see it",
    "stock_may_not": "it takes the right to operate {asset}",
    "stock_code": "a code has 1 to {count} characters",
    "stock_which": "{label} is the code of several assets ({classes}): scan the label, or write CLASS:CODE",
    "stock_strays": "{count} codes that nobody knows are kept already: look into them first",
    "stock_note": "a note has {count} characters at most",
}
