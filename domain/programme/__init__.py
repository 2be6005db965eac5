"""The broadcast (上线节目): episodes, run-downs, the units on air, promises made there and what became of them.

Read in this order: events, commands, state (what stands, and ``evolve``), decide. Beside them: said (what is said aloud
identifies nobody), commitments and figures (promises kept, and each unit's evenings on air).
"""
