"""Media partners (合作媒体) and exposures (曝光): what was offered, taken and aired, and what is published in batches.

outlets and exposures each hold one stream whole, from top to bottom: its facts, what stands after them, what may be
done. refusals says why not.
"""
