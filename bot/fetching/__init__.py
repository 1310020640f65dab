"""The door to the world's web: a guarded HTTP client, and a child process for parsers that may have to be killed."""
