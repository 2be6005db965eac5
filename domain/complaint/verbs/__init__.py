"""The verbs of a complaint, a file each part of its life: what each verb asks of the case, and what facts follow.

``decide`` has checked before that the case is in a state where the verb may be said. In the order in which a case
meets them: admission, correcting, merging, passing_round, handling, findings, replies, follow_ups, closing,
supervision. Two files serve the others: ``whose_leg`` finds the leg that is meant, ``new_deadlines`` lets one deadline
follow another.
"""
