"""The example of the sandbox's README runs as it stands."""

import re
from pathlib import Path
from typing import Any

from bot.sandbox import server

README = Path(server.__file__).with_name("README.md")


async def test_the_example_of_the_readme_passes() -> None:
    # given
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(example, str(README), "exec"), names)  # noqa: S102 - our own text
    # then
    await names["test_my_bot_greets"]()
