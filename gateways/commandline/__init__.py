"""The command line, one module a subject; ``gateways.cli`` lists them."""
