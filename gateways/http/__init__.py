"""The HTTP door: one table of routes, one module a resource, every error a problem with a stable type."""
