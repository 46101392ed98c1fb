"""How Alembic runs a revision: on the connection, and in the transaction, of whoever called `upgrade`."""

from alembic import context

from sealgate.infra.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    user_module_prefix="schema.",
    # SQLite cannot alter a column: Alembic then rebuilds the table.
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
