"""The HTTP door, tried through the whole application over a real house."""
