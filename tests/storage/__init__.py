"""Tests of all SQL of the project, each on SQLite and on PostgreSQL."""
