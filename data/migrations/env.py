"""Alembic's entry: runs on the connection that ``data.migrations.migrate`` has begun."""

from __future__ import annotations

from alembic import context

from models.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=False,
)
context.run_migrations()
