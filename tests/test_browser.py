"""How tests behave where no browser is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import browser


def test_without_a_browser_the_test_is_skipped_or_fails_where_one_is_demanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI_REQUIRES_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        browser.required()
    monkeypatch.setenv("CI_REQUIRES_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        browser.required()
