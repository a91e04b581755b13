"""The sound of cameras: live only, for one listener's ears; nothing here records it."""
