"""The aggregate of the hotline (诉求): its facts, commands, legs, the table that guards every step, decide and evolve.

Read in this order: events, commands, state, lifecycle, decide.
"""
