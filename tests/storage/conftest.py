"""Every storage test runs on both databases."""

from tests.databases import (  # noqa: F401 - fixtures are used by their names
    database,
    database_url,
    empty_url,
    kind,
    postgres_server,
    postgres_template,
    sqlite_template,
)
