"""Facets over what commons hold: exactly the patients that the world's own records say, and nobody left out."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import reduce
from itertools import product
from typing import Any

import pytest

from tests.commons.standins.records import GdcCase, Patient, PdcCase
from tests.commons.standins.world import World
from tests.commons.test_live import Live, of
from tests.conftest import Gateway

COUNTS = "{ patients studies series }"
FACETS = f"""query($where: SeriesWhere, $by: [FacetBy!]!, $match: MatchLevel) {{
  facets(where: $where, by: $by, match: $match) {{ total {COUNTS} facets {{ key field total {COUNTS}
    missing {{ selected counts {COUNTS} }} buckets {{ value label selected counts {COUNTS} }}
    ... on TermFacet {{ other {COUNTS} distinctCount }}
    ... on CommonsFacet {{ other {COUNTS} distinctCount notFound {COUNTS} withheld {COUNTS} undecided {COUNTS}
      notChecked {COUNTS} notLinkable {COUNTS} }} }} }} }}"""
CROSSTAB = f"""query($where: SeriesWhere, $by: [FacetBy!]!) {{ crosstab(where: $where, by: $by) {{
  axes {{ buckets {{ value }} }} cells {{ values counts {COUNTS} }} }} }}"""
ALL = "query($where: PatientWhere) { patients(where: $where, first: 1000) { nodes { collectionID patientID } } }"
COUNTED = f"query($where: SeriesWhere) {{ counts(where: $where) {COUNTS} }}"
UNKNOWN = ("notFound", "withheld", "undecided", "notChecked", "notLinkable")
# Collections of which GDC and PDC know some patients, and one of which they know nobody.
WHERE: dict[str, Any] = {"collectionID": {"in": ["cptac_ccrcc", "cptac_luad", "tcga_kirc", "tcga_coad", "lidc_idri"]}}

Truth = dict[Patient, set[str]]
Read = Callable[[World, Any], Iterable[str | None]]

GDC: dict[str, Read] = {
    "GDC_PROJECT": lambda world, case: [case.project_id],
    "GDC_PRIMARY_SITE": lambda world, case: [case.primary_site],
    "GDC_DISEASE_TYPE": lambda world, case: [case.disease_type],
    "GDC_STAGE_GROUP": lambda world, case: staged(case),
    "GDC_VITAL_STATUS": lambda world, case: [case.demographic.vital_status if case.demographic else None],
    "GDC_EXPERIMENTAL_STRATEGY": lambda world, case: [file.experimental_strategy for file in world.files_of(case)],
    "GDC_DATA_CATEGORY": lambda world, case: [file.data_category for file in world.files_of(case)],
}
UNSAID = {None, "", "Not Reported", "not reported", "Unknown", "N/A", "Not Available"}


def staged(case: GdcCase) -> list[str]:
    """The group of the first stage that says one, pathologic before clinical."""
    primary = case.primary_diagnosis
    groups = [stage.group for stage in primary.stages if stage.group] if primary else []
    return groups[:1]


@pytest.fixture(scope="module")
def values(truth: World, in_gdc: dict[Patient, GdcCase], in_pdc: dict[Patient, PdcCase]) -> dict[str, Truth]:
    """Per facet the values of each linked patient."""
    found = {
        name: {
            patient: {value for value in read(truth, case) if value not in UNSAID} for patient, case in in_gdc.items()
        }
        for name, read in GDC.items()
    }
    found["PDC_ANALYTICAL_FRACTION"] = {patient: set(truth.fractions(case)) for patient, case in in_pdc.items()}
    return found  # type: ignore[return-value]


def patients(gateway: Gateway, where: dict[str, Any]) -> set[Patient]:
    """All patients of WHERE with further conditions on their series."""
    own = {"collectionID": WHERE["collectionID"], "series": {"some": {k: v for k, v in where.items() if k in IDC}}}
    nodes: list[Any] = []
    for collection in WHERE["collectionID"]["in"]:
        page = gateway.data(ALL, where={**own, "collectionID": {"eq": collection}})["patients"]["nodes"]
        assert len(page) < 1001
        nodes += page
    return {(node["collectionID"], node["patientID"]) for node in nodes}


IDC = ("modality",)


def counted(gateway: Gateway, where: dict[str, Any], among: set[Patient]) -> Any:
    """The numbers of the series of some patients, by another way than facets go."""
    if not among:
        return {"patients": 0, "studies": 0, "series": 0}
    return gateway.data(COUNTED, where={"and": [where, of(among)]})["counts"]


def panel(gateway: Gateway, where: dict[str, Any], *by: dict[str, Any], match: str = "SERIES") -> Any:
    return gateway.data(FACETS, where=where, by=list(by), match=match)["facets"]


@pytest.mark.parametrize("where", [WHERE, {**WHERE, "modality": {"eq": "CT"}}], ids=["all", "CT"])
@pytest.mark.parametrize("field", [*GDC, "PDC_ANALYTICAL_FRACTION"])
def test_a_facet_counts_whom_the_world_says(
    field: str, where: dict[str, Any], harvested: Gateway, values: dict[str, Truth]
) -> None:
    base, own = patients(harvested, where), values[field]
    shown = panel(harvested, where, {"field": field, "size": 1000})
    (facet,) = shown["facets"]
    assert facet["total"] == shown["total"] == harvested.data(COUNTED, where=where)["counts"]
    with_value: dict[str, set[Patient]] = defaultdict(set)
    for patient in base & own.keys():
        for value in own[patient]:
            with_value[value].add(patient)
    assert {each["value"]: each["counts"]["patients"] for each in facet["buckets"]} == {
        value: len(those) for value, those in with_value.items()
    }
    order = [(-each["counts"]["patients"], each["value"]) for each in facet["buckets"]]
    assert order == sorted(order) and facet["distinctCount"] == len(order)
    for bucket in facet["buckets"][:3]:
        assert bucket["counts"] == counted(harvested, where, with_value[bucket["value"]])
        assert bucket["label"] == bucket["value"] and not bucket["selected"]
    nothing = {patient for patient in base & own.keys() if not own[patient]}
    assert facet["missing"]["counts"] == counted(harvested, where, nothing)
    assert facet["other"] == {"patients": 0, "studies": 0, "series": 0}
    # Nobody is left out.
    unknown = sum(facet[why]["patients"] for why in UNKNOWN)
    assert unknown + len(base & own.keys()) == facet["total"]["patients"]
    assert facet["notLinkable"]["patients"] >= sum(patient[0] == "lidc_idri" for patient in base)
    series = sum(facet[why]["series"] for why in UNKNOWN) + facet["missing"]["counts"]["series"]
    if all(len(those) < 2 for those in own.values()):
        assert series + sum(each["counts"]["series"] for each in facet["buckets"]) == facet["total"]["series"]


def test_the_options_of_facets_of_terms(harvested: Gateway, values: dict[str, Truth]) -> None:
    base, own = patients(harvested, WHERE), values["GDC_EXPERIMENTAL_STRATEGY"]
    by = [
        {"field": "GDC_EXPERIMENTAL_STRATEGY", "key": "two", "size": 2},
        {"field": "GDC_EXPERIMENTAL_STRATEGY", "key": "by value", "orderBy": "VALUE", "size": 2},
        {"field": "GDC_EXPERIMENTAL_STRATEGY", "key": "by series", "orderBy": "SERIES"},
        {"field": "GDC_EXPERIMENTAL_STRATEGY", "key": "rna", "contains": "rna"},
        {"field": "GDC_EXPERIMENTAL_STRATEGY", "key": "pinned", "size": 1, "values": ["miRNA-Seq", "no such"]},
    ]
    two, by_value, by_series, rna, pinned = panel(harvested, WHERE, *by)["facets"]
    everything = sorted({value for patient in base & own.keys() for value in own[patient]})
    assert [each["value"] for each in by_value["buckets"]] == everything[:2]
    assert two["distinctCount"] == len(everything) > 2 == len(two["buckets"])
    shown = {each["value"] for each in two["buckets"]}
    others = {patient for patient in base & own.keys() if own[patient] - shown}
    assert two["other"] == counted(harvested, WHERE, others)
    series = [each["counts"]["series"] for each in by_series["buckets"]]
    assert series == sorted(series, reverse=True) and len(series) == len(everything)
    assert {each["value"] for each in rna["buckets"]} == {value for value in everything if "rna" in value.lower()}
    found = {each["value"]: each["counts"]["patients"] for each in pinned["buckets"]}
    assert found["no such"] == 0 and found["miRNA-Seq"] == sum("miRNA-Seq" in own[p] for p in base & own.keys())
    assert len(found) == 3


SITE = {"primarySite": {"in": ["Kidney", "Colon"]}}
CT = {"modality": {"eq": "CT"}}
STAGE = {"diagnoses": {"stageGroup": {"eq": "III"}}}


@pytest.mark.parametrize(
    ("where", "own", "rest"),
    [
        ({"patient": {"gdc": SITE}}, True, {}),
        ({"patient": {"gdc": {**SITE, **STAGE}}}, True, {"patient": {"gdc": STAGE}}),
        ({"patient": {"gdc": {"and": [SITE, STAGE]}}}, True, {"patient": {"gdc": STAGE}}),
        ({"and": [{"patient": {"and": [{"gdc": SITE}]}}, CT]}, True, CT),
        ({"patient": {"gdc": {"or": [SITE, {"primarySite": {"contains": "lung"}}]}}}, True, {}),
        ({"not": {"patient": {"gdc": {"primarySite": {"eq": "Kidney"}}}}}, True, {}),
        ({"patient": {"gdc": {**SITE, "unknown": "INCLUDE"}}}, True, {}),
        ({"patient": {"gdc": {"or": [SITE, STAGE]}}}, False, None),
        (CT, False, None),
        ({"patient": {"gdc": {}}}, False, None),
    ],
    ids=str,
)  # fmt: skip
def test_a_facet_leaves_its_own_filter_out(
    where: dict[str, Any], own: bool, rest: dict[str, Any] | None, harvested: Gateway
) -> None:
    full = {"and": [WHERE, where]}
    by = {"field": "GDC_PRIMARY_SITE", "size": 50}
    left_out, kept = panel(harvested, full, by, {**by, "key": "kept", "excludeOwnFilter": False})["facets"]
    expected = panel(harvested, {"and": [WHERE, *([rest] if rest else [])]} if own else full, by)["facets"][0]
    strip = ("value", "counts")
    assert [{k: each[k] for k in strip} for each in left_out["buckets"] if each["counts"]["patients"]] == [
        {k: each[k] for k in strip} for each in expected["buckets"] if each["counts"]["patients"]
    ]
    assert left_out["total"] == expected["total"]
    assert kept["total"] == panel(harvested, full)["total"]
    assert (left_out["total"] != kept["total"]) is own
    chosen = {each["value"] for each in left_out["buckets"] if each["selected"]}
    expected_chosen = {"Kidney", "Colon"} if own and "in" in str(where.get("patient", where.get("and", ""))) else set()
    assert chosen == expected_chosen


def test_a_filter_that_is_all_own_leaves_everything(harvested: Gateway) -> None:
    where, by = {"patient": {"gdc": SITE}}, {"field": "GDC_PRIMARY_SITE", "size": 50}
    shown = panel(harvested, where, by)
    assert shown["total"] == harvested.data(COUNTED, where=where)["counts"]
    assert shown["facets"][0]["total"] == harvested.data(COUNTED, where={})["counts"]


def test_which_diagnosis_is_meant_is_part_of_a_condition_that_is_nobodys_own(harvested: Gateway) -> None:
    said = {"patient": {"gdc": {"diagnoses": {"stageGroup": {"eq": "III"}, "anyDiagnosis": True}}}}
    where = {"and": [WHERE, said]}
    facet = panel(harvested, where, {"field": "GDC_STAGE_GROUP"})["facets"][0]
    assert facet["total"] == harvested.data(COUNTED, where=where)["counts"]
    assert not any(bucket["selected"] for bucket in facet["buckets"])


def test_conditions_that_must_hold_on_one_diagnosis_are_nobodys_own(harvested: Gateway) -> None:
    where = {
        "and": [
            WHERE,
            {"patient": {"gdc": {"diagnoses": {"stageGroup": {"eq": "III"}, "tumorGrade": {"isNull": True}}}}},
        ]
    }
    facet = panel(harvested, where, {"field": "GDC_STAGE_GROUP"})["facets"][0]
    assert {each["value"] for each in facet["buckets"]} == {"III"}
    alone = {"and": [WHERE, {"patient": {"gdc": STAGE}}]}
    facet = panel(harvested, alone, {"field": "GDC_STAGE_GROUP"})["facets"][0]
    assert {each["value"]: each["selected"] for each in facet["buckets"]} == {
        "I": False,
        "II": False,
        "III": True,
        "IV": False,
    }


def test_a_commons_that_was_not_harvested_fails_alone(idc: Gateway) -> None:
    result = idc.execute(FACETS, {"where": WHERE, "by": [{"field": "MODALITY"}, {"field": "GDC_PROJECT"}]})
    assert result.data is not None and result.errors is not None
    modality, project = result.data["facets"]["facets"]
    assert modality["buckets"] and project is None
    (error,) = result.errors
    assert error.path == ["facets", "facets", 1]
    assert error.extensions is not None and error.extensions["code"] == "NOT_HARVESTED"


def test_facets_of_few_patients_without_a_harvest(live: Live, harvested: Gateway) -> None:
    where = {"collectionID": {"eq": "cptac_ccrcc"}, "modality": {"eq": "CT"}}
    by = [{"field": field} for field in (*GDC, "PDC_ANALYTICAL_FRACTION", "MODALITY")]
    with live() as gateway:
        assert panel(gateway, where, *by) == panel(harvested, where, *by)


AXES = [
    ["GDC_PRIMARY_SITE", "GDC_STAGE_GROUP"],
    ["MODALITY", "GDC_STAGE_GROUP"],
    ["GDC_STAGE_GROUP", "PATIENT_AGE"],
    ["GDC_VITAL_STATUS", "PDC_ANALYTICAL_FRACTION", "MODALITY"],
    ["MODALITY", "GDC_STAGE_GROUP", "COLLECTION_ID"],
    ["STUDY_DATE", "GDC_PROJECT"],
]


def having(own: Truth, value: str | None) -> set[Patient]:
    """The linked patients with a value; with None those without any."""
    return {patient for patient, has in own.items() if (value in has if value is not None else not has)}


@pytest.mark.parametrize("fields", AXES, ids=" x ".join)
def test_cells_are_what_their_conditions_select(
    fields: list[str], harvested: Gateway, values: dict[str, Truth]
) -> None:
    base = patients(harvested, WHERE)
    found = harvested.data(CROSSTAB, where=WHERE, by=[{"field": field} for field in fields])["crosstab"]
    cells = {tuple(cell["values"]): cell["counts"] for cell in found["cells"]}
    assert len(cells) == len(found["cells"]) > 3
    recorded = [number for number, field in enumerate(fields) if field in values]
    idc = [number for number, field in enumerate(fields) if field not in values]
    # The records tell which combinations there are: a cell that is left out is not missed by looking at the answer.
    shown = [[None, *(bucket["value"] for bucket in found["axes"][number]["buckets"])] for number in recorded]
    belonging = {
        combination: reduce(
            set.intersection, (having(values[fields[n]], v) for n, v in zip(recorded, combination, strict=True)), base
        )
        for combination in product(*shown)
    }
    belonging = {combination: among for combination, among in belonging.items() if among}
    assert belonging.keys() == {tuple(key[number] for number in recorded) for key in cells}
    # Of each the rest is a facet, or a crosstab, of those patients.
    for combination in sorted(belonging, key=str)[::3]:
        among = belonging[combination]
        inside = {"and": [WHERE, of(among)]}
        own_cells = {
            tuple(key[number] for number in idc): counts
            for key, counts in cells.items()
            if tuple(key[number] for number in recorded) == combination
        }
        if not idc:
            assert own_cells[()] == counted(harvested, WHERE, among)
        elif fields[idc[0]] in ("MODALITY",) and len(idc) == 1:
            facet = panel(harvested, inside, {"field": "MODALITY", "size": 50})["facets"][0]
            assert own_cells == {(each["value"],): each["counts"] for each in facet["buckets"]}
        elif len(idc) == 2:
            by = [{"field": fields[number], "size": 50} for number in idc]
            table = harvested.data(CROSSTAB, where=inside, by=by)["crosstab"]["cells"]
            assert own_cells == {tuple(cell["values"]): cell["counts"] for cell in table}
        else:
            assert sum(counts["series"] for counts in own_cells.values()) == counted(harvested, WHERE, among)["series"]


PATIENTS = """query($where: SeriesWhere, $by: [FacetBy!]!) {
  facets(where: $where, by: $by) { facets { total { patients } missing { counts { patients } }
    buckets { value counts { patients } } ... on CommonsFacet { other { patients } notLinkable { patients } } } }
  crosstab(where: $where, by: $by) { cells { values counts { patients } } } }"""


@pytest.mark.parametrize("last", ["PDC_ANALYTICAL_FRACTION", "MODALITY"])
def test_patients_alone_are_as_many_as_beside_other_numbers(last: str, harvested: Gateway) -> None:
    by = [{"field": field, "size": 2} for field in ("GDC_DATA_CATEGORY", "GDC_STAGE_GROUP", last)]
    alone = harvested.data(PATIENTS, where=WHERE, by=by)
    beside = harvested.data(PATIENTS.replace("{ patients }", "{ patients series }"), where=WHERE, by=by)
    assert len(alone["crosstab"]["cells"]) > 3
    assert alone == without_series(beside)


def without_series(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: without_series(value) for name, value in answer.items() if name != "series"}
    return [without_series(item) for item in answer] if isinstance(answer, list) else answer


@pytest.mark.parametrize("other", ["MODALITY", "GDC_VITAL_STATUS"])
def test_cells_are_of_the_buckets_that_their_axes_show(other: str, harvested: Gateway) -> None:
    many = [{"field": "GDC_EXPERIMENTAL_STRATEGY", "size": 50}, {"field": other, "size": 50}]
    few = [{"field": "GDC_EXPERIMENTAL_STRATEGY", "size": 1, "values": ["no such"]}, {"field": other, "size": 1}]
    whole, cut = (harvested.data(CROSSTAB, where=WHERE, by=by)["crosstab"] for by in (many, few))
    shown = [{bucket["value"] for bucket in axis["buckets"]} | {None} for axis in cut["axes"]]
    assert [len(values) for values in shown] == [3, 2] and "no such" in shown[0]
    inside = [cell for cell in whole["cells"] if all(v in own for v, own in zip(cell["values"], shown, strict=True))]
    assert 0 < len(inside) < len(whole["cells"])
    assert sorted(cut["cells"], key=str) == sorted(inside, key=str)
