"""CSV in: reading files of any common form, checking every row, storing in short transactions."""
