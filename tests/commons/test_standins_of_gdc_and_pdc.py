"""Each quirk of the stand-ins of GDC and PDC, as it is seen over HTTP."""

import json
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest

from tests.commons.standins.asking import ask
from tests.commons.standins.gdc import Gdc
from tests.commons.standins.pdc import Pdc
from tests.commons.standins.records import GdcCase
from tests.commons.standins.world import World

PROJECT = "TCGA-KIRC"
KIDNEY = {"op": "in", "content": {"field": "cases.project.project_id", "value": [PROJECT]}}


def one(field: str, value: Any, op: str = "=") -> dict[str, Any]:
    return {"op": op, "content": {"field": field, "value": value}}


def found(gdc: Gdc, endpoint: str = "cases", **given: Any) -> Any:
    answer = ask(gdc, f"/{endpoint}", {"size": 2000, **given})
    assert answer.status == 200, answer.body
    return answer.json


def hits(gdc: Gdc, filters: dict[str, Any] | None, fields: str = "submitter_id", **given: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = found(gdc, filters=filters, fields=fields, **given)["data"]["hits"]
    return rows


def cases(truth: World, project: str = PROJECT) -> list[GdcCase]:
    return [case for case in truth.gdc_cases if case.project_id == project]


# GDC


@pytest.mark.parametrize("how", ["query", "form", "json", "a string in json", "/v0"])
def test_gdc_takes_parameters_in_many_ways(gdc: Gdc, truth: World, how: str) -> None:
    text = quote(json.dumps(KIDNEY))
    path, body, kind = "/cases", None, "application/json"
    if how == "query":
        path = f"/cases?filters={text}&size=500&fields=case_id"
    elif how == "form":
        body, kind = f"filters={text}&size=500&fields=case_id".encode(), "application/x-www-form-urlencoded"
    else:
        filters = json.dumps(KIDNEY) if how.startswith("a string") else KIDNEY
        body = json.dumps({"filters": filters, "size": "500", "fields": "case_id"}).encode()
        path = "/v0/cases" if how == "/v0" else path
    answer = ask(gdc, path, body, content_type=kind).json
    assert {hit["case_id"] for hit in answer["data"]["hits"]} == {case.case_id for case in cases(truth)}


def test_a_url_of_gdc_of_more_than_8_kb_is_414_a_body_is_not(gdc: Gdc) -> None:
    filters = one("submitter_id", [f"TCGA-AA-{n:04}" for n in range(1000)], "in")
    answer = ask(gdc, f"/cases?filters={quote(json.dumps(filters))}")
    assert (answer.status, answer.content_type) == (414, "text/html")
    assert found(gdc, filters=filters)["data"]["pagination"]["total"] == 0


def test_a_hit_leaves_out_what_has_no_value(gdc: Gdc, truth: World) -> None:
    rows = hits(gdc, None, "case_id,demographic.race,demographic.vital_status")
    known = {case.case_id: case.demographic for case in truth.gdc_cases}
    assert len(rows) == len(known)
    left_out = [row["case_id"] for row in rows if "demographic" not in row]
    assert {case_id for case_id, demographic in known.items() if demographic is None} <= set(left_out)
    for row in rows:
        demographic = known[row["case_id"]]
        if demographic:
            assert row.get("demographic", {}).get("race") == demographic.race
    assert "Not Reported" in {row.get("demographic", {}).get("vital_status") for row in rows}


def test_lists_of_ids_come_in_another_order_each_time(gdc: Gdc) -> None:
    orders = {
        tuple(hits(gdc, one("submitter_id", "TCGA-BH-A0EA"), "submitter_aliquot_ids,sample_ids,submitter_slide_ids")
              [0]["submitter_slide_ids"])
        for _ in range(12)
    }  # fmt: skip
    assert len(orders) > 1
    assert len({frozenset(order) for order in orders}) == 1


def test_unknown_fields_are_a_warning_unknown_filters_an_error(gdc: Gdc) -> None:
    answer = found(gdc, fields="case_id,diagnoses.height", expand="nothing", facets="nobody", size=1)
    assert answer["warnings"] == {
        "fields": "unrecognized values: [diagnoses.height]",
        "expand": "unrecognized values: [nothing]",
        "facets": "unrecognized values: [nobody]",
    }
    assert set(answer["data"]["hits"][0]) == {"id", "case_id"}
    for filters in (one("nobody", 1), one("case_id", "x", "resembles")):
        refused = ask(gdc, "/cases", {"filters": filters})
        assert (refused.status, list(refused.json)) == (400, ["message"])


def test_gender_is_no_field_any_more_but_was(gdc: Gdc, truth: World) -> None:
    assert "gender" in found(gdc, fields="demographic.gender", size=1)["warnings"]["fields"]
    with Gdc(truth, gender=True) as older:
        rows = hits(older, KIDNEY, "demographic.gender,demographic.sex_at_birth")
    assert any(row.get("demographic") for row in rows)
    assert all(row["demographic"].get("gender") == row["demographic"].get("sex_at_birth")
               for row in rows if "demographic" in row)  # fmt: skip


def test_names_of_filters_may_have_the_endpoint_before_them(gdc: Gdc, truth: World) -> None:
    expected = {case.case_id for case in cases(truth)}
    for name in ("cases.project.project_id", "project.project_id"):
        assert {row["id"] for row in hits(gdc, one(name, PROJECT))} == expected
    assert "cases.submitter_id" in found(gdc, fields="cases.submitter_id", size=1)["warnings"]["fields"]


def stages(case: GdcCase) -> set[str]:
    return {s.raw for d in case.diagnoses for s in d.stages if s.system == "ajcc_pathologic_stage"}


FILTERS: dict[str, tuple[dict[str, Any], Any]] = {
    "a list with =": (one("submitter_id", ["TCGA-DD-A4NO"]), lambda case: case.submitter_id == "TCGA-DD-A4NO"),
    "a star": (one("submitter_id", "TCGA-DD-*"), lambda case: case.submitter_id.startswith("TCGA-DD-")),
    "ids are by case": (one("submitter_id", "tcga-dd-a4no"), lambda case: False),
    "any of a list of diagnoses": (
        one("diagnoses.ajcc_pathologic_stage", ["Stage IV"], "in"),
        lambda case: "Stage IV" in stages(case),
    ),
    "exclude drops whose values all match": (
        one("diagnoses.ajcc_pathologic_stage", ["Stage IV"], "exclude"),
        lambda case: stages(case) != {"Stage IV"},
    ),
    "excludeifany drops where one matches": (
        one("diagnoses.ajcc_pathologic_stage", ["Stage IV"], "excludeifany"),
        lambda case: "Stage IV" not in stages(case),
    ),
    "missing, of a parent that's there": (
        {"op": "is", "content": {"field": "demographic.race", "value": "missing"}},
        lambda case: case.demographic is not None and case.demographic.race is None,
    ),
    "a number": (
        one("demographic.days_to_death", 1000, ">"),
        lambda case: bool(case.demographic) and (case.demographic.days_to_death or 0) > 1000,
    ),
    "one diagnosis each": (
        # Both may be of different diagnoses.
        {"op": "and", "content": [one("diagnoses.classification_of_tumor", "metastasis"),
                                  one("diagnoses.ajcc_pathologic_stage", "Stage I*")]},
        lambda case: any(d.classification == "metastasis" for d in case.diagnoses)
        and any(s.startswith("Stage I") for s in stages(case)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILTERS)
def test_filters_of_gdc(gdc: Gdc, truth: World, name: str) -> None:
    filters, fits = FILTERS[name]
    assert {row["id"] for row in hits(gdc, filters)} == {case.case_id for case in truth.gdc_cases if fits(case)}


def test_a_filter_prunes_nothing_of_a_hit(gdc: Gdc, truth: World) -> None:
    rows = hits(gdc, one("diagnoses.classification_of_tumor", "metastasis"), "diagnoses.diagnosis_id")
    known = {case.case_id: {d.diagnosis_id for d in case.diagnoses} for case in truth.gdc_cases}
    assert rows
    assert all({d["diagnosis_id"] for d in row["diagnoses"]} == known[row["id"]] for row in rows)


def test_pages_of_gdc(gdc: Gdc, truth: World) -> None:
    total = len(cases(truth))
    whole = {"count": total, "total": total, "size": 100, "from": 0, "sort": "case_id:desc", "page": 1, "pages": 1}
    answer = found(gdc, filters=KIDNEY, size=100, sort="case_id:desc")["data"]
    assert answer["pagination"] == whole
    assert [hit["id"] for hit in answer["hits"]] == sorted((c.case_id for c in cases(truth)), reverse=True)
    assert ask(gdc, "/cases", {"filters": KIDNEY}).json["data"]["pagination"]["size"] == 10
    nothing = found(gdc, filters=one("case_id", "nobody"), size=10)["data"]["pagination"]
    assert (nothing["page"], nothing["pages"], nothing["total"], nothing["sort"]) == (0, 0, 0, "None")
    empty = found(gdc, filters=KIDNEY, size=0)["data"]
    assert (empty["hits"], empty["pagination"]["page"], empty["pagination"]["pages"]) == ([], 1, total)


def test_facets_of_gdc(gdc: Gdc, truth: World) -> None:
    filters = {"op": "and", "content": [one("primary_site", "Kidney"), one("project.program.name", "TCGA")]}
    answer = found(gdc, filters=filters, facets="primary_site,demographic.vital_status", size=0)["data"]
    sites = {row["key"]: row["doc_count"] for row in answer["aggregations"]["primary_site"]["buckets"]}
    # It doesn't see the filter on itself, and its keys are in lower case.
    assert sites == Counter(c.primary_site.lower() for c in truth.gdc_cases if c.project_id.startswith("TCGA-"))
    vital = {row["key"]: row["doc_count"] for row in answer["aggregations"]["demographic.vital_status"]["buckets"]}
    kidney = [c for c in truth.gdc_cases if c.project_id.startswith("TCGA-") and c.primary_site == "Kidney"]
    said = [c.demographic.vital_status if c.demographic else None for c in kidney]
    assert vital == Counter((value or "_missing").lower() for value in said)
    refused = ask(gdc, "/cases", {"filters": {"op": "or", "content": [KIDNEY]}, "facets": "primary_site"})
    assert refused.status == 400


def test_a_large_page_of_a_deep_expansion_is_504_with_html(gdc: Gdc) -> None:
    answer = ask(gdc, "/cases", {"size": 8000, "expand": "samples.portions"})
    assert (answer.status, answer.content_type) == (504, "text/html")


def test_gdc_tells_its_release_or_does_not(gdc: Gdc, truth: World) -> None:
    assert ask(gdc, "/status").json["data_release"] == "Data Release 45.0 - December 04, 2025"
    with Gdc(truth, dated=False) as undated:
        assert set(ask(undated, "/status").json) == {"commit", "status", "tag", "version"}


def test_mappings_tell_the_fields(gdc: Gdc) -> None:
    mapping = ask(gdc, "/cases/_mapping").json
    assert list(mapping) == ["_mapping", "defaults", "expand", "fields", "multi", "nested"]
    assert "diagnoses.ajcc_pathologic_stage" in mapping["fields"]
    assert ask(gdc, "/nobody/_mapping").status == 404


def test_a_redacted_case_has_its_annotation_and_no_files(gdc: Gdc, truth: World) -> None:
    redacted = [case for case in truth.gdc_cases if case.redacted]
    assert redacted
    for case in redacted:
        (hit,) = hits(gdc, one("case_id", case.case_id), "annotations.classification,summary.file_count")
        assert "Redaction" in {row["classification"] for row in hit["annotations"]}
        files = found(gdc, "files", filters=one("cases.case_id", case.case_id))
        assert files["data"]["pagination"]["total"] == 0


def test_mutations_are_found_by_gene(gdc: Gdc, truth: World) -> None:
    kras = {mutation.ssm_id for mutation in truth.mutations if mutation.gene == "KRAS"}
    filters = one("ssm.consequence.transcript.gene.symbol", "KRAS")
    rows = found(gdc, "ssm_occurrences", filters=filters, fields="case.case_id")["data"]["hits"]
    expected = {c.case_id for c in truth.gdc_cases if kras & set(c.mutations) and not c.redacted}
    assert {row["case"]["case_id"] for row in rows} == expected


# PDC


def pdc_data(pdc: Pdc, query: str, **variables: Any) -> Any:
    answer = ask(pdc, "/graphql", {"query": query, "variables": variables})
    assert answer.status == 200, answer.body
    return answer.json["data"]


CASE = "query ($ids: String) { case(case_submitter_id: $ids) { case_id case_submitter_id } }"
NESTED = "query ($ids: String) { case(case_submitter_id: $ids) { case_id demographics { gender } } }"


def test_ids_of_pdc_are_lists_and_nobody_says_who_is_missing(pdc: Pdc) -> None:
    rows = pdc_data(pdc, CASE, ids="C3L-00791;nobody;05BR016")["case"]
    assert {row["case_submitter_id"] for row in rows} == {"C3L-00791", "05BR016"}
    asked = quote('{ case(case_submitter_id: "C3L-00791") { case_id } }')
    got = ask(pdc, f"/graphql?query={asked}").json
    assert got["data"]["case"] == [{"case_id": "dae8930e-1fb8-11e9-b7f8-0a80fada099c"}]


def test_too_many_ids_are_504_and_too_long_a_body_413(pdc: Pdc) -> None:
    for query, most in ((NESTED, 50), (CASE, 300)):
        for count, status in ((most, 200), (most + 1, 504)):
            body = {"query": query, "variables": {"ids": ";".join(f"C3L-{n:05}" for n in range(count))}}
            assert ask(pdc, "/graphql", body).status == status
    long = {"query": CASE, "variables": {"ids": "x" * 110_000}}
    assert (ask(pdc, "/graphql", long).status, ask(pdc, "/graphql", long).content_type) == (413, "text/html")


def test_pages_of_pdc_need_both_numbers(pdc: Pdc, truth: World) -> None:
    query = "{ getPaginatedCases(%s) { total cases { case_submitter_id } pagination { total } } }"
    half = pdc_data(pdc, query % "limit: 10")["getPaginatedCases"]
    assert (half["total"], len(half["cases"])) == (0, 100)
    page = pdc_data(pdc, query % "offset: 0 limit: 10")["getPaginatedCases"]
    total = len(truth.pdc_cases)
    assert (page["total"], len(page["cases"]), page["pagination"]["total"]) == (total, 10, total)


def test_pagination_knows_the_total_if_it_was_asked_before(pdc: Pdc) -> None:
    query = "{ getPaginatedCases(offset: 0 limit: 10) { pagination { total } total } }"
    answer = pdc_data(pdc, query)["getPaginatedCases"]
    assert answer["pagination"]["total"] is None
    assert answer["total"] > 0


def test_of_several_root_fields_all_have_the_arguments_of_the_last(pdc: Pdc) -> None:
    query = """{ a: case(case_submitter_id: "C3L-00791") { case_submitter_id }
                 b: case(case_submitter_id: "05BR016") { case_submitter_id } }"""
    assert pdc_data(pdc, query) == {
        "a": [{"case_submitter_id": "05BR016"}],
        "b": [{"case_submitter_id": "05BR016"}],
    }


def test_errors_of_pdc(pdc: Pdc) -> None:
    looked = ask(pdc, "/graphql", {"query": "{ __schema { types { name } } }"})
    assert (looked.status, looked.json["errors"][0]["extensions"]["code"]) == (400, "GRAPHQL_VALIDATION_FAILED")
    unknown = ask(pdc, "/graphql", {"query": "{ allCases(offset: 0 limit: 1) { external_case_id } }"})
    assert unknown.status == 400
    assert "Cannot query field" in unknown.json["errors"][0]["message"]
    failing = ask(pdc, "/graphql", {"query": "{ fileMetadata(offset: 0 limit: 20001) { file_id } }"})
    assert (failing.status, failing.json["data"]) == (200, {"fileMetadata": None})
    assert failing.json["errors"][0]["message"] == "Limit cannot be over 20000"
    assert failing.json["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


def test_numbers_of_pdc_are_strings_and_nothing_has_many_names(pdc: Pdc) -> None:
    query = """{ allCases(offset: 0 limit: 500) {
      demographics { days_to_birth days_to_death } diagnoses { age_at_diagnosis ajcc_clinical_stage } } }"""
    rows = pdc_data(pdc, query)["allCases"]
    people = [demographic for row in rows for demographic in row["demographics"]]
    diagnoses = [diagnosis for row in rows for diagnosis in row["diagnoses"]]
    assert all(isinstance(value, str | None) for row in people + diagnoses for value in row.values())
    assert {row["ajcc_clinical_stage"] for row in diagnoses} >= {"Not Reported", "N/A", "", None}
    assert any(row["days_to_birth"].startswith("-") for row in people if row["days_to_birth"])
    assert "0" in {row["days_to_death"] for row in people}


def test_an_unknown_fraction_is_an_empty_list(pdc: Pdc) -> None:
    query = """query ($f: String) {
      programsProjectsStudies(analytical_fraction: $f) { projects { studies { pdc_study_id } } } }"""
    assert pdc_data(pdc, query, f="Proteom")["programsProjectsStudies"] == []
    assert pdc_data(pdc, query, f="Proteome")["programsProjectsStudies"]


def test_older_versions_of_studies_are_there(pdc: Pdc, truth: World) -> None:
    query = "{ studyCatalog { pdc_study_id versions { study_id is_latest_version } } }"
    catalog = {row["pdc_study_id"]: row["versions"] for row in pdc_data(pdc, query)["studyCatalog"]}
    assert {v["study_id"]: v["is_latest_version"] for versions in catalog.values() for v in versions} == {
        study.study_id: "yes" if study.latest else "no" for study in truth.pdc_studies
    }
    old = next(study for study in truth.pdc_studies if not study.latest)
    new = next(study for study in truth.pdc_studies if study.latest and study.pdc_study_id == old.pdc_study_id)
    listed = "query ($p: String, $s: String) { biospecimenPerStudy(pdc_study_id: $p, study_id: $s) { case_id } }"
    for variables, study in (({"p": old.pdc_study_id}, new), ({"s": old.study_id}, old)):
        rows = pdc_data(pdc, listed, **variables)["biospecimenPerStudy"]
        assert {row["case_id"] for row in rows} <= set(study.cases)
    dropped = set(old.cases) - set(new.cases)
    assert dropped
    by_study = pdc_data(pdc, "query ($p: String) { case(pdc_study_id: $p) { case_id } }", p=old.pdc_study_id)["case"]
    assert dropped <= {row["case_id"] for row in by_study}


def test_reference_material_is_a_case(pdc: Pdc, truth: World) -> None:
    query = "query ($ids: String) { case(case_submitter_id: $ids) { case_submitter_id case_is_ref } }"
    rows = pdc_data(pdc, query, ids="Ref;Pooled Sample;263")["case"]
    assert sorted((row["case_submitter_id"], row["case_is_ref"]) for row in rows if row["case_is_ref"]) == [
        ("Pooled Sample", "Yes"),
        ("Ref", "Yes"),
        ("Ref", "Yes"),
    ]
    assert [row["case_submitter_id"] for row in rows if not row["case_is_ref"]] == ["263"]


def test_places_of_references_may_end_with_a_carriage_return(pdc: Pdc, truth: World) -> None:
    study = next(study for study in truth.pdc_studies if study.latest)
    query = (
        'query ($s: String) { pdcEntityReference(entity_type: "study", entity_id: $s) { reference_entity_location } }'
    )
    places = [row["reference_entity_location"] for row in pdc_data(pdc, query, s=study.study_id)["pdcEntityReference"]]
    assert any(place.endswith("\r") for place in places)


def test_sizes_of_more_than_2_gib_fail_as_numbers_and_are_strings_elsewhere(pdc: Pdc) -> None:
    answer = ask(pdc, "/graphql", {"query": "{ fileMetadata(offset: 0 limit: 2000) { file_id file_size } }"}).json
    assert "Int cannot represent" in answer["errors"][0]["message"]
    rows = pdc_data(pdc, '{ filesPerStudy(pdc_study_id: "PDC000127") { file_size } }')["filesPerStudy"]
    assert "3221225472" in {row["file_size"] for row in rows}


def test_urls_are_signed_only_if_somebody_asks(truth: World) -> None:
    with Pdc(truth) as pdc:
        pdc_data(pdc, '{ filesPerStudy(pdc_study_id: "PDC000127") { file_id } }')
        assert pdc.signed == 0
        rows = pdc_data(pdc, '{ filesPerStudy(pdc_study_id: "PDC000127") { signedUrl { url } } }')["filesPerStudy"]
        assert pdc.signed == len(rows) > 0


def test_rows_of_pdc_have_no_order(pdc: Pdc) -> None:
    query = "{ allCases(offset: 0 limit: 500) { case_id } }"
    orders = {tuple(row["case_id"] for row in pdc_data(pdc, query)["allCases"]) for _ in range(3)}
    assert len(orders) == 3
    assert len({frozenset(order) for order in orders}) == 1


def test_pdc_tells_its_release(pdc: Pdc) -> None:
    query = "{ uiDataVersionSoftwareVersion { data_release build_tag } }"
    assert pdc_data(pdc, query)["uiDataVersionSoftwareVersion"] == {"data_release": "6.1", "build_tag": "4.0.17"}
