"""The publication (行风热线通报): facts of an edition from draft to erratum, and who may take which step.

Read in this order: events, commands, state (what stands, and ``evolve``), decide; name says what an edition is called.
"""
