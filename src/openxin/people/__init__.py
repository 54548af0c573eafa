"""The room `people`."""
