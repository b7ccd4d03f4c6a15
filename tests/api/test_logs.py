"""Logs: what goes wrong is told with its traceback, and without what the request carried."""

import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from api.logs import configure_logs

SECRET = "Bearer " + "ppt_1234_" + "neverseen"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**before)


def fail(headers: dict[str, str]) -> None:
    """Something that goes wrong with a token among its variables."""
    raise LookupError(f"among {len(headers)} headers")


@pytest.mark.parametrize("style", ["console", "json"])
def test_tracebacks_tell_no_secrets(
    style: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO", style)
    for log in (logging.getLogger("uvicorn.error"), structlog.stdlib.get_logger("perpetuo.test")):
        try:
            fail({"authorization": SECRET})
        except LookupError:
            log.exception("internal_error")
    told = capsys.readouterr().err
    assert told.count("among 1 headers") >= 2
    assert told.count("in fail") + told.count('"name": "fail"') == 2
    assert "neverseen" not in told


def test_a_statement_that_fails_in_a_pipeline_is_told_by_its_error_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("INFO", "console")
    log = logging.getLogger("psycopg")
    log.warning("error ignored terminating %r: %s", "pipeline", "pipeline aborted")
    log.warning("the connection is lost")
    told = capsys.readouterr().err
    assert "the connection is lost" in told
    assert "ignored" not in told
