"""Clients' code is generated of our schema and documents, without a word of warning."""

import hashlib
import json
import shutil
from pathlib import Path

from graphql import OperationDefinitionNode, parse

from gateway import explorer
from tests.node.packages import FOLDER, Node, command

EXAMPLES = Path(explorer.__file__).parent / "examples"
CLIENTS = FOLDER / "clients"


def operations(document: str) -> list[str]:
    found = (d for d in parse(document).definitions if isinstance(d, OperationDefinitionNode))
    return [operation.name.value for operation in found if operation.name]


def test_codegen_generates_types_and_persisted_documents(node: Node, api: Path) -> None:
    documents = [*EXAMPLES.glob("*.graphql"), *(CLIENTS / "codegen").glob("*.graphql")]
    (api.parent / "documents").mkdir()
    for document in documents:
        shutil.copy(document, api.parent / "documents")
    configuration = FOLDER / "codegen.config.mjs"
    ran = node.run(command("graphql-codegen"), "--config", configuration, folder=api.parent)
    assert ran.code == 0, ran.said
    assert ran.error == ""
    assert [line for line in ran.out.splitlines() if not line.startswith(("❯", "✔"))] == []
    generated = api.parent / "generated"
    assert {path.name for path in generated.iterdir()} == {
        "fragment-masking.ts",
        "gql.ts",
        "graphql.ts",
        "index.ts",
        "persisted-documents.json",
    }
    persisted = json.loads((generated / "persisted-documents.json").read_text("utf-8"))
    assert sorted(persisted) == sorted(f"sha256:{hashlib.sha256(t.encode()).hexdigest()}" for t in persisted.values())
    named = [name for document in documents for name in operations(document.read_text("utf-8"))]
    assert sorted(name for text in persisted.values() for name in operations(text)) == sorted(named)


def test_relay_compiler_generates_pages_and_refetches(node: Node, api: Path) -> None:
    shutil.copytree(CLIENTS / "relay", api.parent / "src")
    shutil.copy(FOLDER / "relay.config.json", api.parent)
    ran = node.run(command("relay-compiler"), "relay.config.json", folder=api.parent)
    assert ran.code == 0, ran.said
    assert ran.error == ""
    assert [line for line in ran.out.splitlines() if "INFO" not in line] == []
    assert {path.name.removesuffix(".graphql.ts") for path in (api.parent / "src" / "__generated__").iterdir()} == {
        "CohortListPageQuery",
        "CohortListQuery",
        "CohortList_query",
        "SeriesRow_series",
        "StudyPageQuery",
        "StudyPageSeriesQuery",
        "StudyPage_study",
    }
