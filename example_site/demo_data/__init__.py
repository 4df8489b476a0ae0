"""Anyborough Council's demo data: the same on every machine, dated back from today."""
