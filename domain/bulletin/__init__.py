"""The publication (行风热线通报): facts of an edition from draft to erratum, and who may take which step.

Read in this order: name (what an edition is called), events, commands, state (what stands, and ``evolve``), decide.
refusals says why not.
"""
