"""The ten sections of an edition, one module for those that belong together."""
