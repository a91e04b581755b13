"""The door through which recordings leave: one ticket a connection, passages inside its period, masks burnt in."""
