"""What a call costs in statements: the pictures of the console, and whatever else comes, add none."""

from bench.costs import count_statements


def test_creating_and_reading_are_one_statement_each_and_a_ping_is_none():
    assert count_statements() == {"create": 1, "get": 1, "ping": 0}
