"""The room `disclosure`."""
