"""What clients ask of facets and crosstabs: bad input, parts of the answer, and many at once."""

from pathlib import Path
from typing import Any

import pytest

from indexers.index_package import IndexPackage
from schema.attributes import FACETS
from tests.conftest import Gateway, gateway_over

KEYS = "query($by: [FacetBy!]!) { facets(by: $by) { total { series } facets { key } } }"
CELLS = "query($by: [FacetBy!]!) { crosstab(by: $by) { cells { values } } }"

# The second facet of a panel, what is at fault, and the whole complaint.
SIZE = "is not between 1 and 1000; values beyond these are found by contains"
NUMBERS, TERMS = ("is not a facet of numbers; leave it out", "is not a facet of terms; leave it out")
ASCENDING = "give the boundaries in ascending order"
EDGES = "a bucket has two edges; give at least two boundaries"
TAKEN = "'MANUFACTURER' names another facet here; give each its own key"
WHOLE = "is not a whole number; give one such as '25'"
BAD_FACETS: list[tuple[dict[str, Any], str, str]] = [
    ({"field": "MODALITY", "size": 0}, "size", f"0 {SIZE}"),
    ({"field": "MODALITY", "size": -1}, "size", f"-1 {SIZE}"),
    ({"field": "PATIENT_AGE", "size": 1001}, "size", f"1001 {SIZE}"),
    ({"field": "MODALITY", "boundaries": [1, 2]}, "boundaries", f"MODALITY {NUMBERS}"),
    ({"field": "STUDY_DATE", "boundaries": [1, 2]}, "boundaries", f"STUDY_DATE {NUMBERS}"),
    ({"field": "FIRST_RELEASE", "boundaries": [1, 2]}, "boundaries", f"FIRST_RELEASE {NUMBERS}"),
    ({"field": "PATIENT_AGE", "contains": "4"}, "contains", f"PATIENT_AGE {TERMS}"),
    ({"field": "STUDY_DATE", "contains": "2"}, "contains", f"STUDY_DATE {TERMS}"),
    ({"field": "SIZE_BYTES", "values": ["4"]}, "values", f"SIZE_BYTES {TERMS}"),
    ({"field": "STUDY_DATE", "values": ["2001"]}, "values", f"STUDY_DATE {TERMS}"),
    ({"field": "PATIENT_AGE", "boundaries": [0, 40, 30]}, "boundaries", f"30.0 does not follow 40.0; {ASCENDING}"),
    ({"field": "PATIENT_AGE", "boundaries": [40, 40]}, "boundaries", f"40.0 does not follow 40.0; {ASCENDING}"),
    ({"field": "PATIENT_AGE", "boundaries": [40]}, "boundaries", EDGES),
    ({"field": "PATIENT_AGE", "boundaries": []}, "boundaries", EDGES),
    ({"field": "MANUFACTURER"}, "key", TAKEN),
    ({"field": "MODALITY", "key": "MANUFACTURER"}, "key", TAKEN),
    ({"field": "REVISED_RELEASE", "values": ["v25"]}, "values", f"'v25' {WHOLE}"),
    ({"field": "REVISED_RELEASE", "values": ["025"]}, "values", f"'025' {WHOLE}"),
]


@pytest.mark.parametrize(("bad", "option", "complaint"), BAD_FACETS)
def test_a_facet_that_cannot_be_meant_is_null_alone(
    sampled: Gateway, bad: dict[str, Any], option: str, complaint: str
) -> None:
    result = sampled.execute(KEYS, {"by": [{"field": "MANUFACTURER"}, bad, {"field": "PATIENT_SEX"}]})
    assert result.data is not None and result.errors is not None
    assert result.data["facets"]["facets"] == [{"key": "MANUFACTURER"}, None, {"key": "PATIENT_SEX"}]
    assert result.data["facets"]["total"]["series"] > 0
    (error,) = result.errors
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": f"by[1].{option}"}
    assert error.message == f"by[1].{option}: {complaint}"
    assert error.path == ["facets", "facets", 1]


@pytest.mark.parametrize(("bad", "option", "complaint"), BAD_FACETS)
def test_an_axis_that_cannot_be_meant_fails_its_crosstab(
    sampled: Gateway, bad: dict[str, Any], option: str, complaint: str
) -> None:
    error = sampled.error(CELLS, by=[{"field": "MANUFACTURER"}, bad])
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": f"by[1].{option}"}
    assert error.message == f"by[1].{option}: {complaint}"
    assert error.path == ["crosstab"]


@pytest.mark.parametrize("fields", [[], ["MODALITY"], ["MODALITY", "PATIENT_SEX", "OBJECT_KIND", "MANUFACTURER"]])
def test_a_crosstab_has_two_or_three_facets(sampled: Gateway, fields: list[str]) -> None:
    error = sampled.error(CELLS, by=[{"field": field} for field in fields])
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": "by"}
    assert error.message == f"by: a crosstab has two or three facets, not {len(fields)}"


def test_a_bad_where_fails_the_panel_and_not_its_siblings(sampled: Gateway) -> None:
    document = """query($by: [FacetBy!]!) { bad: facets(where: {not: {}}, by: $by) { total { series } }
                    good: facets(by: $by) { total { series } } }"""
    result = sampled.execute(document, {"by": [{"field": "MODALITY"}]})
    assert result.errors is not None and [error.path for error in result.errors] == [["bad"]]
    assert result.data is not None and result.data["bad"] is None and result.data["good"]["total"]["series"] > 0


def test_null_options_are_the_defaults(sampled: Gateway) -> None:
    document = """query($by: [FacetBy!]!) { facets(where: {bodyPartExamined: {eq: "CHEST"}}, by: $by) {
        facets { key total { series } buckets { value counts { patients } } } } }"""
    options = ("key", "size", "orderBy", "contains", "values", "excludeOwnFilter", "boundaries", "interval")
    for field in ("BODY_PART_EXAMINED", "PATIENT_AGE", "STUDY_DATE"):
        nulls = sampled.data(document, by=[{"field": field, **dict.fromkeys(options)}])
        assert nulls == sampled.data(document, by=[{"field": field}]), field


def test_no_facets_give_the_total_only(sampled: Gateway) -> None:
    document = """query($where: SeriesWhere) { counts(where: $where) { patients sizeBytes }
        facets(where: $where, by: []) { total { patients sizeBytes } facets { key } } }"""
    data = sampled.data(document, where={"modality": {"eq": "CT"}})
    assert data["facets"] == {"total": data["counts"], "facets": []}
    assert data["counts"]["patients"] > 0


def test_every_part_has_the_counts_that_are_selected_of_it(sampled: Gateway) -> None:
    """Each part asks for a number of its own, by aliases, fragments and types; all are those of the full answer."""
    arguments = 'where: {modality: {in: ["CT", "MR"]}}, by: [{field: MANUFACTURER, size: 3}, {field: PATIENT_AGE}]'
    parts = """{ one: total { s: studies } } fragment G on Facet { gone: missing { counts { patients } } }
        fragment O on TermFacet { other { instances } buckets { value n: counts { sizeBytes } } }"""
    asked = f"""{{ asked: facets({arguments}) {{ sum: total {{ collections }} list: facets {{
        one: total {{ s: studies }} ...G ...O
        ... on NumberFacet {{ outside {{ series }} parts: buckets {{ gte m: counts {{ sizeBytes }} }} }} }} }} }}
        {parts[parts.index("fragment") :]}"""
    every = "{ collections patients studies series instances sizeBytes }"
    full = f"""{{ facets({arguments}) {{ total {every} facets {{ total {every} missing {{ counts {every} }}
        buckets {{ value counts {every} }}
        ... on TermFacet {{ other {every} }} ... on NumberFacet {{ outside {every} buckets {{ gte }} }} }} }} }}"""
    found, whole = sampled.data(asked)["asked"], sampled.data(full)["facets"]
    assert found["sum"] == {"collections": whole["total"]["collections"]}
    for one, other in zip(found["list"], whole["facets"], strict=True):
        assert one["one"] == {"s": other["total"]["studies"]}
        assert one["gone"]["counts"] == {"patients": other["missing"]["counts"]["patients"]}
    terms, numbers = found["list"]
    assert terms["other"] == {"instances": whole["facets"][0]["other"]["instances"]}
    assert [(bucket["value"], bucket["n"]) for bucket in terms["buckets"]] == [
        (bucket["value"], {"sizeBytes": bucket["counts"]["sizeBytes"]}) for bucket in whole["facets"][0]["buckets"]
    ]
    assert numbers["outside"] == {"series": 0}
    assert [(bucket["gte"], bucket["m"]) for bucket in numbers["parts"]] == [
        (bucket["gte"], {"sizeBytes": bucket["counts"]["sizeBytes"]}) for bucket in whole["facets"][1]["buckets"]
    ]


def test_values_alone_need_no_counts(sampled: Gateway) -> None:
    fields = "(by: [{field: MODALITY, size: 2}, {field: PATIENT_SEX, size: 1}])"
    data = sampled.data(
        f"{{ facets{fields} {{ facets {{ buckets {{ value }} total {{ __typename }} }} }} "
        f"crosstab{fields} {{ cells {{ values }} axes {{ buckets {{ value }} }} }} }}"
    )
    values = [[bucket["value"] for bucket in facet["buckets"]] for facet in data["facets"]["facets"]]
    assert [len(own) for own in values] == [2, 1]
    assert [[bucket["value"] for bucket in axis["buckets"]] for axis in data["crosstab"]["axes"]] == values
    assert {"values": [values[0][0], None]} in data["crosstab"]["cells"]


def test_all_facets_and_a_page_of_rows_in_one_document(sampled: Gateway) -> None:
    document = """query($where: SeriesWhere, $by: [FacetBy!]!) {
        facets(where: $where, by: $by) { total { series } facets { key field __typename total { series }
          missing { counts { series } } buckets { label counts { patients studies series } } } }
        series(where: $where, first: 50) { totalCount nodes { seriesInstanceUID modality patient { patientID } } } }"""
    by = [{"field": field.name} for field in FACETS]
    data = sampled.data(document, by=by, where={"modality": {"eq": "CT"}})
    assert len(by) == 25 and [facet["key"] for facet in data["facets"]["facets"]] == [one["field"] for one in by]
    assert [facet["field"] for facet in data["facets"]["facets"]] == [one["field"] for one in by]
    assert all(facet["buckets"] for facet in data["facets"]["facets"])
    assert len(data["series"]["nodes"]) == 50
    matching = data["series"]["totalCount"]
    assert data["facets"]["total"]["series"] == matching
    totals = {facet["key"]: facet["total"]["series"] for facet in data["facets"]["facets"]}
    everything = sampled.data("{ counts { series } }")["counts"]["series"]
    assert totals == dict.fromkeys(totals, matching) | {"MODALITY": everything}


def test_one_field_twice_under_two_keys(sampled: Gateway) -> None:
    document = "query($by: [FacetBy!]!) { facets(by: $by) { facets { key field buckets { value } } } }"
    by = [{"field": "STUDY_DATE", "key": key, "interval": key} for key in ("YEAR", "MONTH")]
    years, months = sampled.data(document, by=by)["facets"]["facets"]
    assert (years["key"], months["key"]) == ("YEAR", "MONTH")
    assert list(dict.fromkeys(bucket["value"][:4] for bucket in months["buckets"])) == [
        bucket["value"] for bucket in years["buckets"]
    ]


def test_pinned_values_come_in_their_place_beyond_size_and_contains(sampled: Gateway) -> None:
    document = """query($by: [FacetBy!]!) { facets(where: {modality: {in: ["XC", "no such"]}}, by: $by) {
        facets { ... on TermFacet { distinctCount buckets { value selected counts { series } } } } } }"""
    by = [{"field": "MODALITY", "size": 1, "contains": "ct", "orderBy": "VALUE", "values": ["zz", "MR", "CT", "MR"]}]
    found = sampled.data(document, by=by)["facets"]["facets"][0]
    assert [(bucket["value"], bucket["selected"]) for bucket in found["buckets"]] == [
        ("CT", False), ("MR", False), ("XC", True), ("no such", True), ("zz", False),
    ]  # fmt: skip
    assert [bucket["counts"]["series"] > 0 for bucket in found["buckets"]] == [True, True, True, False, False]
    assert found["distinctCount"] == 2  # CT and RTSTRUCT


def test_labels_name_collections_and_analysis_results(sampled: Gateway) -> None:
    document = "query($by: [FacetBy!]!) { facets(by: $by) { facets { buckets { value label } } } }"
    by = [
        {"field": "COLLECTION_ID", "values": ["nlst", "no_such"]},
        {"field": "ANALYSIS_RESULT_ID", "values": ["nlst_sybil"]},
        {"field": "MODALITY", "values": ["nlst"]},
    ]
    facets = sampled.data(document, by=by)["facets"]["facets"]
    collections, results, modalities = ({b["value"]: b["label"] for b in facet["buckets"]} for facet in facets)
    title = sampled.data('{ analysisResult(analysisResultID: "nlst_sybil") { title } }')["analysisResult"]["title"]
    name = sampled.data('{ collection(collectionID: "nlst") { name } }')["collection"]["name"]
    assert collections["nlst"] == name != "nlst" and collections["no_such"] == "no_such"
    assert results["nlst_sybil"] == title != "nlst_sybil"
    assert modalities["nlst"] == "nlst" and modalities["CT"] == "CT"


def test_many_panels_at_once_answer_as_each_does_alone(sampled: Gateway, sample: IndexPackage, cache: Path) -> None:
    """Over an engine that remembers nothing yet, so that threads make the same things at the same time."""
    modalities = ["CT", "MR", "SEG", "SM", "SR", "PT"]
    fields = ", ".join(f"{{field: {field.name}, size: 3}}" for field in FACETS)
    part = f"""by: [{fields}]) {{ facets {{ total {{ patients studies }} missing {{ counts {{ studies }} }}
        buckets {{ value counts {{ patients studies series }} }} ... on TermFacet {{ other {{ studies }} }} }} }}"""
    alone = {
        modality: sampled.data(f'{{ facets(where: {{modality: {{eq: "{modality}"}}}}, {part} }}')["facets"]
        for modality in modalities
    }
    asked = (f'{modality}: facets(where: {{modality: {{eq: "{modality}"}}}}, {part}' for modality in modalities)
    fresh = gateway_over(sample, cache)
    try:
        assert next(fresh).data(f"{{ {' '.join(asked)} }}") == alone
    finally:
        next(fresh, None)


def test_a_crosstab_of_too_many_combinations_is_refused_before_it_fills_the_memory(idc: Gateway) -> None:
    axes = ", ".join(f'{{field: COLLECTION_CANCER_TYPE, key: "{key}", size: 1000}}' for key in "abc")
    error = idc.error(f"{{ crosstab(by: [{axes}]) {{ cells {{ values }} }} }}")
    assert error.extensions == {"code": "COST_LIMIT_EXCEEDED", "argument": "by"}
    assert error.message.startswith("by: these attributes have more than ")
