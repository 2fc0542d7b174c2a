"""Alembic's entry: runs the migrations inside the transaction that `opening` holds, all or nothing."""

from alembic import context

from pipeline.state.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
