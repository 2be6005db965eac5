"""The quarterly bulletin as it is computed, kept, signed, shown and proved (季度通报)."""
