"""Finding places by what people call them."""
