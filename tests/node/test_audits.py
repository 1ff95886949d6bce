"""GraphQL over HTTP as graphql-http audits it: what it demands (MUST), and what it asks for (SHOULD)."""

import json

from tests.gateway.conftest import Server
from tests.node.packages import FOLDER, Node

AUDITS = 61


def test_the_running_gateway_passes_every_audit(node: Node, server: Server) -> None:
    ran = node.run(FOLDER / "audit.mjs", f"{server.http.base_url}/graphql")
    assert (ran.code, ran.error) == (0, ""), ran.said
    outcomes = json.loads(ran.out)
    failed = [
        f"{outcome['id']} {outcome['name']}: {outcome['reason']} ({outcome['answer']})"
        for outcome in outcomes
        if outcome["status"] != "ok"
    ]
    assert failed == [], "\n".join(failed)
    assert len(outcomes) == AUDITS
