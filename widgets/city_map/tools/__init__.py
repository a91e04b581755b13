"""What the pointer can do besides selecting: measure, choose by area; and the ground's geometry for it."""
