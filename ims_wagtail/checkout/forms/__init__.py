"""Forms of the journey, one module per step."""
