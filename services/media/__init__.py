"""Media partners at work: what they are offered, exposures, and signed webhooks."""
