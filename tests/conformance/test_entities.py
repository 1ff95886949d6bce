"""What routers ask: every type is found by each of its keys, in one batch, and a mistake costs only its own place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexers.index_package import IndexPackage
from resolvers.catalogue.keys import KeyIndex
from resolvers.records.page import Reader, Readers
from schema.global_id import KEY_FIELDS, GlobalID
from schema.vocabulary import Level
from tests.conformance.test_shared_study import PATIENTS, STUDY
from tests.conformance.test_tiny_worlds import Series, world
from tests.conftest import Gateway

ENTITIES = "query($of: [_Any!]!) { _entities(representations: $of) { __typename ...on Node { id } } }"
SAMPLES = {
    "Collection": "collections(first: 20) { nodes { id collectionID } }",
    "AnalysisResult": "analysisResults(first: 20) { nodes { id analysisResultID } }",
    "Patient": "patients(first: 20) { nodes { id collectionID patientID } }",
    "Study": "studies(first: 20) { nodes { id studyInstanceUID } }",
    "Series": "series(first: 20) { nodes { id seriesInstanceUID } }",
}
ODD_PATIENTS = ("ZZ RIDER MR8 1", 'a"b\\c', "ü/😀", "0", "A|B", "%27 OR 1=1", "[]", "a\tb")


def rows(gateway: Gateway, typename: str) -> list[dict[str, str]]:
    """Twenty objects of a type, with their ids and keys."""
    found: list[dict[str, str]] = gateway.data(f"{{ found: {SAMPLES[typename]} }}")["found"]["nodes"]
    return found


def entities(gateway: Gateway, *representations: object) -> list[Any]:
    found: list[Any] = gateway.data(ENTITIES, of=list(representations))["_entities"]
    return found


def answered(gateway: Gateway, *representations: object) -> tuple[list[Any], dict[int, dict[str, Any]]]:
    """The objects, and by place the errors: message and extensions."""
    result = gateway.execute(ENTITIES, {"of": list(representations)})
    assert result.data is not None
    errors = {}
    for error in result.errors or []:
        assert error.path is not None and error.path[0] == "_entities"
        errors[int(error.path[1])] = {"message": error.message, **(error.extensions or {})}
    return result.data["_entities"], errors


@pytest.mark.parametrize("typename", SAMPLES)
def test_a_type_is_found_by_its_id_by_its_key_and_by_both(sampled: Gateway, typename: str) -> None:
    nodes = rows(sampled, typename)
    assert len(nodes) > 1 and {"id", *KEY_FIELDS[typename]} == set(nodes[0])
    wanted = [{"__typename": typename, "id": node["id"]} for node in nodes]
    by_key = [{"__typename": typename, **{f: node[f] for f in KEY_FIELDS[typename]}} for node in nodes]
    by_both = [{"__typename": typename, **node} for node in nodes]
    assert entities(sampled, *wanted) == entities(sampled, *by_key) == entities(sampled, *by_both) == wanted


def test_types_and_keys_can_be_mixed_and_come_back_in_their_order(sampled: Gateway) -> None:
    mixed: list[dict[str, str]] = []
    for number in (3, 0, 11, 3):
        for typename in SAMPLES:
            node = rows(sampled, typename)[number]
            by_id = number % 2 == 0
            key = {"id": node["id"]} if by_id else {field: node[field] for field in KEY_FIELDS[typename]}
            mixed.append({"__typename": typename, **key})
    wanted = [(rows(sampled, name)[number]["id"]) for number in (3, 0, 11, 3) for name in SAMPLES]
    assert [found["id"] for found in entities(sampled, *mixed)] == wanted


def test_what_is_not_there_is_null_and_no_error(sampled: Gateway) -> None:
    absent = {name: GlobalID(name, ("no such",) * len(fields)).encode() for name, fields in KEY_FIELDS.items()}
    by_id = [{"__typename": name, "id": id} for name, id in absent.items()]
    by_key = [{"__typename": name, **dict.fromkeys(fields, "no such")} for name, fields in KEY_FIELDS.items()]
    odd = [{"__typename": "Series", "seriesInstanceUID": uid} for uid in ("", "1.2\0", "ü", "9" * 100_000)]
    assert entities(sampled, *by_id, *by_key, *odd) == [None] * 14
    # A patient of one collection is none of another.
    stranger = {"__typename": "Patient", "collectionID": "lidc_idri", "patientID": "108001"}
    assert entities(sampled, stranger, {**stranger, "collectionID": "nlst"})[0] is None


MISTAKES: list[tuple[object, str, str]] = [
    (5, "", "send an object with `__typename` and the fields of a key"),
    ("Series", "", "send an object with `__typename` and the fields of a key"),
    ([], "", "send an object with `__typename` and the fields of a key"),
    ({}, ".__typename", "send one of AnalysisResult, Collection, Patient, Series, Study"),
    ({"__typename": None}, ".__typename", "send one of AnalysisResult, Collection, Patient, Series, Study"),
    ({"__typename": ["Series"]}, ".__typename", "send one of AnalysisResult, Collection, Patient, Series, Study"),
    ({"__typename": "PageInfo"}, ".__typename", "send one of AnalysisResult, Collection, Patient, Series, Study"),
    ({"seriesInstanceUID": "1"}, ".__typename", "send one of AnalysisResult, Collection, Patient, Series, Study"),
    ({"__typename": "Series"}, "", "send all fields of a key of Series: `id` or `seriesInstanceUID`"),
    ({"__typename": "Series", "id": None}, "", "send all fields of a key of Series: `id` or `seriesInstanceUID`"),
    (
        {"__typename": "Patient", "patientID": "108001"},
        "",
        "send all fields of a key of Patient: `id` or `collectionID patientID`",
    ),
    (
        {"__typename": "Study", "studyInstanceUID": 1.5},
        ".studyInstanceUID",
        "1.5 is no ID; send what the field of this name holds",
    ),
    (
        {"__typename": "Study", "studyInstanceUID": True},
        ".studyInstanceUID",
        "True is no ID; send what the field of this name holds",
    ),
    ({"__typename": "Study", "id": {"a": []}}, ".id", "{'a': []} is no ID; send what the field of this name holds"),
    ({"__typename": "Study", "id": ["x"]}, ".id", "['x'] is no ID; send what the field of this name holds"),
    ({"__typename": "Study", "id": "x"}, ".id", "this is no id; send it as Study.id gave it"),
    ({"__typename": "Study", "id": "\u00fc=="}, ".id", "this is no id; send it as Study.id gave it"),
    (
        {"__typename": "Study", "id": GlobalID("Series", ("1",)).encode()},
        ".id",
        "this is the id of a Series, not of a Study; send it with its own type",
    ),
    (
        {"__typename": "Study", "id": GlobalID("Study", (STUDY,)).encode(), "studyInstanceUID": "1"},
        ".studyInstanceUID",
        "id names another object than this; send one of the two, or both of one object",
    ),
    (
        {"__typename": "Patient", "id": GlobalID("Patient", ("nlst", "108001")).encode(), "collectionID": "lidc_idri"},
        ".collectionID",
        "id names another object than this; send one of the two, or both of one object",
    ),
    (
        {"__typename": "Study", "studyInstanceUID": STUDY, "modality": "CT"},
        ".modality",
        "this is in no key of Study; send only `id` or `studyInstanceUID`",
    ),
]


@pytest.mark.parametrize(("wrong", "at", "complaint"), MISTAKES, ids=str)
def test_a_mistake_nulls_its_own_place_and_says_what_to_send(
    sampled: Gateway, wrong: object, at: str, complaint: str
) -> None:
    good = {"__typename": "Study", "studyInstanceUID": STUDY}
    (before, null, after), errors = answered(sampled, good, wrong, {**good, "id": None})
    assert before == after == {"__typename": "Study", "id": GlobalID("Study", (STUDY,)).encode()}
    argument = f"representations[1]{at}"
    assert null is None
    assert errors == {1: {"message": f"{argument}: {complaint}", "code": "BAD_USER_INPUT", "argument": argument}}


def test_all_mistakes_together_cost_nothing_else(sampled: Gateway) -> None:
    series = rows(sampled, "Series")
    representations: list[object] = []
    for number, (wrong, _, _) in enumerate(MISTAKES):
        good = series[number % len(series)]
        representations += [{"__typename": "Series", "seriesInstanceUID": good["seriesInstanceUID"]}, wrong]
    found, errors = answered(sampled, *representations)
    assert [entity["id"] for entity in found[::2]] == [series[n % len(series)]["id"] for n in range(len(MISTAKES))]
    assert found[1::2] == [None] * len(MISTAKES)
    assert list(errors) == list(range(1, 2 * len(MISTAKES), 2))
    assert {error["code"] for error in errors.values()} == {"BAD_USER_INPUT"}


def test_literals_of_a_document_are_taken_like_variables(sampled: Gateway) -> None:
    data = sampled.data(
        """query($patient: ID!) { _entities(representations: [
             {__typename: "Patient", collectionID: "nlst", patientID: 108001}
             {__typename: "Patient", collectionID: "nlst", patientID: $patient}
           ]) { ... on Patient { patientID } } }""",
        patient="123342",
    )
    assert data == {"_entities": [{"patientID": patient} for patient in PATIENTS]}


def test_the_study_of_two_patients_leads_to_both_and_each_has_its_own_series(sampled: Gateway) -> None:
    document = """query($of: [_Any!]!) { _entities(representations: $of) {
        ... on Study { patients { patientID } series { totalCount } }
        ... on Patient { patientID studies(where: {studyInstanceUID: {eq: "%s"}}) { counts { series } } } } }"""
    patients = [{"__typename": "Patient", "collectionID": "nlst", "patientID": patient} for patient in PATIENTS]
    data = sampled.data(document % STUDY, of=[{"__typename": "Study", "studyInstanceUID": STUDY}, *patients])
    assert data["_entities"] == [
        {"patients": [{"patientID": patient} for patient in PATIENTS], "series": {"totalCount": 3}},
        {"patientID": "108001", "studies": {"counts": {"series": 2}}},
        {"patientID": "123342", "studies": {"counts": {"series": 1}}},
    ]


def test_a_patient_id_of_two_collections_is_a_patient_of_each(sampled: Gateway) -> None:
    document = "query($of: [_Any!]!) { _entities(representations: $of) { ... on Patient { id collection { name } } } }"
    collections = ("pdmr_texture_analysis", "pdmr_521955_158_r4", "pdmr_833975_119_r")
    of = [{"__typename": "Patient", "collectionID": c, "patientID": "521955-158-R4-2167"} for c in collections]
    first, second, none = sampled.data(document, of=of)["_entities"]
    names = [sampled.data(f'{{ c: collection(collectionID: "{c}") {{ name }} }}')["c"] for c in collections[:2]]
    assert [first["collection"], second["collection"], none] == [*names, None]
    assert first["id"] != second["id"]


def test_keys_may_hold_any_character(sample: IndexPackage, tmp_path: Path) -> None:
    series: list[Series] = [
        (patient, f"1.{number}", "CT", None, 1, "JPEG Baseline") for number, patient in enumerate(ODD_PATIENTS)
    ]
    with world(series, sample, tmp_path) as (gateway, _):
        by_key = [{"__typename": "Patient", "collectionID": "nlst", "patientID": p} for p in ODD_PATIENTS]
        document = "query($of: [_Any!]!) { _entities(representations: $of) { ... on Patient { id patientID } } }"
        found = gateway.data(document, of=by_key)["_entities"]
        assert [patient["patientID"] for patient in found] == list(ODD_PATIENTS)
        by_both = [{**patient, "__typename": "Patient", "collectionID": "nlst"} for patient in found]
        assert gateway.data(document, of=by_both)["_entities"] == found
        assert len({patient["id"] for patient in found}) == len(ODD_PATIENTS)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """Every look-up of keys and every reading of a column, with the number of rows."""
    seen: list[tuple[str, int]] = []
    look_up, reader = KeyIndex.rows, Readers.__getitem__

    def rows(self: KeyIndex, level: Level, keys: Any) -> Any:
        seen.append((f"keys of {level.value}", len(keys)))
        return look_up(self, level, keys)

    def counted(self: Readers, name: str) -> Reader:
        read = reader(self, name)

        def column(numbers: Any) -> Any:
            seen.append((name, len(numbers)))
            return read(numbers)

        return column

    monkeypatch.setattr(KeyIndex, "rows", rows)
    monkeypatch.setattr(Readers, "__getitem__", counted)
    yield seen


def test_a_thousand_series_by_both_keys_are_one_look_up_and_one_reading_of_each_column(
    sampled: Gateway, reads: list[tuple[str, int]]
) -> None:
    nodes = sampled.data("{ series(first: 1000) { nodes { id seriesInstanceUID modality patient { patientID } } } }")
    nodes = nodes["series"]["nodes"]
    keys = ("id", "seriesInstanceUID")
    of = [{"__typename": "Series", keys[n % 2]: node[keys[n % 2]]} for n, node in enumerate(nodes)]
    document = """query($of: [_Any!]!) { _entities(representations: $of) {
        ... on Series { id seriesInstanceUID modality patient { patientID } } } }"""
    reads.clear()
    assert sampled.data(document, of=of)["_entities"] == nodes
    assert sorted(name for name, _ in reads) == sorted(
        ["keys of SERIES", "id", "series_instance_uid", "modality", "patient", "patient_id"]
    )
    assert {count for name, count in reads if name in ("keys of SERIES", "id", "modality")} == {1000}


def test_a_thousand_are_the_most(sampled: Gateway) -> None:
    one = {"__typename": "Study", "studyInstanceUID": STUDY}
    assert len(entities(sampled, *[one] * 1000)) == 1000
    error = sampled.error(ENTITIES, of=[one] * 1001)
    assert error.message == "representations: 1001 are more than 1000; send them in several requests"
    assert error.path == ["_entities"]
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": "representations"}
    assert entities(sampled) == []


@pytest.mark.parametrize(
    ("field", "argument", "type_", "value"),
    [
        ("_entities", "representations", "_Any", {"__typename": "Study", "studyInstanceUID": STUDY}),
        ("nodes", "ids", "ID", GlobalID("Study", (STUDY,)).encode()),
    ],
)
def test_one_document_finds_no_more_objects_than_its_lists_may_hold(
    sampled: Gateway, field: str, argument: str, type_: str, value: object
) -> None:
    aliases = [f"a{number}: {field}({argument}: $of) {{ ... on Study {{ modalities }} }}" for number in range(26)]
    error = sampled.error(f"query($of: [{type_}!]!) {{ {' '.join(aliases)} }}", of=[value] * 1000)
    assert error.path == ["a25"]
    assert error.extensions == {"code": "COST_LIMIT_EXCEEDED", "argument": argument}
    assert error.message == (
        f"{argument}: the lists of this document hold more than 25,000 rows in all; "
        "lower `first` of the outer ones, or ask in several requests"
    )
