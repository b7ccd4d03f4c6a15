"""The application over HTTP: health, the endpoint's place, the page and its files."""

import httpx2
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo


def test_health_follows_the_database(fresh_server: str, database_url: str) -> None:
    assert httpx2.get(f"{fresh_server}/health").json() == {"status": "ok", "database": "ok"}
    _forbid_connections(database_url)
    answer = httpx2.get(f"{fresh_server}/health", timeout=30)
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "unreachable"}


def test_graphql_answers_at_its_address_without_a_redirect(server: str) -> None:
    answer = httpx2.post(f"{server}/graphql", json={"query": "{ version }"})
    assert answer.status_code == 200
    assert answer.json()["data"]["version"]


def test_the_root_leads_to_the_page(server: str) -> None:
    answer = httpx2.get(f"{server}/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/graphiql")


def test_every_tab_has_a_title_and_a_query(server: str) -> None:
    examples = httpx2.get(f"{server}/graphiql/examples.json").json()
    assert examples
    assert all(example["title"] and example["query"] for example in examples)


def _forbid_connections(url: str) -> None:
    name = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        forbid = sql.SQL("alter database {} allow_connections false")
        connection.execute(forbid.format(sql.Identifier(str(name))))
        connection.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
            (name,),
        )
