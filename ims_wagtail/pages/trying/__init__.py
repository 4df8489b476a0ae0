"""Trying a page out: the whole of paying on a draft, with a test card, and nothing comes of it.

What the editor types stays in their own session. No basket, order or attempt is made, so there is
nothing that could be posted, counted or sent. The test cards are the sandbox provider's, and what
each of them comes to is told by the checkout's own pages, every one marked as a test.
"""
