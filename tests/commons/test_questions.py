"""The questions of the documentation, answered exactly as the records of the world say."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from indexers.slide_index import SlideIndex
from tests.commons.standins.pdc import Pdc as PdcStandIn
from tests.commons.standins.records import CdaSubject, Diagnosis, GdcCase, GdcFile, Patient, PdcCase
from tests.commons.standins.world import World
from tests.conftest import Gateway

QUESTIONS = Path(__file__).parents[2] / "docs" / "questions"
Cases = dict[Patient, GdcCase]
Live = Callable[..., AbstractContextManager[Gateway]]


def answer(gateway: Gateway, name: str) -> Any:
    """What a document of the documentation is answered with; all of it on one page."""
    (path,) = QUESTIONS.glob(f"{name}-*.graphql")
    return gateway.data(path.read_text("utf-8"))


def shown(page: Any, collection: str | None = None) -> set[Patient]:
    """The patients of a page that holds all of them."""
    assert page["totalCount"] == len(page["nodes"])
    return {(node["collectionID"], node["patientID"]) for node in page["nodes"]}


def of(
    world: World, cases: Cases, modality: str | None, holds: Callable[[GdcCase, list[GdcFile]], bool]
) -> set[Patient]:
    """The linked patients with a modality whose case meets a condition."""
    return {
        patient
        for patient, case in cases.items()
        if (modality is None or modality in world.modalities(patient)) and holds(case, list(world.files_of(case)))
    }


def staged(case: GdcCase) -> bool:
    return case.primary_diagnosis is not None and bool(case.primary_diagnosis.groups & {"III", "IV"})


def test_every_document_has_its_test() -> None:
    named = {name[5:7] for name in globals() if re.match(r"test_\d\d_", name)}
    assert {path.name[:2] for path in QUESTIONS.glob("*.graphql")} == named


def test_01_ct_rna_seq_and_proteome(
    harvested: Gateway, truth: World, in_gdc: Cases, in_pdc: dict[Patient, PdcCase]
) -> None:
    def holds(case: GdcCase, files: list[GdcFile]) -> bool:
        return staged(case) and any(f.experimental_strategy == "RNA-Seq" and f.access == "open" for f in files)

    expected = {
        patient
        for patient in of(truth, in_gdc, "CT", holds)
        if patient in in_pdc and "Proteome" in truth.fractions(in_pdc[patient])
    }
    assert len(expected) > 10
    found = answer(harvested, "01")["patients"]
    assert shown(found) == expected
    for node in found["nodes"]:
        case = in_gdc[node["collectionID"], node["patientID"]]
        assert node["gdcCase"]["caseID"] == case.case_id
        (primary,) = [each for each in node["gdcCase"]["diagnoses"] if each["isPrimaryDisease"]]
        assert primary["stageGroup"] in ("III", "IV") and primary["ageAtDiagnosis"] == case.primary_diagnosis.age_days  # type: ignore[union-attr]
        assert node["counts"]["series"] > 0
        assert all(study["viewerURL"].startswith("https://viewer.imaging.") for study in node["studies"]["nodes"])
        assert "Proteome" in {study["analyticalFraction"] for study in node["pdcCase"]["studies"]}


def test_02_everything_of_one_patient(harvested: Gateway, in_gdc: Cases, truth: World) -> None:
    patient = answer(harvested, "02")["patient"]
    case = in_gdc["tcga_lihc", "TCGA-DD-A4NO"]
    assert patient["gdcCase"]["caseID"] == case.case_id
    assert {each["commons"]: each["status"] for each in patient["links"]}["GDC"] == "LINKED"
    assert sum(kind["fileCount"] for kind in patient["gdcCase"]["files"]) == len(truth.files_of(case))
    assert patient["counts"]["series"] > 0
    assert patient["pdcCase"] is None and truth.pdc_of(("tcga_lihc", "TCGA-DD-A4NO")) == ()
    subject = truth.cda_of(("tcga_lihc", "TCGA-DD-A4NO"))
    assert subject is not None and patient["cdaSubject"] == {
        "subjectID": subject.subject_id,
        "dataAt": sorted(each.upper() for each in subject.data_at),
        "projects": sorted(subject.projects),
        "upstream": [
            {"source": source, "field": field, "id": id}
            for source, field, id in sorted((each.source, each.field, each.id) for each in subject.upstream)
        ],
    }


def test_06_kidney_with_ct_and_mutation_calls(harvested: Gateway, truth: World, in_gdc: Cases) -> None:
    expected = of(
        truth,
        in_gdc,
        "CT",
        lambda case, files: (
            "kidney" in case.primary_site.lower() and any(file.data_format in ("VCF", "MAF") for file in files)
        ),
    )
    assert expected and shown(answer(harvested, "06")["patients"]) == expected


def test_07_tumor_and_normal_reads(harvested: Gateway, truth: World, in_gdc: Cases) -> None:
    def holds(case: GdcCase, files: list[GdcFile]) -> bool:
        tissues = {sample.tissue_type for sample in case.samples}
        return {"Tumor", "Normal"} <= tissues and any(file.data_format == "BAM" for file in files)

    expected = of(truth, in_gdc, None, holds)
    found = answer(harvested, "07")["patients"]
    assert expected and found["totalCount"] == len(expected)
    assert {(node["collectionID"], node["patientID"]) for node in found["nodes"]} <= expected
    reads = [kind for node in found["nodes"] for kind in node["gdcCase"]["files"] if kind["dataFormat"] == "BAM"]
    assert {kind["access"] for kind in reads} == {"controlled"}


def test_08_staged_lung_with_ct_and_survival(harvested: Gateway, truth: World, in_gdc: Cases) -> None:
    expected = {
        patient
        for patient in of(truth, in_gdc, "CT", lambda case, files: staged(case))
        if patient[0] in ("tcga_luad", "cptac_luad")
    }
    found = answer(harvested, "08")["patients"]
    assert expected and {node["patientID"] for node in found["nodes"]} == {name for _, name in expected}
    by_name = {name: in_gdc[collection, name] for collection, name in expected}
    for node in found["nodes"]:
        known = by_name[node["patientID"]].demographic
        told = node["gdcCase"]["demographic"]
        assert (told is None) is (known is None)
        assert known is None or told["daysToDeath"] == known.days_to_death
        assert node["series"]["nodes"]


def test_09_dead_or_treated_with_cisplatin_with_mr(harvested: Gateway, truth: World, in_gdc: Cases) -> None:
    def holds(case: GdcCase, files: list[GdcFile]) -> bool:
        dead = case.demographic is not None and case.demographic.vital_status == "Dead"
        agents = [t.therapeutic_agents or "" for diagnosis in case.diagnoses for t in diagnosis.treatments]
        return dead or any("cisplatin" in agent.lower() for agent in agents)

    expected = of(truth, in_gdc, "MR", holds)
    assert expected and shown(answer(harvested, "09")["patients"]) == expected


def test_10_slides_with_their_samples(
    live: Live, harvest: Path, slides: SlideIndex, barcodes: dict[str, tuple[Patient, str]], truth: World, in_gdc: Cases
) -> None:
    def holds(case: GdcCase, files: list[GdcFile]) -> bool:
        return any(sample.tissue_type == "Tumor" for sample in case.samples)

    kidney = ("tcga_kirc", "cptac_ccrcc")
    expected = {patient for patient in of(truth, in_gdc, "SM", holds) if patient[0] in kidney}
    with live(harvest, slides) as gateway:
        found = answer(gateway, "10")["patients"]
    assert len(expected) > 10 and shown(found) == expected
    joined = 0
    for node in found["nodes"]:
        case = in_gdc[node["collectionID"], node["patientID"]]
        samples = {slide: sample for sample in case.samples for slide in sample.slides}
        for series in node["series"]["nodes"]:
            link = series["gdcSlideLink"]
            _, barcode = barcodes.get(series["seriesInstanceUID"], (None, None))
            assert (link["containerIdentifier"], link["status"]) == (barcode, "LINKED" if barcode else "NOT_FOUND")
            told = [(slide["caseID"], slide["sampleID"], slide["tissueType"]) for slide in link["slides"]]
            sample = samples[barcode] if barcode else None
            assert told == ([(case.case_id, sample.sample_id, sample.tissue_type)] if sample else [])
            joined += len(told)
    assert joined > 20


def test_11_segmented_with_kras_mutation(live: Live, harvest: Path, truth: World, in_gdc: Cases) -> None:
    kras = {mutation.ssm_id: mutation for mutation in truth.mutations if mutation.gene == "KRAS"}
    expected = {
        patient
        for patient, case in in_gdc.items()
        if truth.modalities(patient) & {"SEG", "RTSTRUCT", "SR"} and kras.keys() & set(case.mutations)
    }
    with live(harvest) as gateway:
        found = answer(gateway, "11")["patients"]
    assert len(expected) > 5 and shown(found) == expected
    for node in found["nodes"]:
        case = in_gdc[node["collectionID"], node["patientID"]]
        mutations = {each["ssmID"]: each["aaChange"] for each in node["gdcCase"]["mutations"]}
        assert mutations == {ssm: kras[ssm].aa_change for ssm in case.mutations if ssm in kras}
        calls = [f for f in truth.files_of(case) if f.access == "open" and f.data_category.startswith("Simple")]
        assert {file["fileID"] for file in node["gdcCase"]["calls"]["nodes"]} == {file.file_id for file in calls}
        assert node["series"]["totalCount"] > 0


def test_12_adenocarcinoma_by_age(harvested: Gateway, truth: World, in_gdc: Cases) -> None:
    def aged(low: int, high: int) -> Callable[[GdcCase, list[GdcFile]], bool]:
        def holds(case: GdcCase, files: list[GdcFile]) -> bool:
            found: Diagnosis | None = case.primary_diagnosis
            return (
                found is not None
                and "adenocarcinoma" in (found.name or "").lower()
                and found.age_days is not None
                and low <= found.age_days < high
            )

        return holds

    found = answer(harvested, "12")
    assert shown(found["sixties"]) == of(truth, in_gdc, None, aged(21915, 25567))
    assert shown(found["over80"]) == of(truth, in_gdc, None, aged(29221, 10**6))
    assert found["sixties"]["totalCount"] and found["over80"]["totalCount"]


def test_03_what_exists_elsewhere_for_my_ids(harvested: Gateway, truth: World, in_gdc: Cases) -> None:
    found = answer(harvested, "03")
    nodes = {node["patientID"]: node for node in found["patients"]["nodes"]}
    assert nodes.keys() == {"TCGA-DD-A4NO", "C3L-00791", "TCGA-AY-4070A", "100002"}
    linked = {name: node["collectionID"] for name, node in nodes.items() if node["gdcCase"]}
    assert linked == {name: collection for collection, name in in_gdc if name in nodes}
    for name, collection in linked.items():
        case = in_gdc[collection, name]
        counts = [kind["fileCount"] for kind in nodes[name]["gdcCase"]["files"]]
        assert sum(counts) == len(truth.files_of(case)) and nodes[name]["gdcCase"]["primarySite"] == case.primary_site
        subject = truth.cda_of((collection, name))
        assert (nodes[name]["cdaSubject"] is None) is (subject is None)
        if subject is not None:
            assert {each.lower() for each in nodes[name]["cdaSubject"]["dataAt"]} == set(subject.data_at)
    assert {link["status"] for link in nodes["100002"]["links"]} == {"NOT_LINKABLE"}
    assert all(link["reason"] for link in nodes["100002"]["links"])
    (gdc,) = [each for each in found["commonsCoverage"] if each["commons"] == "GDC"]
    assert (gdc["patients"], gdc["linkable"], gdc["linked"]) == (4, 3, len(linked))


def per_collection(patients: set[Patient]) -> dict[str, int]:
    return dict(Counter(collection for collection, _ in patients))


def test_04_overlap_by_collection(
    harvested: Gateway, in_gdc: Cases, in_pdc: dict[Patient, PdcCase], in_cda: dict[Patient, CdaSubject]
) -> None:
    found = answer(harvested, "04")
    expected = {
        "inGDC": in_gdc.keys(),
        "inPDC": in_pdc.keys(),
        "inCDA": in_cda.keys(),
        "inGC": {patient for patient, subject in in_cda.items() if "gc" in subject.data_at},
        "inGDCAndPDC": in_gdc.keys() & in_pdc.keys(),
        "inAll": in_gdc.keys() & in_pdc.keys() & in_cda.keys(),
    }
    for name, patients in expected.items():
        (facet,) = found[name]["facets"]
        told = {each["value"]: each["counts"]["patients"] for each in facet["buckets"] if each["counts"]["patients"]}
        assert told == per_collection(set(patients)) != {}, name
        assert found[name]["total"]["patients"] == len(patients)
    linked = {each["commons"]: each["linked"] for each in found["commonsCoverage"]}
    assert (linked["GDC"], linked["PDC"], linked["CDA"]) == (len(in_gdc), len(in_pdc), len(in_cda))
    assert len(expected["inAll"]) < len(expected["inGDCAndPDC"]) < len(in_gdc)


def test_05_all_cptac_patients(
    harvested: Gateway,
    truth: World,
    in_gdc: Cases,
    in_pdc: dict[Patient, PdcCase],
    in_cda: dict[Patient, CdaSubject],
) -> None:
    found = answer(harvested, "05")
    cptac = {patient for patient in in_gdc if patient[0].startswith("cptac_")}
    facets = {facet["key"]: facet for facet in found["facets"]["facets"]}
    assert {each["value"]: each["counts"]["patients"] for each in facets["GDC_PROJECT"]["buckets"]} == dict(
        Counter(in_gdc[patient].project_id for patient in cptac)
    )
    strategies = Counter(
        strategy
        for patient in cptac
        for strategy in {file.experimental_strategy for file in truth.files_of(in_gdc[patient])} - {None}
    )
    shown_strategies = facets["GDC_EXPERIMENTAL_STRATEGY"]["buckets"]
    assert {each["value"]: each["counts"]["patients"] for each in shown_strategies} == dict(strategies)
    in_pdc_too = {patient: case for patient, case in in_pdc.items() if patient[0].startswith("cptac_")}
    fractions = Counter(fraction for case in in_pdc_too.values() for fraction in truth.fractions(case))
    shown_fractions = facets["PDC_ANALYTICAL_FRACTION"]["buckets"]
    assert {each["value"]: each["counts"]["patients"] for each in shown_fractions} == dict(fractions)
    both = cptac & in_pdc_too.keys()
    nodes = {(node["collectionID"], node["patientID"]): node for node in found["everywhere"]["nodes"]}
    assert found["everywhere"]["totalCount"] == len(both) > 50
    assert nodes.keys() == set(sorted(both)[:100])
    for patient, node in nodes.items():
        case, subject = in_gdc[patient], in_cda.get(patient)
        assert node["gdcCase"] == {"caseID": case.case_id, "project": {"projectID": case.project_id}}
        assert node["pdcCase"] == {"caseID": in_pdc[patient].case_id, "project": in_pdc[patient].project}
        data_at = sorted(each.upper() for each in subject.data_at) if subject else None
        assert node["cdaSubject"] == (None if data_at is None else {"dataAt": data_at})
    linked = {each["commons"]: each["linked"] for each in found["commonsCoverage"]}
    in_cda_too = sum(patient[0].startswith("cptac_") for patient in in_cda)
    assert linked == {"GDC": len(cptac), "PDC": len(in_pdc_too), "CDA": in_cda_too, "ICDC": 0}
    assert {each["patients"] for each in found["commonsCoverage"]} == {found["facets"]["total"]["patients"]}


def test_13_ccrcc_mzml_and_ct(
    live: Live, harvest: Path, truth: World, in_pdc: dict[Patient, PdcCase], pdc: PdcStandIn
) -> None:
    studies = {study.pdc_study_id: study for study in truth.pdc_studies if study.latest}
    expected = {
        patient
        for patient, case in in_pdc.items()
        if patient[0] == "cptac_ccrcc"
        and "CT" in truth.modalities(patient)
        and case.case_id in studies["PDC000127"].cases
    }
    pdc.forget()
    with live(harvest) as gateway:
        found = answer(gateway, "13")["patients"]
    assert len(expected) > 5 and shown(found) == expected
    counted = {study["pdcStudyID"] for node in found["nodes"] for study in node["pdcCase"]["studies"]}
    # Once for each study of the document, whatever the number of patients.
    assert sum("filesCountPerStudy" in request.json["query"] for request in pdc.requests) == len(counted) == 2
    for node in found["nodes"]:
        assert node["series"]["totalCount"] > 0
        for study in node["pdcCase"]["studies"]:
            own = Counter(
                (f.data_category, f.file_type) for f in truth.pdc_files if f.pdc_study_id == study["pdcStudyID"]
            )
            told = {(each["dataCategory"], each["fileType"]): each["fileCount"] for each in study["fileCounts"]}
            assert told == own and told["Processed Mass Spectra", "Open Standard"] > 0


def test_14_canine_glioma_with_mr_and_genomics(harvested: Gateway, truth: World) -> None:
    expected = {
        case.patient: case
        for case in truth.icdc_cases
        if case.patient
        and "MR" in truth.modalities(case.patient)
        and any("sequence" in kind.lower() for _, kind in case.files)
    }
    found = answer(harvested, "14")["patients"]
    assert expected and shown(found) == expected.keys()
    for node in found["nodes"]:
        case = expected[node["collectionID"], node["patientID"]]
        assert (node["icdcCase"]["caseID"], node["icdcCase"]["study"]) == (case.case_id, "GLIOMA01")
        assert node["icdcCase"]["diagnoses"][0]["diseaseTerm"] == case.disease_term
        assert [file["fileType"] for file in node["icdcCase"]["files"]] == [kind for _, kind in case.files]


def test_15_modality_by_site_and_stage(harvested: Gateway, truth: World, in_gdc: Cases) -> None:
    cells: dict[tuple[str, str, str | None], int] = defaultdict(int)
    for patient, case in in_gdc.items():
        primary = case.primary_diagnosis
        groups = [stage.group for stage in primary.stages if stage.group] if primary else []
        for modality in truth.modalities(patient):
            cells[modality, case.primary_site, groups[0] if groups else None] += 1
    found = answer(harvested, "15")
    assert {tuple(cell["values"]): cell["counts"]["patients"] for cell in found["crosstab"]["cells"]} == cells
    facets = {facet["key"]: facet for facet in found["facets"]["facets"]}
    assert found["facets"]["total"]["patients"] == len(in_gdc)
    assert sum(each["counts"]["patients"] for each in facets["GDC_STAGE_GROUP"]["buckets"]) + facets["GDC_STAGE_GROUP"][
        "missing"
    ]["counts"]["patients"] == len(in_gdc)
