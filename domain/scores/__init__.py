"""The score ledger (考核扣分).

Read in this order: rules (what costs and what earns points, in dated editions), causes (what the log itself gives
ground for), ledger (entries, appeals, decisions: facts, state and rules), figures (a unit's score). refusals says why
not.
"""
