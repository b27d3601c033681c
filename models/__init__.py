"""What exists at a service counter: terms, frozen rows and tables.

The package imports nothing by itself, so that ``models.terms`` stays cheap for the first frame.
"""
