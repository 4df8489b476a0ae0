"""Amounts that come about on a page: prices counted, rules, suggestions, what an account owes.

A page says how its amount is laid out; every sum of money in it is a price of finance's, by its
primary key. A basket line keeps that and what was chosen, never trusting the amount it was added
with: what it comes to is worked out anew at every step, by the prices of the day.
"""
