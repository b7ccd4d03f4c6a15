"""What docs/clients.md shows is what is run here; its JavaScript runs in docs.test.mjs."""

import re
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from tests.clients.test_gql import RECEIVE, receipt

pytestmark = [pytest.mark.clients, pytest.mark.anyio]

_FOLDER = Path(__file__).parent
_DOCS = (_FOLDER.parents[1] / "docs" / "clients.md").read_text()


def _block(language: str) -> str:
    """The one block of a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", _DOCS, re.DOTALL)
    return found


def _bare(text: str) -> str:
    """Without what only lays it out."""
    return re.sub(r"[\s,]+", "", text).replace("../../../", "")


@pytest.mark.parametrize(
    ("language", "file"), [("graphql", "relay/src/items.ts"), ("ts", "typescript/codegen.ts")]
)
def test_what_compilers_are_shown_is_what_they_compile(language: str, file: str) -> None:
    for part in _block(language).split("\n\n"):
        assert _bare(part) in _bare((_FOLDER / file).read_text())


async def test_the_python_client_as_it_is_shown(demo_server: str) -> None:
    names: dict[str, Any] = {}
    body = f"async def run(url, receipt):\n{indent(_block('python'), '    ')}\n    return answer\n"
    imports = "\n".join(re.findall(r"^from .*$", body.replace("    from", "from"), re.MULTILINE))
    code = re.sub(r"^    from .*\n", "", body, flags=re.MULTILINE)
    exec(f"{imports}\nRECEIVE = {RECEIVE!r}\n{code}", names)
    answer = await names["run"](f"{demo_server}/graphql", receipt())
    assert answer["submitPurchaseReceipt"]["errors"] == []
