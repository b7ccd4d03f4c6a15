"""The settings that a command runs with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loading what reads them takes longer than saying what a command does
    from api.settings import Settings


def settings_from(**flags: object) -> "Settings":
    """The settings, the flags before all others; what is logged from now on is as they say.

    Raises:
        SettingsError: they cannot be used.
    """
    from api.logs import configure_logs
    from api.settings import Settings

    settings = Settings.load(flags)
    configure_logs(settings.log_level, settings.log_format)
    return settings
