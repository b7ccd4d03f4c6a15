"""What an operator can mend: the one kind of error that the command line prints as a line."""


class OperatorError(Exception):
    """The command cannot go on; the message is one line for the person at the terminal."""
