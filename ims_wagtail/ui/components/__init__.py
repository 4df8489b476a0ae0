"""govuk-frontend 6 markup as plain functions.

One function per component, called by the form fields, the layout objects and the template tags
alike, so there is one place where each piece of HTML is made. They are Python rather than
templates because a checkout page draws twenty of them: a template include costs ten times more.

Words of a question (label, legend, hint, error, choice) are always escaped, whatever they are
marked as, because they come from editors. Content parameters named ``body`` or ``value`` are
escaped unless the caller passes a ``SafeString`` it made itself.
"""
