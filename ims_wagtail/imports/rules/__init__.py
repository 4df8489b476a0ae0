"""Rules that finance writes for the rows of files: what is found, what is done about it."""
