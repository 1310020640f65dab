"""The sandbox as a process of its own."""

import pytest

from bot.sandbox import __main__ as program
from tests.sandbox import outside


async def test_it_says_where_it_is_and_ends_with_its_input() -> None:
    async with outside.started("--people", "2", "--groups", "1", "--channels", "1", "--flood") as at:
        # given
        chats = [chat for kind in ("people", "groups", "channels") for chat in at.chats[kind]]
        await at.fail("restart", method="getMe")
        # when
        for chat_id in chats:
            said = {"chat_id": chat_id, "text": "x"}
            async with at.session.post(f"{at.base_url}{at.token}/sendMessage", json=said) as response:
                assert response.status == 200
        # then
        assert [one["chat_id"] for one in (await at.get("sent", after=0))["sent"]] == chats
        assert await at.get("duplicates") == []
        assert at.process.stdin is not None
        at.process.stdin.close()
        assert await at.process.wait() == 0


async def test_its_time_can_run_faster() -> None:
    async with outside.started("--speed", "100000") as at:
        first, second = [(await at.get("counts"))["now"] for _ in range(2)]
        assert second - first > 10


def test_an_option_it_does_not_know_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--colour", "red"])
    assert "--colour" in capsys.readouterr().err
