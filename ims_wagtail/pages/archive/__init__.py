"""Pages nobody needs any more: out of the lists, with their payments and history kept."""
