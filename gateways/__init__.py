"""The doors: what comes in is turned into a command, what is asked is answered."""
