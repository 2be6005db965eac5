"""What is true: facts, commands, decide and evolve, deadlines, indicators. Nothing but Python.

Nothing in this package reads a clock, draws a random number, opens a file or imports a framework: time, identity
and the rules in force come in with the command. Read in this order: words, facts, events, commands, complaint.
"""
