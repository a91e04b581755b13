"""What every integration must bear: bronze."""
