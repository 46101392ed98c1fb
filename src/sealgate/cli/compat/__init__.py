"""`sealgate compat check`: does an endpoint answer what published clients read? Calls it as each of them does.

`shapes` says what must be in an answer, `traffic` which client calls what, `checking` makes the calls and compares.
"""
