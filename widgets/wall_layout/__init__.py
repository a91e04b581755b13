"""Where tiles stand on a wall, as values. No Qt, so that presenters and stores can reckon with them."""
