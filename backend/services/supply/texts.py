"""What is said of links between assets and what feeds them."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "supply_count": "name at least one link and at most {count} at once",
    "supply_twice": "{asset} is named twice: give it one feeder of each kind",
    "supply_no_asset": "there is no asset {asset}, or you may not see it",
    "supply_cannot_feed": "{feeder} ({kind}) feeds nothing with power: choose a cabinet or another feeder",
    "supply_no_network": "{feeder} ({kind}) carries no network: choose the switch, gateway or cabinet it talks through",
    "supply_retired": "{feeder} is retired: it feeds nothing any more",
    "supply_itself": "{asset} cannot feed itself",
    "supply_circle": "this would feed assets in a circle: {chain}; correct the feeder of one of them",
    "supply_nothing": "nothing changes: all of it hangs there already",
    "supply_changed": "somebody changed {assets} meanwhile: look at it, then do it again",
    "supply_no_change": "there is no such change, or it is too old to be undone",
    "supply_undone": "this change was undone already",
    "supply_moved_on": "{asset} was given another feeder since: undo that change first",
    "supply_reason": "a reason has {count} characters at most",
    # Files
    "supply_file": "the file was not taken: {why}",
    "supply_columns": "the file needs a column for the asset (child) and one for its feeder; its columns are {columns}",
    "supply_lines": "the file has more than {count} lines: split it",
    "supply_no_child": "the line names no asset",
    "supply_no_feeder": "the line names no feeder: write - to say that it has none",
    "supply_unknown": "there is no {asset}: give its code as the register has it",
    "supply_unknown_class": "there is no asset class {class_}",
    "supply_which": "{asset} is the code of several assets ({classes}): say which class, as CLASS:CODE",
    "supply_kind": "{kind} is neither power nor network",
    "supply_line_twice": "the feeder of {asset} stands in line {line} already",
    "supply_may_not": "it takes the right to manage {asset}",
    "supply_bad_cell": "{column} {why}",
    "supply_bad_row": "{why}",
    "supply_seal": "something of it changed since you looked: look at the preview again, then take the file",
    "supply_errors": "the file has lines with errors: nothing was taken",
    # Learning
    "learning_runs": "a search is under way: wait for it, or cancel it",
    "learning_days": "a search looks at 2 to {days} days",
    "learning_gone": "this is not proposed any more: search again",
}
