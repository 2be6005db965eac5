"""The broadcast (上线节目): episodes, run-downs, the units on air, promises made there and what became of them.

Read in this order: events, commands, state (what stands, and ``evolve``), decide (its day, its broadcast, its calls;
preparing and promising decide the rest, guards hold all of them); refusals says why not. Beside them: said (what is
said aloud identifies nobody), structure (a run-down's slots, taken over), commitments (how a promise stands) and
figures (whether heads came, and promises were kept).
"""
