"""Apollo's subgraph-compatibility suite on its sample subgraph, built with our Schema."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.gateway.conftest import ROOT, free_port, stop
from tests.node.composition import FEDERATION, Subgraph, composed
from tests.node.packages import FOLDER, MODULES, Node, address, command

TESTS = 23
SUITE = MODULES / "@apollo" / "federation-subgraph-compatibility-tests"


@contextmanager
def products(log: Path) -> Iterator[str]:
    """The address of the sample subgraph."""
    port = free_port()
    call = [sys.executable, "-m", "uvicorn", "tests.node.compatibility.products:app", "--port", str(port)]
    with log.open("wb") as said:
        process = subprocess.Popen(call, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
    try:
        yield address(process, log)
    finally:
        stop(process)


def subgraph(name: str, url: str, folder: Path) -> Subgraph:
    """A running subgraph, with the SDL that it gives."""
    with httpx2.Client(timeout=30, trust_env=False) as http:
        asked = http.post(url, json={"query": "{ _service { sdl } }"}).json()
    sdl = folder / f"{name}.graphql"
    sdl.write_text(asked["data"]["_service"]["sdl"], "utf-8")
    return Subgraph(name, url, sdl)


@pytest.fixture
def urls(node: Node, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the suite has to know: where products listen, and a router over them and two subgraphs of the suite."""
    with ExitStack() as running:
        where = {"products": running.enter_context(products(tmp_path / "products.log"))}
        for name in ("users", "inventory"):
            script, port = SUITE / "dist" / "subgraphs" / name / "index.js", {f"{name.upper()}_PORT": free_port()}
            where[name] = running.enter_context(node.serving(script, log=tmp_path / f"{name}.log", **port))
        result = composed(node, "apollo", *(subgraph(name, url, tmp_path) for name, url in where.items()))
        assert result.errors == []
        supergraph = tmp_path / "supergraph.graphql"
        supergraph.write_text(result.supergraph or "", "utf-8")
        router = running.enter_context(node.serving(FEDERATION / "apollo.mjs", supergraph, log=tmp_path / "router.log"))
        yield {"PRODUCTS_URL": where["products"], "ROUTER_URL": router}


def test_the_sample_subgraph_passes_every_test_of_the_suite(node: Node, urls: dict[str, str]) -> None:
    configuration = FOLDER / "compatibility" / "jest.config.cjs"
    ran = node.run(command("jest"), "--ci", "--json", "--config", configuration, **urls)
    assert ran.out, ran.said
    results = [test for file in json.loads(ran.out)["testResults"] for test in file["assertionResults"]]
    failed = [f"{test['fullName']}: {test['failureMessages']}" for test in results if test["status"] != "passed"]
    assert failed == [], "\n".join(failed)
    assert len(results) == TESTS
