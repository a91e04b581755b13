"""Who may see which pictures, masked how and why: the gate before all doors, and the register of viewings."""
