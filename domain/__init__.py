"""What is true: facts, wishes, decide and evolve, deadlines, indicators. Nothing but Python.

Nothing in this package reads a clock, draws a random number, opens a file or imports a framework: time, identity and
the rules in force come in with the command. One folder a thing, each importing only what stands below it: public facts
and editions ← bulletin, programme, partners, scores ← figures ← complaint ← timekeeping ← words.

A path of half an hour:

1. ``words``: kinds, channels, states, roles, each in Chinese and in code.
2. ``facts``: what every fact has: who, when, a topic for ever, marked personal fields.
3. ``complaint.lifecycle``: the table of steps: what can be asked of a case in which state, and where it leads.
4. ``complaint.events`` and ``complaint.commands``, to leaf through: what can happen, and what can be asked.
5. ``complaint.decide``, and of the verbs ``complaint.verbs.passing_round``: a wish becomes facts, or a named refusal.
6. ``complaint.state`` and ``complaint.evolve``: what is known of a case, and how each fact moves it.
7. ``timekeeping.deadlines``: how a promise is reckoned, and explains itself day by day.
8. ``figures.case_sets`` and ``figures.indicators``: who belongs to a set in a quarter, and what each rate counts.
9. ``bulletin.events`` and ``bulletin.decide``: how an edition is frozen, objected to, approved, published, corrected.

The other folders read alike. At the top lie what several of them share: ``refusals`` (why the hotline says no),
``wording`` (what a written field may hold), ``identity`` (keyed ids, receipt numbers), ``periods`` (months, quarters,
years), ``units`` (the registry and its reorganisations), ``conduct_codes``, ``erasure``; and what looks at all of them:
``editions`` (what the house decides and dates), ``public_facts`` (what everybody may know), ``catalogue`` (every fact).
"""
