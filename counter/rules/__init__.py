"""Pure rules: no store, no Textual, no system time."""
