"""What we do at the counter: one module per job, and the pure rules they follow."""
