"""Trying a page out: the whole of paying on a draft, with a test card, and nothing comes of it.

What the editor types stays in their own session. No basket, order or attempt is made, so there is
nothing that could be posted, counted or sent. The test cards are the sandbox provider's, and what
each of them comes to is told by the checkout's own pages, every one marked as a test.

The sandbox's own page is left out on purpose. It is reached by a payment that the sandbox holds and
tells of: its messages would stand among those that belong to no attempt, and the daily comparison
would find a payment that the book doesn't know. Nor is it there on a live site, where editors work.
"""
