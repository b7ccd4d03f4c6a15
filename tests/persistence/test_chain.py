"""Migrations and decisions that were numbered alike side by side are found before they run."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT = Path(__file__).parents[2]


def test_each_migration_follows_one_other_and_is_named_by_its_number() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    chain = list(ScriptDirectory.from_config(config).walk_revisions())
    names = [Path(one.path).name for one in reversed(chain)]
    kept = sorted(path.name for path in (ROOT / "migrations/versions").glob("[0-9]*.py"))
    assert names == kept
    assert [one.revision for one in reversed(chain)] == [name[:4] for name in kept]
    assert f"revision {chain[0].revision}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/adr").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))
