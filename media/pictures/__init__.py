"""Decoded pictures in the media process's children: masks burnt in, stills, and what pictures say of a camera."""
