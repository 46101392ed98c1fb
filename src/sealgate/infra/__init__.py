"""Infra: what the slices stand on outside their own memory.

Owns the database (one interface over SQLite and PostgreSQL), the bus that carries events between processes, the
counters, the sealing of stored secrets and the migrations. Offers one transaction as one plain function
(`Database.write`, `Database.read`), events that leave after the commit, and column types for the slices' tables.
Never knows a slice, never decides anything of the domain.
"""
