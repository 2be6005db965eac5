"""What the hotline does: the log, the vault, the runner that feeds views, casework, clock, publication and audit."""
