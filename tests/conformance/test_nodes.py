"""Nodes: every type is found again by its id, and can be asked for by id in a where."""

from typing import Any

import pytest

from tests.conftest import Gateway

FIELDS = {
    "Collection": 'collection(collectionID: "nlst")',
    "AnalysisResult": 'analysisResult(analysisResultID: "nlst_sybil")',
    "Patient": 'patient(collectionID: "rider_phantom_mri", patientID: "ZZ RIDER MR8 1")',
    "Study": 'study(studyInstanceUID: "1.2.840.113654.2.55.125969098001031158877420279905106225610")',
}


def some_id(gateway: Gateway, typename: str) -> str:
    found: str = gateway.data(f"{{ found: {FIELDS[typename]} {{ id }} }}")["found"]["id"]
    return found


@pytest.mark.parametrize("typename", FIELDS)
def test_an_object_is_found_again_by_its_id(idc: Gateway, typename: str) -> None:
    id = some_id(idc, typename)
    assert idc.data("query($id: ID!) { node(id: $id) { __typename id } }", id=id) == {
        "node": {"__typename": typename, "id": id}
    }


def test_nodes_keep_their_order_and_nulls(idc: Gateway) -> None:
    ids = [some_id(idc, typename) for typename in FIELDS]
    data = idc.data("query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", ids=["x", *ids, ids[0]])
    assert [node and node["__typename"] for node in data["nodes"]] == [None, *FIELDS, "Collection"]
    assert idc.data("{ nodes(ids: []) { id } }") == {"nodes": []}


def test_a_where_by_id(sampled: Gateway) -> None:
    rows = sampled.data(
        "{ series(first: 3) { totalCount nodes { id patient { id } study { id } collection { id } } } }"
    )
    everything, nodes = rows["series"]["totalCount"], rows["series"]["nodes"]
    ids = [node["id"] for node in nodes]

    def total(where: dict[str, Any]) -> int:
        document = "query($where: SeriesWhere) { series(where: $where) { totalCount } }"
        found: int = sampled.data(document, where=where)["series"]["totalCount"]
        return found

    assert total({"id": {"eq": ids[0]}}) == 1
    assert total({"id": {"in": ids}}) == 3
    assert total({"id": {"notIn": ids}}) == total({"not": {"id": {"in": ids}}}) == everything - 3
    assert total({"id": {"in": ids, "ne": ids[1]}}) == 2
    first = nodes[0]
    for level in ("patient", "study", "collection"):
        of_level = sampled.data(
            "query($id: ID!) { node(id: $id) { ...A ...B ...C } } fragment A on Patient { counts { series } }"
            " fragment B on Study { counts { series } } fragment C on Collection { counts { series } }",
            id=first[level]["id"],
        )
        assert total({level: {"id": {"eq": first[level]["id"]}}}) == of_level["node"]["counts"]["series"]
