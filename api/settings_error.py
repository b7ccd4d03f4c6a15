"""What is wrong with settings; by itself, for commands that say it may need none."""


class SettingsError(Exception):
    """Settings that cannot be used: one line for each, naming the setting as it was given."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
