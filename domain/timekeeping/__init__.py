"""What a deadline is made of: working days, office hours, limits by dated rule editions, and the arithmetic itself."""
