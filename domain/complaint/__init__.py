"""The aggregate of the hotline (诉求): what can be wished, what may follow, and what stands after it.

Read in this order: events (what can happen), commands (what can be asked), state (what is known of a case), lifecycle
(which verb in which state), decide (the wish becomes facts; each verb in ``verbs``), evolve (the facts move the case).
Beside them: registration (how a case begins), leg, corrections and responsibility (parts of the state), clock_names,
and clocks (a case's deadlines explained day by day).
"""
