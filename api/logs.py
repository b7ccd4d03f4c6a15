"""Logs go to standard error: a line for people, or a JSON object for machines."""

import logging
import sys
from typing import Literal

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

_TRACEBACKS = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


def _says_something_new(record: logging.LogRecord) -> bool:
    """Whether psycopg's warning is more than the shadow of an error that is on its way already.

    Of a statement that fails within a pipeline (a document that is sent twice at once), psycopg
    also warns that those behind it were not run.
    """
    return not str(record.msg).startswith("error ignored terminating")


def configure_logs(level: str, style: Literal["console", "json"]) -> None:
    """Send structlog's and the libraries' logs the same way.

    Tracebacks come without local variables: these hold tokens, secrets and what is in documents.

    Args:
        level: the least level that is written, as "INFO".
        style: "console" for people, "json" for machines.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = (
        [_TRACEBACKS, structlog.processors.JSONRenderer()]
        if style == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("psycopg").addFilter(_says_something_new)
    # What these say at INFO at every start, the command says already.
    for chatty in ("alembic", "uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(level if level == "DEBUG" else "WARNING")
