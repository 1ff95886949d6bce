"""Each quirk of the stand-ins of ICDC and of the resolver of objects, as it is seen over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.commons.standins import faults
from tests.commons.standins.asking import ask
from tests.commons.standins.drs import ROOT, Drs
from tests.commons.standins.drs_objects import RECORDED_INSTANCES, RECORDED_SERIES, first_series
from tests.commons.standins.icdc import Icdc
from tests.commons.standins.world import World, next_world

INSTANCE = RECORDED_INSTANCES[1]


@pytest.fixture(scope="module")
def icdc(truth: World) -> Iterator[Icdc]:
    with Icdc(truth) as standin:
        yield standin


@pytest.fixture(scope="module")
def drs(truth: World) -> Iterator[Drs]:
    with Drs(truth) as standin:
        yield standin


def asked(icdc: Icdc, query: str, **variables: Any) -> Any:
    answer = ask(icdc, "/v1/graphql/", {"query": query, "variables": variables})
    assert (answer.status, answer.content_type) == (200, "application/json")
    return answer.json


def test_icdc_answers_post_alone(icdc: Icdc) -> None:
    answer = ask(icdc, "/v1/graphql/?query={numberOfCases}")
    body = {"errors": [{"message": "API will only accept POST requests"}], "data": None}
    assert (answer.status, answer.json) == (405, body)
    assert ask(icdc, "/v1/graphql/", b"{}").status == 400


def test_errors_of_icdc_are_http_200(icdc: Icdc) -> None:
    unknown = asked(icdc, "{ case(first: 1) { breed } }")
    assert unknown["data"] is None
    assert unknown["errors"][0]["message"].startswith("Validation error (FieldUndefined)")
    assert unknown["errors"][0]["extensions"] == {"classification": "ValidationError"}
    broken = asked(icdc, "{ case { case_id ")
    assert broken["errors"][0]["extensions"] == {"classification": "InvalidSyntax"}


def test_icdc_allows_introspection(icdc: Icdc) -> None:
    names = {
        row["name"] for row in asked(icdc, '{ __type(name: "case") { fields { name } } }')["data"]["__type"]["fields"]
    }
    assert {"case_id", "patient_id", "canine_individual", "demographic", "diagnoses", "study"} <= names


def test_all_cases_of_icdc_come_without_a_page_and_in_no_order(icdc: Icdc, truth: World) -> None:
    orders = {tuple(row["case_id"] for row in asked(icdc, "{ case { case_id } }")["data"]["case"]) for _ in range(3)}
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset(case.case_id for case in truth.icdc_cases)}


def test_pages_of_icdc_in_order_have_every_case_once(icdc: Icdc, truth: World) -> None:
    query = "query ($offset: Int) { case(first: 10, offset: $offset, orderBy: [case_id_asc]) { case_id } }"
    found: list[str] = []
    while rows := asked(icdc, query, offset=len(found))["data"]["case"]:
        found += [row["case_id"] for row in rows]
    assert found == sorted(case.case_id for case in truth.icdc_cases)


def test_cases_of_icdc_by_id_and_study(icdc: Icdc, truth: World) -> None:
    dog = next(case for case in truth.icdc_cases if case.patient and case.files)
    query = """query ($ids: [String]) {
      case(filter: {case_id_in: $ids, study: {clinical_study_designation: "GLIOMA01"}}) {
        case_id patient_id patient_first_name study { clinical_study_designation }
        demographic { breed sex patient_age_at_enrollment patient_age_at_enrollment_unit neutered_indicator }
        diagnoses { disease_term primary_disease_site stage_of_disease }
        samples { sample_id } files { file_name file_type uuid file_size }
      }
    }"""
    (row,) = asked(icdc, query, ids=[dog.case_id, dog.case_id.lower(), "COTC022-2213"])["data"]["case"]
    files = row.pop("files")
    assert row == {
        "case_id": dog.case_id,
        "patient_id": dog.patient_id,
        "patient_first_name": None,
        "study": {"clinical_study_designation": "GLIOMA01"},
        "demographic": {
            "breed": dog.breed,
            "sex": dog.sex,
            "patient_age_at_enrollment": dog.age_years,
            "patient_age_at_enrollment_unit": "years",
            "neutered_indicator": dog.neutered,
        },
        "diagnoses": [
            {
                "disease_term": dog.disease_term,
                "primary_disease_site": "Brain",
                "stage_of_disease": dog.stage_of_disease,
            }
        ],
        "samples": [{"sample_id": name} for name in dog.samples],
    }
    assert [(file["file_name"], file["file_type"]) for file in files] == list(dog.files)
    assert all(file["uuid"].startswith("dg.4DFC/") and file["file_size"] > 2**31 for file in files)


def test_an_id_that_icdc_has_not_is_an_empty_list(icdc: Icdc) -> None:
    assert asked(icdc, '{ case(case_id: "GLIOMA01-i_FFFF") { case_id } }') == {"data": {"case": []}}


def test_filters_of_icdc_may_be_put_together(icdc: Icdc, truth: World) -> None:
    query = """{ case(filter: {OR: [{case_id_starts_with: "UBC"}, {case_id: "COTC022-2213"}],
                               NOT: [{case_id_contains: "Vm20"}]}, orderBy: [case_id_desc]) { case_id } }"""
    assert asked(icdc, query)["data"]["case"] == [{"case_id": "UBC02-776-675-63"}, {"case_id": "COTC022-2213"}]


def test_one_dog_may_be_in_two_studies(icdc: Icdc) -> None:
    query = """{ case(case_id: "UBC01-776-675-Vm20") {
      canine_individual { canine_individual_id cases { case_id study { clinical_study_designation } } } } }"""
    individual = asked(icdc, query)["data"]["case"][0]["canine_individual"]
    assert individual["canine_individual_id"] == "0003"
    assert sorted((row["case_id"], row["study"]["clinical_study_designation"]) for row in individual["cases"]) == [
        ("UBC01-776-675-Vm20", "UBC01"),
        ("UBC02-776-675-63", "UBC02"),
    ]


def test_some_dogs_of_idc_are_not_in_icdc_and_none_is_twice(truth: World) -> None:
    dogs = [case.patient for case in truth.icdc_cases if case.patient]
    imaged = {patient for patient in truth.imaged if patient[0] == "icdc_glioma"}
    assert dogs
    assert len(dogs) == len(set(dogs))
    assert set(dogs) < imaged
    assert all(truth.icdc_of(patient) for patient in dogs)


def test_icdc_may_answer_null_without_errors_and_publish_another_world(truth: World) -> None:
    with Icdc(truth) as icdc:
        icdc.faults.add(faults.null_data(), times=1)
        assert asked(icdc, "{ case { case_id } }") == {"data": {"case": None}}
        icdc.publish("2.1.0", next_world(truth))
        answer = asked(icdc, "{ numberOfCases schemaVersion }")
    assert answer == {"data": {"numberOfCases": len(truth.icdc_cases) - 1, "schemaVersion": "2.1.0"}}


@pytest.mark.parametrize("spelled", [f"dg.4DFC/{INSTANCE}", f"dg.4DFC%2F{INSTANCE}", f"dg.4DFC:{INSTANCE}", INSTANCE])
def test_an_object_is_found_however_its_id_is_spelled(drs: Drs, spelled: str) -> None:
    document = ask(drs, f"{ROOT}/objects/{spelled}").json
    assert (document["id"], document["size"]) == (f"dg.4DFC/{INSTANCE}", 135450)
    key = f"{RECORDED_SERIES}/{INSTANCE}.dcm"
    assert [method["access_url"]["url"] for method in document["access_methods"]] == [
        f"gs://public-datasets-idc/{key}",
        f"s3://idc-open-data/{key}",
    ]


def test_what_was_not_registered_is_404(drs: Drs) -> None:
    body = {"msg": "no record found", "status_code": 404}
    for missing in (f"dg.4dfc:{INSTANCE}", "dg.4DFC/00000000-0000-0000-0000-000000000000"):
        answer = ask(drs, f"{ROOT}/objects/{missing}")
        assert (answer.status, answer.json) == (404, body)


def test_series_of_the_first_release_are_bundles(drs: Drs) -> None:
    for series, count in first_series():
        document = ask(drs, f"{ROOT}/objects/dg.4DFC/{series}").json
        assert (document["form"], len(document["contents"])) == ("bundle", min(count, 3))
        assert "access_methods" not in document
        assert {content["name"] for content in document["contents"]} == {None}
        for content in document["contents"]:
            assert ask(drs, f"{ROOT}/objects/{content['id']}").json["form"] == "object"


def test_the_contents_of_a_bundle_may_be_expanded(drs: Drs) -> None:
    document = ask(drs, f"{ROOT}/objects/dg.4DFC/{RECORDED_SERIES}?expand=true").json
    assert [content["contents"] for content in document["contents"]] == [[], []]


def test_older_documents_have_their_size_as_a_string(truth: World) -> None:
    with Drs(truth, older=True) as drs:
        document = ask(drs, f"{ROOT}/objects/dg.4DFC/{INSTANCE}").json
        bundle = ask(drs, f"{ROOT}/objects/dg.4DFC/{RECORDED_SERIES}").json
    assert (document["size"], bundle["size"]) == ("135450", 270902)
    assert document["self_uri"] == f"drs://nci-crdc.datacommons.io/dg.4DFC/{INSTANCE}"
    assert {name for method in document["access_methods"] for name in method} == {
        "access_id", "access_url", "region", "type",
    }  # fmt: skip


def test_many_objects_are_found_and_not_found_together(drs: Drs) -> None:
    missing = "dg.4DFC/00000000-0000-0000-0000-000000000000"
    wanted = [f"dg.4DFC/{uuid}" for uuid in RECORDED_INSTANCES]
    answer = ask(drs, f"{ROOT}/objects", {"bulk_object_ids": [*wanted, missing]}).json
    assert answer["summary"] == {"requested": 3, "resolved": 2, "unresolved": 1}
    assert answer["unresolved_drs_objects"] == [{"error_code": 404, "object_ids": [missing]}]
    assert sorted(row["id"] for row in answer["resolved_drs_objects"]) == sorted(wanted)
    assert ask(drs, f"{ROOT}/objects", {"bulk_object_ids": [missing] * 101}).status == 413
    assert ask(drs, f"{ROOT}/objects", {}).status == 400


def test_signed_urls_are_refused_and_counted(truth: World) -> None:
    with Drs(truth) as drs:
        assert ask(drs, f"{ROOT}/objects/dg.4DFC/{INSTANCE}").status == 200
        assert drs.signed == 0
        assert ask(drs, f"{ROOT}/objects/dg.4DFC/{INSTANCE}/access/s3").status == 401
        assert drs.signed == 1


def test_files_of_icdc_are_objects(drs: Drs, icdc: Icdc) -> None:
    rows = asked(icdc, "{ case { files { file_name uuid } } }")["data"]["case"]
    file = next(file for row in rows for file in row["files"])
    assert ask(drs, f"{ROOT}/objects/{file['uuid']}").json["name"] == file["file_name"]


def test_the_service_tells_how_many_ids_it_takes(drs: Drs) -> None:
    assert ask(drs, f"{ROOT}/service-info").json["maxBulkRequestLength"] == 100
