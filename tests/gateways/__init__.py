"""The doors: protocols, pages, routes and the command line."""
