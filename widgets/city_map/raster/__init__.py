"""The renderer on numpy and OpenCV: tiles of ground and of discs."""
