"""The log: immutable facts in one order, sealed per person, hashed into a tree as they are appended."""
