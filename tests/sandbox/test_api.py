"""Any request gets an answer in Telegram's form, whatever it holds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import api, schema
from bot.sandbox.methods import METHODS
from bot.sandbox.world import World

WORDS = [
    "",
    "x",
    "bold",
    "text_link",
    "chat",
    "chat_member",
    "default",
    "http://[",
    "@x",
    "-1",
    "5000001",
    "\ud800",
    "{",
]
FIELDS = sorted({name for fields in schema.TABLE["types"].values() for name in fields if len(name) < 17})
LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.just(5_000_001) | st.floats() | st.sampled_from(WORDS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A method of ours with values for its own parameters; right ones are likelier, so that the inner rules are met."""
    method = draw(st.sampled_from(sorted(METHODS)))
    names = sorted(set(schema.TABLE["methods"][method]) - {"timeout"})
    params = draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=6)) if names else {}
    likely = {"chat_id": 5_000_001, "text": "some text", "message_id": 2, "action": "typing"}
    return method, params | {name: likely[name] for name in names if name in likely and draw(st.booleans())}


@given(requests())
async def test_no_request_goes_without_a_proper_answer(request: tuple[str, dict[str, Any]]) -> None:
    # given
    world = World()
    ann = world.add_user("Ann")
    world.start(ann.id)
    world.put(ann.id, world.bot, text="Hello", by_bot=True)
    # when
    answer = await api.call(world, *request)
    # then
    if answer["ok"]:
        assert world.accepted[-1].method == request[0]
    else:
        assert answer["error_code"] in {400, 403, 404}
        assert answer["description"].startswith(("Bad Request: ", "Forbidden: "))
        assert world.refused[-1].description == answer["description"]
