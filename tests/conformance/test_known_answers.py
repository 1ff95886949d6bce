"""Questions about IDC v25 with their true answers, each computed in SQL on the index and asked here in GraphQL."""

from itertools import combinations, product
from typing import Any

import pytest

from indexers.columns import find_identifiers
from indexers.store import Table
from schema.vocabulary import Level
from tests.conftest import Gateway

SHARED_STUDY = "1.2.840.113654.2.55.125969098001031158877420279905106225610"


def counts_of(gateway: Gateway, wheres: list[dict[str, Any]], numbers: str, match: str = "SERIES") -> list[Any]:
    """The numbers for each of several wheres, asked in one document."""
    names = [f"w{number}" for number in range(len(wheres))]
    fields = "\n".join(f"{name}: counts(where: ${name}, match: {match}) {{ {numbers} }}" for name in names)
    declared = ", ".join(f"${name}: SeriesWhere" for name in names)
    data = gateway.data(f"query({declared}) {{ {fields} }}", **dict(zip(names, wheres, strict=True)))
    return [tuple(data[name].values()) for name in names]


def count(gateway: Gateway, where: dict[str, Any], numbers: str, match: str = "SERIES") -> Any:
    return counts_of(gateway, [where], numbers, match)[0]


def total(gateway: Gateway, field: str, where: dict[str, Any]) -> int:
    """totalCount of a root connection."""
    name = {"collections": "Collection", "patients": "Patient", "studies": "Study", "series": "Series"}[field]
    document = f"query($where: {name}Where) {{ {field}(where: $where) {{ totalCount }} }}"
    answer: int = gateway.data(document, where=where)[field]["totalCount"]
    return answer


def some(**where: Any) -> dict[str, Any]:
    return {"series": {"some": where}}


def eq(value: Any) -> dict[str, Any]:
    return {"eq": value}


def megabytes(size_bytes: int) -> float:
    return round(size_bytes / 1e6, 3)


def test_T01_headline_totals(idc: Gateway) -> None:
    data = idc.data("""{ counts { series studies patients collections instances sizeBytes }
                         analysisResults { totalCount counts { series collections } } }""")
    assert data["counts"] == {
        "series": 1_044_191,
        "studies": 168_507,
        "patients": 86_451,
        "collections": 179,
        "instances": 58_784_975,
        "sizeBytes": 99_944_891_647_274,
    }
    assert megabytes(data["counts"]["sizeBytes"]) == 99_944_891.647
    assert data["analysisResults"]["totalCount"] == 26
    assert data["analysisResults"]["counts"] == {"series": 474_083, "collections": 55}


def test_T02_patient_ids_in_more_than_one_collection(idc: Gateway) -> None:
    data = idc.data("""{ patients(first: 1000, where: {collectionID: {in: ["vestibular_schwannoma_mc_rc",
          "pdmr_833975_119_r", "pdmr_521955_158_r4", "pdmr_997537_175_t"]}}) {
        pageInfo { hasNextPage } nodes { collectionID samePatientIDElsewhere { collectionID } } } }""")
    assert not data["patients"]["pageInfo"]["hasNextPage"]
    found: dict[tuple[str, str], int] = {}
    for patient in data["patients"]["nodes"]:
        for other in patient["samePatientIDElsewhere"]:
            pair = (patient["collectionID"], other["collectionID"])
            found[pair] = found.get(pair, 0) + 1
    assert found == {
        ("vestibular_schwannoma_mc_rc", "vestibular_schwannoma_seg"): 58,
        ("pdmr_833975_119_r", "pdmr_texture_analysis"): 12,
        ("pdmr_521955_158_r4", "pdmr_texture_analysis"): 10,
        ("pdmr_997537_175_t", "pdmr_texture_analysis"): 9,
    }


def test_T03_one_patient_id_in_two_collections(idc: Gateway) -> None:
    data = idc.data("""{
      a: patient(collectionID: "vestibular_schwannoma_mc_rc", patientID: "VS-SEG-003") { ...P }
      b: patient(collectionID: "vestibular_schwannoma_seg", patientID: "VS-SEG-003") { ...P } }
      fragment P on Patient { counts { studies series } modalities samePatientIDElsewhere { collectionID } }""")
    assert data["a"] == {
        "counts": {"studies": 3, "series": 3},
        "modalities": ["MR"],
        "samePatientIDElsewhere": [{"collectionID": "vestibular_schwannoma_seg"}],
    }
    assert data["b"] == {
        "counts": {"studies": 1, "series": 8},
        "modalities": ["MR", "RTDOSE", "RTPLAN", "RTSTRUCT"],
        "samePatientIDElsewhere": [{"collectionID": "vestibular_schwannoma_mc_rc"}],
    }


def test_T05_the_study_of_two_patients(idc: Gateway) -> None:
    data = idc.data(
        """query($uid: ID!) { study(studyInstanceUID: $uid) {
            collectionID patients { patientID } counts { series patients studies } series { totalCount } } }""",
        uid=SHARED_STUDY,
    )
    assert data["study"] == {
        "collectionID": "nlst",
        "patients": [{"patientID": "108001"}, {"patientID": "123342"}],
        "counts": {"series": 3, "patients": 2, "studies": 1},
        "series": {"totalCount": 3},
    }
    assert total(idc, "studies", {"patients": {"count": {"n": {"gt": 1}}}}) == 1


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
    wheres = [{"modality": eq(modality)} for modality in answer]
    assert counts_of(idc, wheres, "patients studies series") == list(answer.values())
    assert count(idc, {"modality": {"notIn": list(answer)}}, "series") == (0,)


def test_F03_sex_with_missing(idc: Gateway) -> None:
    answer = {
        "F": (195861, 25029), "M": (125473, 14499), "O": (23077, 1508), "0000": (85, 20), "U": (77, 19),
        "6657": (8, 1),
    }  # fmt: skip
    wheres = [{"patientSex": eq(sex)} for sex in answer]
    assert counts_of(idc, wheres, "series patients") == list(answer.values())
    assert count(idc, {"patientSex": {"isNull": True}}, "series patients") == (699610, 48718)
    several = [some(patientSex={"eq": sex}) for sex in answer]
    pairs = [{"and": list(pair)} for pair in combinations(several, 2)]
    assert total(idc, "patients", {"or": pairs}) == 459
    some_missing = [some(patientSex={"isNull": True}), some(patientSex={"isNull": False})]
    assert total(idc, "patients", {"and": some_missing}) == 2884


def test_F05_manufacturers_of_ct(idc: Gateway) -> None:
    top = {
        "GE MEDICAL SYSTEMS": 122335, "SIEMENS": 99105, "Philips": 21776, "TOSHIBA": 17418,
        "Varian Imaging Laboratories, Switzerland": 5070,
    }  # fmt: skip
    ct = {"modality": eq("CT")}
    wheres = [{**ct, "manufacturer": eq(name)} for name in top]
    assert [n for (n,) in counts_of(idc, wheres, "series")] == list(top.values())
    other = {**ct, "manufacturer": {"notIn": list(top), "isNull": False}}
    assert count(idc, other, "series") == (2880,)
    assert count(idc, {**ct, "manufacturer": {"isNull": True}}, "series") == (2246,)


def test_L01_L03_lidc(idc: Gateway) -> None:
    ct = {"collectionID": eq("lidc_idri"), "modality": eq("CT")}
    assert count(idc, ct, "series studies patients instances") == (1018, 1018, 1010, 243958)
    assert megabytes(count(idc, ct, "sizeBytes")[0]) == 128405.916
    original = {"collectionID": eq("lidc_idri"), "analysisResultID": {"isNull": True}}
    assert count(idc, original, "series patients studies") == (1308, 1010, 1308)


def test_A01_A02_one_series_has_one_modality(idc: Gateway) -> None:
    both = {"and": [{"modality": eq("CT")}, {"modality": eq("SEG")}]}
    assert count(idc, both, "series") == (0,)
    either = {"modality": {"in": ["CT", "SEG"]}}
    assert count(idc, either, "series studies patients") == (464125, 110629, 51081)


def test_A03_A07_A09_conditions_on_different_series(idc: Gateway) -> None:
    segmented = some(modality=eq("SEG"), analysisResultID=eq("totalsegmentator_ct_segmentations"))
    assert total(idc, "patients", {"and": [some(modality=eq("CT")), segmented]}) == 26194
    assert total(idc, "studies", {"and": [some(modality=eq("CT")), some(modality=eq("PT"))]}) == 3369
    slides_only = {"series": {"some": {"modality": eq("SM")}, "none": {"modality": eq("MR")}}}
    assert total(idc, "patients", {"collectionID": eq("tcga_brca"), **slides_only}) == 961


@pytest.mark.parametrize(("match", "patients"), [("SERIES", 327), ("STUDY", 13769), ("PATIENT", 14071)])
def test_A10_three_readings(idc: Gateway, match: str, patients: int) -> None:
    assert count(idc, {"modality": eq("SEG"), "manufacturer": eq("SIEMENS")}, "patients", match) == (patients,)


def test_A12_overlap_of_five_analysis_results(idc: Gateway) -> None:
    results = (
        "totalsegmentator_ct_segmentations", "nlst_sybil", "nlstseg", "lidc_annot_nlst501", "nnu_net_bpr_annotations",
    )  # fmt: skip
    answer = {
        "t....": 25195, "tsg.n": 367, "t..l.": 349, ".....": 205, "tsgln": 123, "t.g.n": 43, "tsg..": 32,
        "ts...": 26, "t...n": 20, "tsgl.": 10, "t.gln": 9, ".sg..": 7, "ts..n": 7, "t.g..": 5, "t.gl.": 3,
        "ts.l.": 3, ".s...": 2, ".sgl.": 2, "ts.ln": 2,
    }  # fmt: skip
    found = {}
    for chosen in product((False, True), repeat=5):
        conditions = [
            {"series": {"some" if has else "none": {"analysisResultID": eq(name)}}}
            for name, has in zip(results, chosen, strict=True)
        ]
        patients = total(idc, "patients", {"collectionID": eq("nlst"), "and": conditions})
        if patients:
            found["".join(letter if has else "." for letter, has in zip("tsgln", chosen, strict=True))] = patients
    assert found == answer


def test_O01_own_filter_left_out_and_applied(idc: Gateway) -> None:
    prostate = {"collectionID": {"in": ["prostatex", "prostate_mri_us_biopsy"]}}
    left_out = {"MR": 1188, "SEG": 1188, "US": 1151, "M3D": 842, "SR": 345}
    wheres = [{**prostate, "modality": eq(modality)} for modality in left_out]
    assert [n for (n,) in counts_of(idc, wheres, "patients")] == list(left_out.values())
    applied = [{**where, "and": [{"modality": eq("MR")}]} for where in wheres]
    assert [n for (n,) in counts_of(idc, applied, "patients")] == [1188, 0, 0, 0, 0]


def test_O03_the_reading_of_study_documents(idc: Gateway) -> None:
    answer = {"MR": (1022, 1022), "SEG": (798, 798), "M3D": (437, 437), "SR": (360, 360), "CT": (13, 0), "PT": (12, 0)}
    prostate = some(bodyPartExamined=eq("PROSTATE"))
    left_out = [{"modality": eq(m), "study": prostate} for m in answer]
    applied = [{"modality": eq(m), "study": {"and": [prostate, some(modality=eq("MR"))]}} for m in answer]
    assert [n for (n,) in counts_of(idc, left_out, "patients")] == [n for n, _ in answer.values()]
    assert [n for (n,) in counts_of(idc, applied, "patients")] == [n for _, n in answer.values()]


def test_N01_N04_missing_values(idc: Gateway) -> None:
    bodiless = {"SR": 270687, "SM": 76300, "MR": 42417, "CT": 31573, "SEG": 29379, "ANN": 7448}
    wheres = [{"bodyPartExamined": {"isNull": True}, "modality": eq(m)} for m in bodiless]
    assert [n for (n,) in counts_of(idc, wheres, "series")] == list(bodiless.values())
    dateless = {"bonemarrowwsi_pediatricleukemia": 1272, "cbis_ddsm": 246, "ispy1": 5, "nlm_visible_human_project": 1}
    wheres = [{"studyDate": {"isNull": True}, "collectionID": eq(c)} for c in dateless]
    assert [n for (n,) in counts_of(idc, wheres, "series")] == list(dateless.values())
    elsewhere = {"studyDate": {"isNull": True}, "collectionID": {"notIn": list(dateless)}}
    assert count(idc, elsewhere, "series") == (0,)


def test_R02_R03_bounds_of_nlst_dates(idc: Gateway) -> None:
    def within(**dates: str) -> dict[str, Any]:
        return {"collectionID": eq("nlst"), "studyDate": dates}

    wheres = [
        within(gte="2000-01-02", lte="2001-01-02"),
        within(gt="2000-01-02", lt="2001-01-02"),
        within(gte="2000-01-02", lt="2001-01-02"),
    ]
    assert counts_of(idc, wheres, "series") == [(377072,), (0,), (192581,)]
    years = {1999: (25948, 25868), 2000: (23948, 23931), 2001: (23217, 23207), 2009: (461, 452)}
    wheres = [within(gte=f"{year}-01-01", lt=f"{year + 1}-01-01") for year in years]
    assert counts_of(idc, wheres, "studies patients") == list(years.values())


def test_R04_first_and_last_dates(idc: Gateway) -> None:
    asked = {"a": ("STUDY_DATE", "ASC"), "b": ("STUDY_DATE", "DESC"), "c": ("SERIES_DATE", "ASC")}
    asked["d"] = ("SERIES_DATE", "DESC")
    fields = [
        f"{name}: series(first: 1, orderBy: [{{field: {field}, direction: {direction}}}]) {{ ...Dates }}"
        for name, (field, direction) in asked.items()
    ]
    data = idc.data(
        f"{{ {' '.join(fields)} }} fragment Dates on SeriesConnection {{ nodes {{ studyDate seriesDate }} }}"
    )
    assert data["a"]["nodes"][0]["studyDate"] == "1880-09-09"
    assert data["b"]["nodes"][0]["studyDate"] == "2026-04-01"
    assert data["c"]["nodes"][0]["seriesDate"] == "1900-09-09"
    assert data["d"]["nodes"][0]["seriesDate"] == "2026-08-25"
    assert count(idc, {"seriesDate": {"isNull": True}}, "series") == (314369,)


def test_R05_large_series(idc: Gateway) -> None:
    answer = {
        "SM": (11498, 28243161.1), "SEG": (2558, 3450552.3), "CT": (393, 835471.3), "US": (91, 264990.0),
        "ANN": (82, 94798.1), "MG": (29, 32103.2), "MR": (22, 23966.1), "XC": (4, 310050.0),
    }  # fmt: skip
    wheres = [{"sizeBytes": {"gt": 1_000_000_000}, "modality": eq(m)} for m in answer]
    found = [(series, round(size / 1e6, 1)) for series, size in counts_of(idc, wheres, "series sizeBytes")]
    assert found == list(answer.values())


def test_M01_M03_transfer_syntaxes(idc: Gateway) -> None:
    answer = {
        "Explicit VR Little Endian": 937150, "Implicit VR Little Endian": 78596, "JPEG Baseline": 65116,
        "JPEG 2000 Lossless": 22509, "JPEG 2000": 10592, "JPEG Lossless": 1373, "Explicit VR Big Endian": 260,
        "JPEG Extended": 152, "Deflated Explicit VR Little Endian": 129, "JPEG-LS Lossless": 97,
    }  # fmt: skip
    wheres = [{"transferSyntaxName": eq(name)} for name in answer]
    assert [n for (n,) in counts_of(idc, wheres, "series")] == list(answer.values())
    several = [{"and": list(pair)} for pair in combinations(wheres, 2)]
    slides = {"modality": eq("SM")}
    assert counts_of(idc, [slides, {**slides, "or": several}], "series") == [(76300,), (71349,)]


def test_M05_species_and_programs(idc: Gateway) -> None:
    human, mouse = {"species": eq("Human")}, {"species": eq("Mouse")}
    assert total(idc, "collections", {"and": [human, mouse]}) == 1
    alone = {"Human": 163, "Mouse": 10, "Phantom": 3, "Canine": 2}
    for name, number in alone.items():
        others = {"species": {"in": [other for other in alone if other != name]}}
        assert total(idc, "collections", {"species": eq(name), "not": others}) == number
    programs = {
        "community": 63, "tcga": 32, "cptac": 14, "cmb": 9, "qin": 9, "nci_trials": 8, "pdmr": 7, "rider": 6,
    }  # fmt: skip
    assert {name: total(idc, "collections", {"programID": eq(name)}) for name in programs} == programs


def test_AR2_AR3_derived_series(idc: Gateway) -> None:
    original = {
        "SEG": 15044, "RTSTRUCT": 3123, "ANN": 1383, "SR": 830, "PR": 569, "RTDOSE": 524, "RTPLAN": 484, "REG": 97,
        "KO": 40, "RWV": 20,
    }  # fmt: skip
    wheres = [{"modality": eq(m), "analysisResultID": {"isNull": True}} for m in original]
    assert [n for (n,) in counts_of(idc, wheres, "series")] == list(original.values())
    classes = {
        "Segmentation Storage": 193154, "Label Map Segmentation Storage": 129, "CT Image Storage": 12,
    }  # fmt: skip
    wheres = [{"modality": eq("SEG"), "sopClassName": eq(name)} for name in classes]
    assert [n for (n,) in counts_of(idc, wheres, "series")] == list(classes.values())


def test_C02_C03_licences_inside_one_collection(idc: Gateway) -> None:
    nlm = "National Library of Medicine Terms and Conditions; May 21, 2019"
    licences = ["CC BY 3.0", "CC BY 4.0", "CC BY-NC 3.0", "CC BY-NC 4.0", nlm]
    mixed = [{"and": [some(licenseShortName=eq(one)), some(licenseShortName={"ne": one})]} for one in licences]
    assert total(idc, "collections", {"or": mixed}) == 39
    assert total(idc, "studies", {"or": mixed}) == 11018
    prostatex = {
        ("CC BY 3.0", None): 18321, ("CC BY 4.0", "bamf_aimi_annotations"): 347,
        ("CC BY 4.0", "prostatex_targets"): 345, ("CC BY 3.0", "prostatex_seg_zones"): 98,
        ("CC BY 3.0", "prostatex_seg_hires"): 66,
    }  # fmt: skip
    wheres = [
        {
            "collectionID": eq("prostatex"),
            "licenseShortName": eq(licence),
            "analysisResultID": {"isNull": True} if result is None else eq(result),
        }
        for licence, result in prostatex
    ]
    assert [n for (n,) in counts_of(idc, wheres, "series")] == list(prostatex.values())
    radiomics = {"CC BY 4.0": (3661, 9526.499), "CC BY-NC 3.0": (1265, 35775.59)}
    wheres = [{"collectionID": eq("nsclc_radiomics"), "licenseShortName": eq(licence)} for licence in radiomics]
    found = counts_of(idc, wheres, "series sizeBytes")
    assert [(series, megabytes(size)) for series, size in found] == list(radiomics.values())


def test_V01_V07_releases(idc: Gateway) -> None:
    wheres = [
        {"firstRelease": eq(25)},
        {"firstRelease": {"lt": 25}, "revisedRelease": eq(25)},
        {"revisedRelease": {"lt": 25}},
    ]
    assert counts_of(idc, wheres, "series") == [(11346,), (12043,), (1020802,)]
    first = {
        1: 38153, 2: 78177, 4: 203087, 5: 43286, 7: 7391, 8: 26411, 9: 16302, 10: 55200, 11: 1305, 12: 325,
        13: 4982, 15: 6695, 16: 3409, 17: 23577, 18: 384653, 19: 42093, 20: 12353, 21: 3393, 22: 14473, 23: 27709,
        24: 39871, 25: 11346,
    }  # fmt: skip
    wheres = [{"firstRelease": eq(release)} for release in first]
    assert [n for (n,) in counts_of(idc, wheres, "series")] == list(first.values())


def test_V01_what_the_current_release_changed(idc: Gateway) -> None:
    changes = "changes { addedSeries revisedSeries removedSeries }"
    now, before = (idc.data(f"{{ release(version: {n}) {{ counts {{ series }} {changes} }} }}") for n in (25, 24))
    assert tuple(now["release"]["changes"].values()) == (11346, 12043, 127)
    assert now["release"]["counts"]["series"] - 11346 - 12043 == 1020802
    assert before["release"]["counts"]["series"] - 12043 - 127 == 1020802


def test_V04_prior_versions(idc: Gateway) -> None:
    store = idc.catalogue.store
    series, now = (
        store.identifiers(Table.PRIOR_SERIES, "series_instance_uid"),
        store.identifiers(Level.SERIES, "series_instance_uid"),
    )
    prior = store.identifiers(Table.PRIOR_VERSIONS, "crdc_series_uuid").texts
    revised = find_identifiers(now, [uid.decode() for uid in series.texts.tolist()])[1]
    assert (len(prior), len(series.texts), int((~revised).sum()), int(revised.sum())) == (71042, 62613, 13208, 49405)
    current = store.identifiers(Level.SERIES, "crdc_series_uuid")
    assert not find_identifiers(current, [uuid.decode() for uuid in prior.tolist()])[1].any()


def test_V06_history_of_a_series_with_three_prior_versions(idc: Gateway) -> None:
    document = """{ seriesVersions(
        seriesInstanceUID: "1.3.6.1.4.1.5962.99.1.1040296085.1010327116.1637422868629.2.0"
    ) { crdcSeriesUUID collectionID awsURL firstRelease lastRelease sizeBytes } }"""
    answer = [
        ("0a4dc443-e7bf-4809-917e-b43b91b79d21", 8, 9), ("861f6646-869b-491d-8e8e-873ab34070c5", 10, 17),
        ("90a33cce-95b9-4aa2-b3a5-27fb3d5fe9c8", 18, 24), ("8ad0b44d-7863-460f-aeba-02a6c0fa3a68", 25, None),
    ]  # fmt: skip
    versions = [tuple(version.values()) for version in idc.data(document)["seriesVersions"]]
    assert [version[:5] for version in versions] == [
        (uuid, "tcga_luad", f"s3://idc-open-data/{uuid}/*", first, last) for uuid, first, last in answer
    ]
    assert {round(version[5] / 1e6, 2) for version in versions} == {221.71}


def test_P01_P05_key_order_is_binary(idc: Gateway) -> None:
    document = """query($first: Int, $after: String) { series(where: {collectionID: {eq: "nlst"}}, first: $first,
        after: $after) { pageInfo { endCursor } nodes { patientID studyInstanceUID seriesInstanceUID } } }"""
    page = idc.data(document, first=1000)["series"]
    next_page = idc.data(document, first=3, after=page["pageInfo"]["endCursor"])["series"]
    study = "1.2.840.113654.2.55.187766322555605983451267194286230980878"
    assert [tuple(node.values()) for node in page["nodes"][:3]] == [
        ("100002", study, "1.2.276.0.7230010.3.1.3.313263360.20363.1706320514.804396"),
        ("100002", study, "1.2.276.0.7230010.3.1.3.313263360.24150.1706320738.382516"),
        ("100002", study, "1.2.276.0.7230010.3.1.3.313263360.24152.1706320739.615770"),
    ]
    study = "1.2.840.113654.2.55.271048354698019304020349838060565857022"
    assert [tuple(node.values()) for node in next_page["nodes"]] == [
        ("100092", study, "1.2.276.0.7230010.3.1.3.313263360.27048.1706326079.299858"),
        ("100092", study, "1.2.276.0.7230010.3.1.3.313263360.27050.1706326080.453487"),
        ("100092", study, "1.2.840.113654.2.55.263770348034359793000775071647294536010"),
    ]
    patients = idc.data('{ patients(first: 5, where: {collectionID: {eq: "nlst"}}) { nodes { patientID } } }')
    ids = [node["patientID"] for node in patients["patients"]["nodes"]]
    assert ids == ["100002", "100004", "100005", "100009", "100010"]


def test_P04_missing_dates_come_last(idc: Gateway) -> None:
    document = """query($direction: OrderDirection!) { series(where: {collectionID: {eq: "upenn_gbm"}}, first: 2,
        orderBy: [{field: STUDY_DATE, direction: $direction}]) { nodes { seriesInstanceUID studyDate } } }"""
    earliest = idc.data(document, direction="ASC")["series"]["nodes"]
    latest = idc.data(document, direction="DESC")["series"]["nodes"]
    assert [node["studyDate"] for node in earliest + latest] == ["2001-06-15"] * 2 + ["2014-01-06"] * 2


def test_Z01_case_matters_and_the_unknown_is_empty(idc: Gateway) -> None:
    wheres = [
        {"modality": eq("mr")},
        {"collectionID": eq("LIDC-IDRI")},
        {"collectionID": eq("no_such")},
    ]
    assert counts_of(idc, wheres, "series") == [(0,), (0,), (0,)]
    assert idc.data('{ collection(collectionID: "no_such") { name } }') == {"collection": None}


def test_X02_X04_collections_that_gdc_knows(idc: Gateway) -> None:
    families = {
        "tcga": {"startsWith": "tcga"}, "cptac": {"contains": "cptac"}, "ccdi": {"contains": "ccdi"},
        "apollo": {"contains": "apollo"}, "cgci": {"startsWith": "cgci"}, "hcmi": {"startsWith": "hcmi"},
        "cddp": {"startsWith": "cddp_eagle"},
    }  # fmt: skip
    related = {"or": [{"collectionID": where} for where in families.values()]}
    assert count(idc, related, "collections patients studies") == (54, 18769, 21577)
    wheres = [{"collectionID": families[name]} for name in ("tcga", "cptac", "ccdi", "apollo", "cgci", "hcmi")]
    assert [n for (n,) in counts_of(idc, wheres, "patients")] == [11050, 2171, 4407, 41, 669, 382]
    slides = some(modality=eq("SM"))
    assert total(idc, "studies", {**related, **slides}) == 18663
    assert total(idc, "studies", {**related, "not": slides}) == 2914


def test_object_kinds_follow_the_sop_class(idc: Gateway) -> None:
    answer = {
        "SLIDE_IMAGE": (76300, 22646), "SEGMENTATION": (193283, 43818), "STRUCTURE_SET": (19366, 4256),
        "MEASUREMENTS": (270409, 28818), "ANNOTATIONS": (7448, 5713), "DOSE": (524, 282), "PLAN": (484, 242),
        "REGISTRATION": (97, 23), "PRESENTATION_STATE": (1193, 67), "PARAMETRIC_MAP": (691, 336),
        "OTHER": (4064, 1371), "IMAGE": (470332, 66000),
    }  # fmt: skip
    wheres = [{"objectKind": eq(kind)} for kind in answer]
    assert counts_of(idc, wheres, "series patients") == list(answer.values())


def test_numbers_that_the_contract_names(idc: Gateway) -> None:
    wheres = [
        {"bodyPartExamined": eq("CHEST")},
        {"modality": {"in": ["CT", "MR"]}},
        {"modality": {"in": ["CT", "MR"]}, "bodyPartExamined": eq("CHEST")},
        {"study": some(bodyPartExamined=eq("CHEST"))},
    ]
    assert counts_of(idc, wheres, "series") == [(368310,), (398973,), (206201,), (656169,)]
