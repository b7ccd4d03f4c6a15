"""`perpetuo migrate`: the schema of this release, and its tables spread over the nodes of Citus."""

from api.commands.databases import Report, reachable_database
from api.commands.terminal import CommandError
from api.settings import Settings
from persistence.migrate import require_current, upgrade


def migrate(settings: Settings, report: Report, *, citus: bool, dry_run: bool) -> list[str]:
    """What is to be said of it.

    Raises:
        CommandError: there is nothing that could be previewed.
        OperatorError: the database is away, a newer release's, or cannot be distributed.
    """
    if dry_run and not citus:
        raise CommandError("--dry-run goes with --citus: it prints what distributing takes.")
    with reachable_database(settings, report) as url:
        if dry_run:
            from persistence.citus.distribute import plan

            require_current(url)
            return ["begin;", *(f"{statement};" for statement in plan(url)), "commit;"]
        state = upgrade(url, report)
        said = [f"The database is at revision {state.revision}."]
        if citus:
            from persistence.citus.distribute import distribute

            ran = distribute(url, report)
            said.append(
                f"Its tables are distributed ({ran} statements)."
                if ran
                else "Its tables were distributed before."
            )
        return said
