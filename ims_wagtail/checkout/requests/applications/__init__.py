"""Applications: what a resident pays only once an officer has looked at their answers."""
