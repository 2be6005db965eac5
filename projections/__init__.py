"""What is known: one read model a file, each a fold over facts and its SQL on a connection passed in."""
