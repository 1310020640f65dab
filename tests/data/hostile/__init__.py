"""A corpus of sources that do us no good, made by code, each with the sentence that a person gets to read of it.

`tests/fetching/test_hostile_corpus.py` serves, fetches and reads every one of them.
"""

from __future__ import annotations

from tests.data.hostile import charsets, contents, feeds, heavy, lists, packed, pages, redirects, secure, servers

FAMILIES = {
    module.__name__.rpartition(".")[2]: module.CASES
    for module in (servers, packed, redirects, secure, charsets, feeds, heavy, contents, pages, lists)
}
