"""The broadcast (上线节目): episodes, run-downs, the units on air, promises made there and what became of them."""
