"""Reports: what was taken, where it stands and what became of it, each proved against the book."""
