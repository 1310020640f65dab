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
LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.just(5_000_001) | st.floats() | st.sampled_from(WORDS)
LIKELY = {"chat_id": 5_000_001, "message_id": 2, "text": "some text", "action": "typing", "offset": 0, "length": 2}


@st.composite
def values(draw: st.DrawFn, kind: str) -> Any:
    """A value of a type of the table, with something else in its place now and then."""
    if draw(st.integers(0, 9)) == 0:
        return draw(LEAVES)
    if kind.startswith(schema.ARRAY_OF):
        return draw(st.lists(values(kind.removeprefix(schema.ARRAY_OF)), max_size=3))
    if kind in schema.TABLE["unions"]:
        return draw(values(draw(st.sampled_from(schema.TABLE["unions"][kind]))))
    if kind in schema.TABLE["types"]:
        return draw(objects(schema.TABLE["types"][kind]))
    return draw(LEAVES)


@st.composite
def objects(draw: st.DrawFn, fields: dict[str, Any]) -> dict[str, Any]:
    """An object with some of the fields, the required ones mostly, likely values often."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name == "timeout" or not draw(st.integers(0, 8 if field.get("required") else 1)):
            continue
        likely = field.get("const", LIKELY.get(name))
        is_likely = likely is not None and draw(st.booleans())
        found[name] = likely if is_likely else draw(values(draw(st.sampled_from(field["types"]))))
    return found


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A method of ours with values for its own parameters."""
    method = draw(st.sampled_from(sorted(METHODS)))
    return method, draw(objects(schema.TABLE["methods"][method]))


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
