"""Base: what every other part may lean on.

Owns the error tree, identifiers, the clock, settings and logging. Offers plain values and functions.
Never imports anything else of ours, never opens a connection, never reads the time on its own.
"""
