"""Alembic's entry: runs the revisions on the connection that `upgrade` hands over."""

from alembic import context

from townclerk import database
from townclerk.migrations import load_tables
from townclerk.settings import load

load_tables()
connection = context.config.attributes.get("connection")
if connection is not None:
    context.configure(connection=connection, target_metadata=database.metadata, render_as_batch=True)
    context.run_migrations()
else:  # started by the alembic command itself, to make a new revision
    with database.connect(load()).begin() as own:
        context.configure(connection=own, target_metadata=database.metadata, render_as_batch=True)
        context.run_migrations()
