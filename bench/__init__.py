"""Benchmarks: the figures of docs/benchmarks.md, measured on this machine beside other servers.

Every figure is per CPU-second of the server process (user and system time of all its threads), which says more than
calls per second where other work shares the machine. The load comes from a process of its own, the same for all.
"""
