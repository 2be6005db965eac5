"""Media partners (合作媒体): what was offered, taken and aired, and exposures in batches (曝光)."""
