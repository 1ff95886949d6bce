"""Each quirk of CDA's stand-in, as it is seen over HTTP; and what CDA knows of the world."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.commons.conftest import ALIASES
from tests.commons.standins import faults
from tests.commons.standins.asking import Answer, ask
from tests.commons.standins.cda import NEXT_RELEASE, Cda
from tests.commons.standins.cda_subjects import by_upstream
from tests.commons.standins.world import World, next_world

KIDNEY = {"MATCH_ALL": ["project_short_name = tcga_kirc"]}


@pytest.fixture(scope="module")
def cda(truth: World) -> Iterator[Cda]:
    with Cda(truth) as standin:
        yield standin


def subjects(cda: Cda, filters: dict[str, Any], query: str = "?limit=1000&offset=0") -> Any:
    return ask(cda, f"/data/subject{query}", filters).json


def ids(answer: Any) -> list[str]:
    return [row["subject_id"] for row in answer["result"]]


def in_collection(truth: World, collection: str) -> set[str]:
    return {s.subject_id for s in truth.cda_subjects if collection in s.projects}


def test_a_body_of_more_than_8_kb_is_403_with_html(cda: Cda) -> None:
    filters = [f"upstream_id = TCGA-AA-{number:04}" for number in range(1000)]
    assert subjects(cda, {"MATCH_SOME": filters[:200]})["total_row_count"] == 0
    refused = ask(cda, "/data/subject", {"MATCH_SOME": filters[:300]})
    assert (refused.status, refused.content_type) == (403, "text/html")
    assert b"403 Forbidden" in refused.body


def test_next_url_leads_through_all_rows_if_the_offset_is_in_it(cda: Cda, truth: World) -> None:
    expected = in_collection(truth, "tcga_kirc")
    found, path = [], "/data/subject?limit=10&offset=0"
    while path:
        answer = ask(cda, path, KIDNEY).json
        assert answer["total_row_count"] == len(expected)
        found += ids(answer)
        path = (answer["next_url"] or "").removeprefix(cda.url)
    assert (len(found), set(found)) == (len(expected), expected)


def test_without_an_offset_next_url_leads_to_the_same_page(cda: Cda) -> None:
    path = "/data/subject?limit=10"
    first = ask(cda, path, KIDNEY).json
    assert first["next_url"] == cda.url + path
    again = ask(cda, first["next_url"].removeprefix(cda.url), KIDNEY).json
    assert (set(ids(again)), again["next_url"]) == (set(ids(first)), first["next_url"])


def test_rows_come_in_another_order_each_time(cda: Cda) -> None:
    orders = {tuple(ids(subjects(cda, KIDNEY))) for _ in range(4)}
    assert len(orders) > 1
    assert len({frozenset(order) for order in orders}) == 1


def test_added_columns_are_lists_of_their_own(cda: Cda, truth: World) -> None:
    (known,) = (s for s in truth.cda_subjects if s.subject_id == "TCGA.TCGA-DD-A4NO")
    asked = {"MATCH_ALL": ["subject_id = TCGA.TCGA-DD-A4NO"],
             "ADD_COLUMNS": ["upstream_identifiers.*", "project_short_name", "sex"]}  # fmt: skip
    (row,) = subjects(cda, asked)["result"]
    assert set(row["upstream_id"]) == {up.id for up in known.upstream}
    assert len(row["upstream_id"]) < len(known.upstream) == len(row["upstream_field"])
    assert set(row["project_short_name"]) == set(known.projects)
    assert row["sex"] == [known.sex]
    (collated,) = subjects(cda, {**asked, "COLLATE_RESULTS": True})["result"]
    assert sorted(map(tuple, (up.values() for up in collated["upstream_identifiers_columns"]))) == sorted(
        (up.source, up.field, up.id) for up in known.upstream
    )
    assert {"sex": None} in collated["observation_columns"]
    assert "sex" not in collated and "upstream_id" not in collated


def test_terms_can_not_be_excluded(cda: Cda) -> None:
    (row,) = subjects(cda, {"MATCH_ALL": ["subject_id = TCGA.TCGA-DD-A4NO"], "EXCLUDE_COLUMNS": ["race"]})["result"]
    assert "race" not in row
    assert [name for name in row if name.startswith("race")] == [
        "race_containing_terms",
        "race_slim_terms",
        "race_synonym_terms",
    ]


def test_external_references_come_if_they_are_asked_for(cda: Cda) -> None:
    asked = {"MATCH_ALL": ["subject_id = TCGA.TCGA-DD-A4NO"], "EXTERNAL_REFERENCE": True}
    assert subjects(cda, asked)["result"][0]["external_reference_columns"] == []


ERRORS: dict[str, tuple[dict[str, Any], int, dict[str, str]]] = {
    "unknown column": (
        {"MATCH_ALL": ["notacolumn = 1"]},
        400,
        {"error_type": "ColumnNotFound", "message": "Column Not Found: notacolumn"},
    ),
    "unknown table": (
        {**KIDNEY, "ADD_COLUMNS": ["specimen.*"]},
        400,
        {"error_type": "TableNotFound", "message": "Table Not Found: specimen"},
    ),
    "no blanks around the operator": (
        {"MATCH_ALL": ["sex~male"]},
        400,
        {"error_type": "ParsingError", "message": "Unable to parse out operator in filter: sex~male"},
    ),
    "an id with a sign of equality": (
        {"MATCH_ALL": ["upstream_id = GBM_DSC_MRI_DRO_Bo=15T"]},
        400,
        {
            "error_type": "ParsingError",
            "message": "Unable to parse out operator in filter: upstream_id = GBM_DSC_MRI_DRO_Bo=15T",
        },
    ),
    "nothing asked": (
        {},
        400,
        {"error_type": "EmptyQueryError", "message": "Query is empty: give SEARCH_LIST, MATCH_ALL or MATCH_SOME"},
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_told_by_their_type(cda: Cda, name: str) -> None:
    asked, status, body = ERRORS[name]
    answer = ask(cda, "/data/subject", asked)
    assert (answer.status, answer.json) == (status, body)


def test_a_limit_that_is_no_number_is_422(cda: Cda) -> None:
    answer = ask(cda, "/data/subject?limit=abc", KIDNEY)
    message = "Input should be a valid integer, unable to parse string as an integer"
    detail = {"type": "int_parsing", "loc": ["query", "limit"], "msg": message, "input": "abc"}
    assert (answer.status, answer.json) == (422, {"detail": [detail]})


def test_files_are_not_found_by_upstream_id(cda: Cda) -> None:
    answer: Answer = ask(cda, "/data/file", {"MATCH_ALL": ["upstream_id = TCGA-DD-A4NO"]})
    assert (answer.status, answer.json["error_type"]) == (500, "RelationshipNotFound")


FILTERS: dict[str, tuple[str, bool]] = {
    "equal": ("subject_id = TCGA.TCGA-DD-A4NO", True),
    "in other letters": ("subject_id = tcga.tcga-dd-a4no", True),
    "with like, a star stands for anything": ("subject_id like TCGA.TCGA-DD-*", True),
    "with =, it's a star": ("subject_id = TCGA.TCGA-DD-*", False),
    "in a list": ('upstream_id in ["TCGA-DD-A4NO", "nobody"]', True),
    "not in a list": ('subject_id not in ["TCGA.TCGA-DD-A4NO"]', False),
    "a number": ("age_at_observation >= 18", True),
    "a smaller one": ("age_at_observation < 18", False),
    "null": ("cause_of_death is NULL", True),
    "not null": ("diagnosis is not NULL", True),
    "a truth": ("subject_data_at_gdc = true", True),
    "cut at the blank": ("diagnosis = Hepatocellular carcinoma", False),
    "in quotes": ('diagnosis = "Hepatocellular carcinoma"', True),
    # This build takes != of strings for =.
    "unequal to itself": ("subject_id != TCGA.TCGA-DD-A4NO", True),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(cda: Cda, name: str) -> None:
    text, fits = FILTERS[name]
    found = ids(subjects(cda, {"MATCH_ALL": [text]}))
    assert ("TCGA.TCGA-DD-A4NO" in found) is fits


def test_match_some_is_one_of_match_all_each_and_search_list_every_word(cda: Cda, truth: World) -> None:
    some = {"MATCH_SOME": ["project_short_name = tcga_kirc", "project_short_name = tcga_luad"]}
    both = in_collection(truth, "tcga_kirc") | in_collection(truth, "tcga_luad")
    assert set(ids(subjects(cda, some))) == both
    men = {s.subject_id for s in truth.cda_subjects if s.subject_id in both and s.sex == "male"}
    assert set(ids(subjects(cda, {**some, "MATCH_ALL": ["sex = male"]}))) == men
    searched = {"SEARCH_LIST": ["TCGA-KIRC", "white"]}
    assert set(ids(subjects(cda, searched))) == {
        s.subject_id for s in truth.cda_subjects if "TCGA-KIRC" in s.projects and s.race == "White"
    }


def test_a_project_of_idc_selects_the_subjects_of_that_collection(cda: Cda, truth: World) -> None:
    for collection in ("cptac_luad", "tcga_ov", "icdc_glioma"):
        found = ids(subjects(cda, {"MATCH_ALL": [f"project_short_name = {collection}"]}))
        assert sorted(found) == sorted(
            s.subject_id for s in truth.cda_subjects if s.patient and s.patient[0] == collection
        )
        assert found


def test_series_of_idc_are_files_under_their_crdc_uuid(cda: Cda) -> None:
    answer = ask(cda, "/data/file?limit=1000&offset=0", {"MATCH_ALL": ["subject_id = TCGA.TCGA-DD-A4NO"]}).json
    by_source = Counter(
        source for row in answer["result"] for source in ("gdc", "idc", "pdc") if row[f"file_data_at_{source}"]
    )
    assert by_source["idc"] > 0 and by_source["gdc"] > 0
    series = next(row for row in answer["result"] if row["file_data_at_idc"])
    assert (series["subject_id"], series["format"]) == (["TCGA.TCGA-DD-A4NO"], "DICOM")
    assert series["drs_uri"].startswith("drs://dg.4dfc:")


def test_the_summary_counts_who_is_where(cda: Cda, truth: World) -> None:
    answer = ask(cda, "/summary/subject", {**KIDNEY, "ADD_COLUMNS": ["sex"]}).json["result"][0]
    known = [s for s in truth.cda_subjects if "tcga_kirc" in s.projects]
    assert answer["total_count"] == len(known)
    assert {row["sex"]: row["count_result"] for row in answer["sex_summary"]} == Counter(s.sex for s in known)
    counted = {
        frozenset(key.removesuffix("_exclusive").split("_")): count
        for key, count in answer["data_source"].items()
        if count
    }
    assert counted == Counter(s.data_at for s in known)
    assert len(answer["data_source"]) == 31
    assert sum(not key.endswith("_exclusive") for key in answer["data_source"]) == 1


def test_the_keys_of_the_diagram_are_spelled_anew_each_time(cda: Cda) -> None:
    spelled = {tuple(ask(cda, "/summary/subject", KIDNEY).json["result"][0]["data_source"]) for _ in range(3)}
    assert len(spelled) == 3


def test_column_values_are_counted_in_one_commons(cda: Cda, truth: World) -> None:
    answer = ask(cda, "/column_values/sex?data_source=PDC", method="POST").json
    assert {row["sex"]: row["value_count"] for row in answer["result"]} == Counter(
        s.sex for s in truth.cda_subjects if "pdc" in s.data_at
    )
    unknown = ask(cda, "/column_values/sex?data_source=TCIA", method="POST")
    assert (unknown.status, unknown.json["error_type"]) == (400, "SystemNotFound")


def test_columns_are_listed_with_their_tables(cda: Cda) -> None:
    rows = ask(cda, "/columns/").json["result"]
    assert {row["table"] for row in rows} == {
        "subject", "observation", "file", "project", "treatment", "mutation", "upstream_identifiers",
    }  # fmt: skip
    assert set(rows[0]) == {"table", "column", "data_type", "nullable", "description"}


def test_one_id_may_lead_to_two_subjects(cda: Cda, truth: World) -> None:
    twins = {key: found for key, found in by_upstream(truth.cda_subjects).items() if len(found) > 1}
    assert twins
    for key, found in twins.items():
        answer = subjects(cda, {"MATCH_SOME": [f"upstream_id = {key}"]})
        assert sorted(ids(answer)) == sorted(s.subject_id for s in found)


def test_cda_is_a_release_behind_and_knows_no_alias(truth: World) -> None:
    known = {s.patient for s in truth.cda_subjects}
    missed = {case.patient for case in truth.gdc_cases if case.patient} - known
    assert missed
    assert not any("gdc" in s.data_at for s in truth.cda_subjects if s.patient and s.patient[1] in ALIASES)
    assert {case.patient for case in next_world(truth).gdc_cases if case.patient} <= {
        s.patient for s in next_world(truth).cda_subjects
    }


def test_a_subject_may_have_two_cases_of_pdc(truth: World) -> None:
    for patient in truth.ambiguous:
        subject = truth.cda_of(patient)
        if subject:
            assert sum(up.field == "Case.case_id" for up in subject.upstream) == 2


def test_the_sources_of_ids_may_be_wrong(truth: World) -> None:
    asked = {"MATCH_ALL": ["subject_id = TCGA.TCGA-DD-A4NO"], "ADD_COLUMNS": ["upstream_source"]}
    with Cda(truth, sources=False, ctdc=True) as cda:
        (row,) = subjects(cda, asked)["result"]
    assert row["upstream_source"] == ["GC"]
    assert row["subject_data_at_ctdc"] is False
    assert row["subject_data_at_gdc"] is True


def test_a_mended_build_knows_unequal(truth: World) -> None:
    with Cda(truth, unequal=True) as cda:
        found = ids(subjects(cda, {"MATCH_ALL": ["subject_id != TCGA.TCGA-DD-A4NO"]}))
    assert len(found) == len(truth.cda_subjects) - 1


def test_a_release_tells_what_it_has_of_each_commons_and_changes_ids(truth: World) -> None:
    with Cda(truth) as cda:
        before = {r["data_source"]: r["data_source_version"] for r in ask(cda, "/release_metadata/").json["result"]}
        luad = {"MATCH_ALL": ["project_short_name = cptac_luad"]}
        earlier = set(ids(subjects(cda, luad)))
        cda.publish(NEXT_RELEASE, next_world(truth))
        after = {r["data_source"]: r["data_source_version"] for r in ask(cda, "/release_metadata/").json["result"]}
        later = set(ids(subjects(cda, luad)))
    assert (before["IDC"], after["IDC"]) == ("v24", "v25")
    assert before.keys() == after.keys() == {"IDC", "GDC", "PDC", "GC", "ICDC"}
    assert "CPTAC.C3L-00094" in earlier - later
    assert "CPTAC-3.C3L-00094" in later - earlier


def test_pages_may_be_endless(truth: World) -> None:
    with Cda(truth) as cda:
        cda.faults.add(faults.ENDLESS_PAGES)
        total = len(in_collection(truth, "tcga_kirc"))
        answer = subjects(cda, KIDNEY, f"?limit=10&offset={total}")
    assert len(answer["result"]) == 10
    assert answer["total_row_count"] > total
    assert answer["next_url"].endswith(f"offset={total + 10}")
