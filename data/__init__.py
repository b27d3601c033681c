"""Where it is kept: the store, its two sides, migrations, files in and out."""
