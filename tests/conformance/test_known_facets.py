"""Facets and crosstabs of IDC v25 with their true answers, computed in SQL on the index or named by the contract."""

from typing import Any

import pytest

from tests.conftest import Gateway

TOTALS = """query($where: SeriesWhere, $by: [FacetBy!]!, $match: MatchLevel) {
  facets(where: $where, by: $by, match: $match) { total { series } facets { total { series } } } }"""


def buckets(gateway: Gateway, numbers: str, by: dict[str, Any], match: str = "SERIES", **where: Any) -> Any:
    """Of one facet the chosen counts of every bucket by its value, in order."""
    found = facet(gateway, f"buckets {{ value counts {{ {numbers} }} }}", by, match, **where)["buckets"]
    return {bucket["value"]: tuple(bucket["counts"].values()) for bucket in found}


def facet(gateway: Gateway, fields: str, by: dict[str, Any], match: str = "SERIES", **where: Any) -> Any:
    document = f"""query($where: SeriesWhere, $by: [FacetBy!]!, $match: MatchLevel) {{
      facets(where: $where, by: $by, match: $match) {{ facets {{ {fields} }} }} }}"""
    return gateway.data(document, where=where, by=[by], match=match)["facets"]["facets"][0]


def cells(gateway: Gateway, numbers: str, by: list[dict[str, Any]], **where: Any) -> dict[Any, Any]:
    document = f"""query($where: SeriesWhere, $by: [FacetBy!]!) {{
      crosstab(where: $where, by: $by) {{ cells {{ values counts {{ {numbers} }} }} }} }}"""
    found = gateway.data(document, where=where, by=by)["crosstab"]["cells"]
    return {tuple(cell["values"]): tuple(cell["counts"].values()) for cell in found}


def test_F01_every_modality(idc: Gateway) -> None:
    answer = {
        "SEG": (43824, 97295, 193295), "CT": (39512, 93193, 270830), "SR": (29096, 76215, 270687),
        "SM": (22646, 22731, 76300), "MG": (17026, 23963, 48128), "MR": (8348, 16970, 128143),
        "ANN": (5713, 5713, 7448), "RTSTRUCT": (4256, 4600, 19366), "PT": (2587, 3663, 5929),
        "CR": (1713, 6276, 12534), "US": (1420, 2040, 2249), "M3D": (842, 1017, 2328), "DX": (672, 2134, 3712),
        "OT": (342, 343, 709), "RTDOSE": (282, 282, 524), "RTPLAN": (242, 242, 484), "PR": (67, 95, 1193),
        "NM": (28, 35, 100), "REG": (23, 71, 97), "RWV": (20, 20, 20), "XA": (18, 22, 41), "KO": (10, 20, 40),
        "FUSION": (6, 18, 18), "RF": (2, 2, 12), "XC": (2, 2, 4),
    }  # fmt: skip
    found = buckets(idc, "patients studies series", {"field": "MODALITY", "size": 25})
    assert list(found.items()) == list(answer.items())
    assert list(buckets(idc, "series", {"field": "MODALITY"})) == list(answer)[:20]


def test_F03_sex_with_missing(idc: Gateway) -> None:
    fields = "missing { counts { series patients } } buckets { value counts { series patients } }"
    found = facet(idc, fields, {"field": "PATIENT_SEX", "orderBy": "SERIES"})
    assert tuple(found["missing"]["counts"].values()) == (699610, 48718)
    assert [(bucket["value"], *bucket["counts"].values()) for bucket in found["buckets"]] == [
        ("F", 195861, 25029), ("M", 125473, 14499), ("O", 23077, 1508), ("0000", 85, 20), ("U", 77, 19),
        ("6657", 8, 1),
    ]  # fmt: skip


def test_F05_manufacturers_of_ct(idc: Gateway) -> None:
    fields = """missing { counts { series } } buckets { value counts { series } }
                ... on TermFacet { distinctCount other { series } }"""
    by = {"field": "MANUFACTURER", "size": 5, "orderBy": "SERIES"}
    found = facet(idc, fields, by, modality={"eq": "CT"})
    assert [(bucket["value"], bucket["counts"]["series"]) for bucket in found["buckets"]] == [
        ("GE MEDICAL SYSTEMS", 122335), ("SIEMENS", 99105), ("Philips", 21776), ("TOSHIBA", 17418),
        ("Varian Imaging Laboratories, Switzerland", 5070),
    ]  # fmt: skip
    assert (found["other"], found["missing"]["counts"], found["distinctCount"]) == (
        {"series": 2880}, {"series": 2246}, 45,
    )  # fmt: skip


def test_O01_own_filter_left_out_and_applied(idc: Gateway) -> None:
    where = {"collectionID": {"in": ["prostatex", "prostate_mri_us_biopsy"]}, "modality": {"eq": "MR"}}
    left_out = buckets(idc, "patients", {"field": "MODALITY"}, **where)
    assert list(left_out.items()) == [
        ("MR", (1188,)),
        ("SEG", (1188,)),
        ("US", (1151,)),
        ("M3D", (842,)),
        ("SR", (345,)),
    ]
    applied = buckets(idc, "patients", {"field": "MODALITY", "excludeOwnFilter": False}, **where)
    assert applied == {"MR": (1188,)}


def test_O03_the_reading_of_study_documents(idc: Gateway) -> None:
    where = {"bodyPartExamined": {"eq": "PROSTATE"}, "modality": {"eq": "MR"}}
    answer = {"MR": (1022,), "SEG": (798,), "M3D": (437,), "SR": (360,)}
    applied = buckets(idc, "patients", {"field": "MODALITY", "excludeOwnFilter": False}, "STUDY", **where)
    assert list(applied.items()) == list(answer.items())
    left_out = buckets(idc, "patients", {"field": "MODALITY"}, "STUDY", **where)
    assert list(left_out.items()) == [*answer.items(), ("CT", (13,)), ("PT", (12,))]


def test_N01_N04_missing_values(idc: Gateway) -> None:
    by = {"field": "MODALITY", "size": 6, "orderBy": "SERIES"}
    bodiless = {"SR": 270687, "SM": 76300, "MR": 42417, "CT": 31573, "SEG": 29379, "ANN": 7448}
    found = buckets(idc, "series", by, bodyPartExamined={"isNull": True})
    assert list(found.items()) == [(modality, (series,)) for modality, series in bodiless.items()]
    crossed = cells(idc, "series", [{"field": "BODY_PART_EXAMINED", "size": 1}, {"field": "MODALITY", "size": 1000}])
    assert {modality: crossed[None, modality] for modality in bodiless} == found
    dateless = buckets(idc, "series", {"field": "COLLECTION_ID", "orderBy": "SERIES"}, studyDate={"isNull": True})
    assert list(dateless.items()) == [
        ("bonemarrowwsi_pediatricleukemia", (1272,)), ("cbis_ddsm", (246,)), ("ispy1", (5,)),
        ("nlm_visible_human_project", (1,)),
    ]  # fmt: skip


def test_R02_R03_years_of_nlst(idc: Gateway) -> None:
    nlst = {"collectionID": {"eq": "nlst"}}
    gap = {str(year): (0, 0) for year in range(2002, 2009)}
    years = {"1999": (25948, 25868), "2000": (23948, 23931), "2001": (23217, 23207), **gap, "2009": (461, 452)}
    found = buckets(idc, "studies patients", {"field": "STUDY_DATE"}, **nlst)
    assert list(found.items()) == list(years.items())
    within = {"gte": "2000-01-02", "lt": "2001-01-02"}
    applied = {"field": "STUDY_DATE", "excludeOwnFilter": False, "interval": "MONTH"}
    assert buckets(idc, "series", applied, studyDate=within, **nlst) == {"2000-01": (192581,)}
    chosen = facet(idc, "buckets { value selected }", {"field": "STUDY_DATE"}, studyDate=within, **nlst)
    assert [bucket["value"] for bucket in chosen["buckets"] if bucket["selected"]] == ["2000", "2001"]


def test_R04_first_and_last_dates(idc: Gateway) -> None:
    found = facet(idc, "buckets { value } ... on DateFacet { earliest latest }", {"field": "STUDY_DATE"})
    assert (found["earliest"], found["latest"]) == ("1880-09-09", "2026-04-01")
    assert [bucket["value"] for bucket in found["buckets"]] == [str(year) for year in range(1880, 2027)]


def test_M03_transfer_syntaxes(idc: Gateway) -> None:
    answer = {
        "Explicit VR Little Endian": 937150, "Implicit VR Little Endian": 78596, "JPEG Baseline": 65116,
        "JPEG 2000 Lossless": 22509, "JPEG 2000": 10592, "JPEG Lossless": 1373, "Explicit VR Big Endian": 260,
        "JPEG Extended": 152, "Deflated Explicit VR Little Endian": 129, "JPEG-LS Lossless": 97,
    }  # fmt: skip
    found = buckets(idc, "series", {"field": "TRANSFER_SYNTAX_NAME", "orderBy": "SERIES"})
    assert list(found.items()) == [(name, (series,)) for name, series in answer.items()]


def test_M05_collections_per_species_and_program(idc: Gateway) -> None:
    # The one collection of two species counts with both.
    assert buckets(idc, "collections", {"field": "COLLECTION_SPECIES"}) == {
        "Human": (163 + 1,), "Mouse": (10 + 1,), "Phantom": (3,), "Canine": (2,),
    }  # fmt: skip
    programs = {
        "community": 63, "tcga": 32, "cptac": 14, "cmb": 9, "qin": 9, "nci_trials": 8, "pdmr": 7, "rider": 6,
    }  # fmt: skip
    found = buckets(idc, "collections", {"field": "PROGRAM_ID", "size": 1000})
    assert {name: found[name][0] for name in programs} == programs
    assert sum(number for (number,) in found.values()) == 179


def test_C02_licences_by_analysis_result(idc: Gateway) -> None:
    by = [{"field": "LICENSE_SHORT_NAME"}, {"field": "ANALYSIS_RESULT_ID"}]
    assert cells(idc, "series", by, collectionID={"eq": "prostatex"}) == {
        ("CC BY 3.0", None): (18321,), ("CC BY 4.0", "bamf_aimi_annotations"): (347,),
        ("CC BY 4.0", "prostatex_targets"): (345,), ("CC BY 3.0", "prostatex_seg_zones"): (98,),
        ("CC BY 3.0", "prostatex_seg_hires"): (66,),
    }  # fmt: skip
    mixed = cells(idc, "series", [{"field": "COLLECTION_ID", "size": 1000}, {"field": "LICENSE_SHORT_NAME"}])
    collections = [collection for collection, _ in mixed]
    assert sum(collections.count(collection) > 1 for collection in set(collections)) == 39


def test_V07_first_releases_in_order_of_their_numbers(idc: Gateway) -> None:
    first = {
        1: 38153, 2: 78177, 4: 203087, 5: 43286, 7: 7391, 8: 26411, 9: 16302, 10: 55200, 11: 1305, 12: 325,
        13: 4982, 15: 6695, 16: 3409, 17: 23577, 18: 384653, 19: 42093, 20: 12353, 21: 3393, 22: 14473, 23: 27709,
        24: 39871, 25: 11346,
    }  # fmt: skip
    found = buckets(idc, "series", {"field": "FIRST_RELEASE", "orderBy": "VALUE", "size": 100})
    assert list(found.items()) == [(str(release), (series,)) for release, series in first.items()]


def test_the_contract_counts_each_facet_without_its_own_filter(idc: Gateway) -> None:
    where = {"modality": {"in": ["CT", "MR"]}, "bodyPartExamined": {"eq": "CHEST"}}
    by = [{"field": "MODALITY"}, {"field": "BODY_PART_EXAMINED"}, {"field": "MANUFACTURER"}]
    found = idc.data(TOTALS, where=where, by=by)["facets"]
    assert [one["total"]["series"] for one in found["facets"]] == [368_310, 398_973, 206_201]
    assert found["total"] == {"series": 206_201}


def test_the_contract_counts_over_matching_studies(idc: Gateway) -> None:
    where = {"modality": {"eq": "CT"}, "bodyPartExamined": {"eq": "CHEST"}}
    found = idc.data(TOTALS, where=where, by=[{"field": "MODALITY"}], match="STUDY")["facets"]
    assert found["facets"] == [{"total": {"series": 656_169}}]


OWN = [
    ({"or": [{"modality": {"eq": "CT"}}, {"modality": {"eq": "MR"}}]}, {"CT", "MR"}),
    ({"and": [{"modality": {"eq": "CT"}}]}, {"CT"}),
    ({"not": {"modality": {"eq": "CT"}}}, set()),
    ({"or": [{"modality": {"eq": "CT"}}, {"not": {"modality": {"in": ["SEG", "SR"]}}}]}, {"CT"}),
]
NOBODYS = [
    {"or": [{"modality": {"eq": "CT"}}, {"manufacturer": {"eq": "SIEMENS"}}]},
    {"not": {"modality": {"eq": "CT"}, "manufacturer": {"eq": "SIEMENS"}}},
    {"study": {"series": {"some": {"modality": {"eq": "CT"}}}}},
    {"patient": {"series": {"none": {"modality": {"eq": "CT"}}}}},
    {"collection": {"series": {"some": {"modality": {"eq": "CT"}}}}},
]
FLAGS = """query($where: SeriesWhere, $by: [FacetBy!]!) { facets(where: $where, by: $by) {
  total { series } facets { total { series } buckets { value selected } } } }"""


@pytest.mark.parametrize(("where", "selected"), OWN)
def test_a_condition_on_one_attribute_alone_is_its_own(idc: Gateway, where: Any, selected: set[str]) -> None:
    found = idc.data(FLAGS, where=where, by=[{"field": "MODALITY"}, {"field": "MANUFACTURER"}])["facets"]
    modality, manufacturer = found["facets"]
    assert modality["total"] == {"series": 1_044_191} != found["total"] == manufacturer["total"]
    assert {bucket["value"] for bucket in modality["buckets"] if bucket["selected"]} == selected
    assert not any(bucket["selected"] for bucket in manufacturer["buckets"])


@pytest.mark.parametrize("where", NOBODYS)
def test_a_condition_on_anything_else_is_nobodys(idc: Gateway, where: Any) -> None:
    found = idc.data(FLAGS, where=where, by=[{"field": "MODALITY"}, {"field": "MANUFACTURER"}])["facets"]
    assert 0 < found["total"]["series"] < 1_044_191
    for one in found["facets"]:
        assert one["total"] == found["total"]
        assert not any(bucket["selected"] for bucket in one["buckets"])
