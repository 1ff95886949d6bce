"""The documents that PDC's resolvers return: numbers are strings, and what isn't known is spelled in many ways."""

from typing import Any

from tests.commons.standins.draw import made_uuid, stream
from tests.commons.standins.pdc_cases import OTHER_PROGRAM, PROGRAM
from tests.commons.standins.records import Diagnosis, PdcCase, PdcFile, PdcStudy, Sample
from tests.commons.standins.world import World

Document = dict[str, Any]
SENTINELS = ("Not Reported", "N/A", "", "Unknown", None)
# Clinical fields that the world says nothing of: PDC says so in each of its ways.
UNSAID = (
    "ajcc_clinical_stage", "ajcc_pathologic_t", "ajcc_pathologic_n", "ajcc_pathologic_m", "ajcc_clinical_t",
    "ann_arbor_clinical_stage", "iss_stage", "laterality", "prior_malignancy", "residual_disease",
)  # fmt: skip
PROJECTS = {
    "CPTAC3-Discovery": ("5b2b8fd0-0e78-11e9-a064-0a9c39d33490", "CPTAC3 Discovery"),
    "CPTAC-2": ("267d6671-0e78-11e9-a064-0a9c39d33490", "CPTAC2 Prospective"),
    "CPTAC-TCGA": ("48653303-5546-11e8-b664-00a098d917f8", "CPTAC2 Retrospective"),
}
PROGRAM_ID = "10251935-5540-11e8-b664-00a098d917f8"
DATED = "https://pdcdatastore.example.org/studies/{}/{}?X-Amz-Expires=604800"


def unsaid(*key: object) -> str | None:
    """One of the ways to say nothing."""
    return stream("unsaid", *key).choice(SENTINELS)


def text(value: object, *key: object) -> str | None:
    """A value as PDC has it: as a string, or one of the ways to say nothing."""
    return unsaid(*key) if value is None else str(value)


def references(case: PdcCase) -> list[Document]:
    """To GDC, if there is one, and to TCIA."""
    made: list[Document] = []
    if case.gdc_case_id:
        made.append(
            {
                "external_reference_id": case.gdc_case_id,
                "reference_resource_shortname": "GDC",
                "reference_resource_name": "Genomic Data Commons",
                "reference_entity_location": f"https://portal.gdc.cancer.gov/cases/{case.gdc_case_id}",
            }
        )
    if case.tcia_collection:
        made.append(
            {
                "external_reference_id": case.tcia_collection,
                "reference_resource_shortname": "TCIA",
                "reference_resource_name": "The Cancer Imaging Archive",
                "reference_entity_location": "https://doi.org/10.7937/K9/TCIA.2018.OBLAMN27\r",
            }
        )
    return made


def demographic(case: PdcCase) -> Document | None:
    """None if the world knows nothing of the person."""
    known = case.demographic
    if known is None:
        return None
    key = case.case_id
    return {
        "demographic_id": made_uuid("pdc demographic", key),
        "demographic_submitter_id": f"{case.submitter_id}-DEMO",
        "gender": text(known.sex, key, "gender"),
        "sex": text(known.sex, key, "gender"),
        "race": text(known.race, key, "race"),
        "ethnicity": text(known.ethnicity, key, "ethnicity"),
        "vital_status": text(known.vital_status, key, "vital"),
        "days_to_birth": text(known.days_to_birth, key, "birth"),
        "days_to_death": text(known.days_to_death, key, "death"),
        "age_at_index": text(known.age_at_index, key, "index"),
        "cause_of_death": unsaid(key, "cause"),
        "year_of_death": "0",
    }


def diagnosis(diagnosis: Diagnosis) -> Document:
    key = diagnosis.diagnosis_id
    stages = {stage.system: stage.raw for stage in diagnosis.stages}
    return {
        "diagnosis_id": made_uuid("pdc diagnosis", key),
        "diagnosis_submitter_id": f"{diagnosis.submitter_id}-DIAG",
        "primary_diagnosis": text(diagnosis.name, key, "name"),
        "tumor_stage": next(iter(stages.values()), unsaid(key, "stage")),
        "tumor_grade": text(diagnosis.grade, key, "grade"),
        "age_at_diagnosis": text(diagnosis.age_days, key, "age"),
        "morphology": text(diagnosis.morphology, key, "morphology"),
        "tissue_or_organ_of_origin": diagnosis.site,
        "site_of_resection_or_biopsy": diagnosis.site,
        "icd_10_code": diagnosis.icd_10_code,
        "classification_of_tumor": diagnosis.classification,
        "diagnosis_is_primary_disease": str(diagnosis.primary).lower() if diagnosis.flagged else unsaid(key, "primary"),
        "days_to_last_follow_up": text(diagnosis.last_follow_up_days, key, "follow"),
        "days_to_recurrence": "0",
        **{field: unsaid(key, field) for field in UNSAID},
        "ajcc_pathologic_stage": text(stages.get("ajcc_pathologic_stage"), key, "ajcc"),
        "figo_stage": text(stages.get("figo_stage"), key, "figo"),
        "samples": [],
    }


def treatments(case: PdcCase) -> list[Document]:
    return [
        {
            "treatment_id": treatment.treatment_id,
            "treatment_submitter_id": f"{case.submitter_id}-TR",
            "treatment_type": treatment.treatment_type,
            "therapeutic_agents": treatment.therapeutic_agents or " ",
            "treatment_or_therapy": treatment.treatment_or_therapy,
            "days_to_treatment_start": " ",
        }
        for known in case.diagnoses
        for treatment in known.treatments
    ]


def sample(case: PdcCase, sample: Sample) -> Document:
    known = case.gdc_case_id is not None
    return {
        "sample_id": made_uuid("pdc sample", sample.sample_id),
        "sample_submitter_id": sample.submitter_id,
        "sample_type": sample.sample_type,
        "tissue_type": sample.tissue_type,
        "gdc_sample_id": sample.sample_id if known else None,
        "gdc_project_id": case.project if known else None,
        "biospecimen_anatomic_site": "Not Reported",
        "composition": "Solid Tissue",
        "current_weight": 0.0,
        "initial_weight": 400.0,
        "days_to_collection": 0,
        "diagnoses": [],
        "aliquots": [
            {
                "aliquot_id": made_uuid("pdc aliquot", sample.sample_id),
                "aliquot_submitter_id": f"CPT{stream(sample.sample_id).randint(10**9, 10**10 - 1)}",
                "analyte_type": "Protein",
                "aliquot_run_metadata": [],
            }
        ],
    }


def case(case: PdcCase) -> Document:
    """A case with everything that may be selected of it."""
    person = demographic(case)
    return {
        "case_id": case.case_id,
        "case_submitter_id": case.submitter_id,
        "project_id": PROJECTS[case.project][0],
        "project_submitter_id": case.project,
        "disease_type": case.disease_type,
        "primary_site": case.primary_site,
        "case_is_ref": case.is_ref,
        "index_date": "Diagnosis",
        "lost_to_followup": "",
        "days_to_lost_to_followup": 0,
        "consent_type": "Consent Exemption",
        "days_to_consent": 10,
        "externalReferences": references(case),
        "demographics": [person] if person else [],
        "diagnoses": [diagnosis(known) for known in case.diagnoses],
        "samples": [sample(case, known) for known in case.samples],
        "exposures": [],
        "follow_ups": [],
        "treatments": treatments(case),
    }


def clinical(case: PdcCase) -> Document:
    """The flat form: demographic and first diagnosis in one."""
    person = demographic(case) or {}
    first = [diagnosis(known) for known in case.diagnoses[:1]]
    return {
        **(first[0] if first else {}),
        **person,
        "case_id": case.case_id,
        "case_submitter_id": case.submitter_id,
        "status": "Qualified",
        "disease_type": case.disease_type,
        "primary_site": case.primary_site,
        "consent_type": "Consent Exemption",
        "days_to_consent": 10,
        "exposures": [],
        "follow_ups": [],
        "treatments": treatments(case),
        "samples": [
            {
                "sample_id": made_uuid("pdc sample", s.sample_id),
                "sample_submitter_id": s.submitter_id,
                "annotation": None,
            }
            for s in case.samples
        ],
        "externalReferences": references(case),
    }


def biospecimens(case: PdcCase) -> list[Document]:
    """A row for each aliquot; reference material and pools have one without a sample of their own."""
    samples = case.samples or (Sample(case.case_id, case.submitter_id, "Not Reported", "Not Reported"),)
    return [
        {
            "aliquot_id": made_uuid("pdc aliquot", known.sample_id),
            "sample_id": made_uuid("pdc sample", known.sample_id),
            "case_id": case.case_id,
            "aliquot_submitter_id": f"CPT{stream(known.sample_id).randint(10**9, 10**10 - 1)}",
            "sample_submitter_id": known.submitter_id,
            "case_submitter_id": case.submitter_id,
            "aliquot_status": "Qualified",
            "case_status": "Qualified",
            "sample_status": "Qualified",
            "project_name": PROJECTS[case.project][1],
            "sample_type": known.sample_type,
            "disease_type": case.disease_type,
            "primary_site": case.primary_site,
            "pool": "No" if case.samples else "Yes",
            "taxon": case.taxon,
            "externalReferences": references(case),
        }
        for known in samples
    ]


def study(study: PdcStudy, files: list[Document]) -> Document:
    return {
        "study_id": study.study_id,
        "pdc_study_id": study.pdc_study_id,
        "study_submitter_id": study.submitter_id,
        "submitter_id_name": study.name,
        "study_name": study.name,
        "study_shortname": study.name,
        "study_version": str(study.version),
        "is_latest_version": "yes" if study.latest else "no",
        "study_description": f"{study.name} of {study.disease_type}",
        "program_id": PROGRAM_ID,
        "program_name": PROGRAM,
        "project_id": PROJECTS[study.project][0],
        "project_name": PROJECTS[study.project][1],
        "disease_type": f"{study.disease_type};Other",
        "disease_types": f"[{study.disease_type}, Other]",
        "primary_site": f"{study.primary_site};N/A",
        "primary_sites": f"[{study.primary_site}]",
        "analytical_fraction": study.analytical_fraction,
        "experiment_type": "TMT10",
        "acquisition_type": "DDA",
        "cases_count": len(study.cases),
        "aliquots_count": 2 * len(study.cases),
        "filesCount": files,
    }


def file(file: PdcFile, study: PdcStudy) -> Document:
    location = f"studies/{study.pdc_study_id[-3:]}/{file.name}"
    return {
        "study_id": study.study_id,
        "pdc_study_id": study.pdc_study_id,
        "study_submitter_id": study.submitter_id,
        "study_name": study.name,
        "file_id": file.file_id,
        "file_name": file.name,
        "file_submitter_id": file.name,
        "file_type": file.file_type,
        "md5sum": made_uuid("md5", file.file_id).replace("-", ""),
        "file_location": location,
        "file_size": str(file.size),
        "data_category": file.data_category,
        "file_format": file.file_format,
        "signedUrl": {"url": DATED.format(study.pdc_study_id, file.name)},
    }


def programs(world: World, studies: list[PdcStudy]) -> list[Document]:
    """Programme, projects and their studies; what has no study isn't there."""
    projects = [
        {
            "project_id": PROJECTS[name][0],
            "project_submitter_id": name,
            "name": PROJECTS[name][1],
            "studies": [study(known, []) for known in studies if known.project == name],
        }
        for name in PROJECTS
        if any(known.project == name for known in studies)
    ]
    if not projects:
        return []
    return [
        {"program_id": PROGRAM_ID, "program_submitter_id": PROGRAM, "name": PROGRAM, "projects": projects},
        {"program_id": made_uuid(OTHER_PROGRAM), "program_submitter_id": OTHER_PROGRAM, "name": OTHER_PROGRAM,
         "projects": []},
    ]  # fmt: skip


def entity_references(study: PdcStudy) -> list[Document]:
    """The study's references to other resources; their locations end with a carriage return."""
    return [
        {
            "reference_id": made_uuid("reference", study.study_id, short),
            "entity_type": "study",
            "entity_id": study.study_id,
            "reference_type": "external",
            "reference_entity_type": "study",
            "reference_entity_alias": study.submitter_id.split("-")[0],
            "reference_resource_name": name,
            "reference_resource_shortname": short,
            "reference_entity_location": f"{location}\r",
        }
        for short, name, location in (
            ("CPTAC", PROGRAM, "https://cptac-data-portal.georgetown.edu/cptac/s/S044"),
            ("IDC", "Imaging Data Commons", "https://portal.imaging.datacommons.cancer.gov/explore/"),
        )
    ]
