"""Schema migrations (Alembic). `upgrade` is run at every start and costs one query when nothing changed."""

from sqlalchemy import Engine


def upgrade(engine: Engine) -> None:
    """Bring the schema up to date."""
    load_tables()
    from townclerk.database import metadata

    metadata.create_all(engine)


def load_tables() -> None:
    """Import every module that declares tables, so that `metadata` is whole."""
    import bot.admin.tables
    import bot.gateway.tables
    import crawler.tables
    import index.tables
    import townclerk.jurisdictions  # noqa: F401
