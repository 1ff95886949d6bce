"""The cases of ICDC in the world: the dogs of GLIOMA01, whom IDC has, and dogs of other studies, whom it hasn't.

The ids of GLIOMA01 are those of IDC; breeds, stages and files are drawn. Some dogs are in two studies: two cases, one
`canine_individual_id`.
"""

from collections.abc import Iterator

from tests.commons.standins.draw import made_uuid, stream, weighted
from tests.commons.standins.imaged import drawn
from tests.commons.standins.records import IcdcCase

GLIOMA = "GLIOMA01"
# study -> (name, accession, programme)
STUDIES = {
    GLIOMA: ("Comparative molecular life history of spontaneous canine and human gliomas", "000009", "CMCP"),
    "UBC01": ("Antitumor Activity and Molecular Effects of Vemurafenib in Dogs with BRAF-mutant Bladder Cancer",
              "000004", "CMCP"),
    "UBC02": ("Basal and Luminal Molecular Subtypes in Naturally-Occurring Canine Urothelial Carcinoma", "000003",
              "CMCP"),
    "COTC022": ("A Contemporaneous Controlled Study of the Standard of Care in Dogs with Appendicular Osteosarcoma",
                "000006", "COP"),
}  # fmt: skip
# One dog in two studies.
INDIVIDUALS = {"UBC01-776-675-Vm20": "0003", "UBC02-776-675-63": "0003"}
BREEDS = (("Boxer", 4.0), ("Boston Terrier", 3.0), ("French Bulldog", 2.0), ("Mixed Breed", 2.0), ("Unknown", 0.5),
          (None, 0.5))  # fmt: skip
GLIOMAS = ("Oligodendroglioma", "Astrocytoma", "Undefined Glioma")
STAGES = (("Not Applicable", 3.0), ("Unknown", 1.0), ("Not Determined", 0.5))
# Of the glioma patients of IDC so many are in ICDC.
COVERED = 0.9


def _files(case_id: str, numbers_of: str) -> tuple[tuple[str, str], ...]:
    numbers = stream(numbers_of, case_id)
    made = [(f"{case_id}-T1_wgs.bam", "Whole Genome Sequence File"), (f"{case_id}-T1_wgs.bai", "Index File")]
    if numbers.random() < 0.7:
        made.append((f"{case_id}-T1_rnaseq.fastq.gz", "RNA Sequence File"))
    if numbers.random() < 0.2:
        return ()
    return tuple(made)


def _glioma() -> Iterator[IcdcCase]:
    for patient in drawn():
        if patient.collection_id != "icdc_glioma" or stream("icdc", *patient.key).random() >= COVERED:
            continue
        case_id, numbers = patient.patient_id, stream("dog", patient.patient_id)
        yield IcdcCase(
            case_id=case_id,
            patient_id=case_id.removeprefix(f"{GLIOMA}-"),
            patient_first_name=None,
            patient=patient.key,
            study=GLIOMA,
            breed=weighted(numbers, BREEDS),
            sex=numbers.choice(("Female", "Male")),
            neutered=numbers.choice(("Yes", "No", "Unknown")),
            age_years=round(numbers.uniform(2, 15), 1) if numbers.random() < 0.9 else None,
            disease_term=numbers.choice(GLIOMAS),
            primary_disease_site="Brain",
            stage_of_disease=weighted(numbers, STAGES),
            samples=(f"{case_id}-T1-A1-J02", f"{case_id}-N1-A1-J01")[: numbers.choice((1, 2, 2))],
            files=_files(case_id, "dog files"),
        )


def _not_imaged() -> Iterator[IcdcCase]:
    """Dogs of other studies; a part of their ids is the bare `patient_id` of others."""
    rows = (
        ("COTC022-2213", "2213", "COTC022", "Bulldog", "Male", "Osteosarcoma", "Bone (Appendicular)", "Not Determined"),
        ("COTC022-0103", "0103", "COTC022", "Rottweiler", "Female", "Osteosarcoma", "Bone (Appendicular)", "IIB"),
        ("UBC01-776-675-Vm20", "Vm20", "UBC01", "Scottish Terrier", "Male", "Urothelial Carcinoma", "Bladder",
         "T2N0M0"),
        ("UBC02-776-675-63", "63", "UBC02", "Scottish Terrier", "Male", "Urothelial Carcinoma", "Bladder", "T2N0M0"),
    )  # fmt: skip
    for case_id, patient_id, study, breed, sex, disease, site, stage in rows:
        yield IcdcCase(
            case_id, patient_id, "Max" if study == "COTC022" else "", None, study, breed, sex, "Yes", 8.8, disease,
            site, stage, (f"{case_id}-S1",), _files(case_id, "dog files"),
        )  # fmt: skip


def icdc_cases() -> tuple[IcdcCase, ...]:
    """All cases, in an order that says nothing."""
    return tuple(sorted((*_glioma(), *_not_imaged()), key=lambda case: made_uuid("order", case.case_id)))


def file_uuid(case: IcdcCase, name: str) -> str:
    """Of a file of ICDC, without `dg.4DFC/`."""
    return made_uuid("icdc file", case.case_id, name)
