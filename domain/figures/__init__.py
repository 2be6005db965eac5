"""What is counted: a window on a quarter, measures of cases and legs, the sets behind each indicator, and tables.

Read in this order: window (the quarter, seen from an instant), measures and leg_measures (what is known of a case and a
leg; measuring folds it), case_sets and leg_sets (who belongs to a set; rows and acts are what they look at), indicators
(every count and rate), figure (a numerator, a denominator, and why there may be none), unit_table (the table by unit).
Beside them: coverage and sources (what a source can support), definitions (rounding and exclusions, as data), held_time
(who held a case for how long), case_parts (what one case adds), ranking, barometer, rating_signs; suppression,
overlapping and top_topics, over flow (what is withheld so that nobody is singled out).
"""
