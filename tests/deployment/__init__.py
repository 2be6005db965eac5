"""The files that put the product into containers: what they name exists, and what they run works."""
