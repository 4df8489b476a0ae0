"""One question after paying, where a page asks it, and what people answered."""
