"""What is true: facts, commands, decide and evolve, deadlines, indicators. Nothing but Python.

Nothing in this package reads a clock, draws a random number, opens a file or imports a framework: time, identity
and the rules in force come in with the command. At the top lie the words that all share; then one folder a thing, each
importing only what stands below it: public facts and editions ← bulletin, programme, partners, scores ← figures ←
complaint ← timekeeping. Read in this order: words, facts, complaint, timekeeping, figures, bulletin.
"""
