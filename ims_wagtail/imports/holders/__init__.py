"""Account holders, from the files of the systems that own them."""
