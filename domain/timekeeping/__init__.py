"""What a deadline is made of.

Read in this order: working_calendar (which days count, in editions a year), office_hours (which hours count), deadlines
(a limit reckoned, and explained day by day), rules (which limit governs what, in dated editions; the rulebook that a
decision is handed).
"""
