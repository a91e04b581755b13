"""What is painted over the discs: icons, names, fields of view, markers, the frame of the map."""
