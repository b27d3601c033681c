"""The commands of the shell, one module per job; ``counter.cli`` ties them together."""
