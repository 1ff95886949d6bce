"""The GDC documents of the world: nested dictionaries as the wire has them, before fields are chosen."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from tests.commons.standins.draw import made_uuid, stream
from tests.commons.standins.records import Annotation, Diagnosis, GdcCase, GdcFile, GdcProject, Mutation, Sample
from tests.commons.standins.world import World

Document = dict[str, Any]
UPDATED = "2025-04-07T17:13:09.336794-05:00"
TYPES = {
    "Gene Expression Quantification": "gene_expression",
    "Aligned Reads": "aligned_reads",
    "Raw Simple Somatic Mutation": "simple_somatic_mutation",
    "Masked Somatic Mutation": "masked_somatic_mutation",
    "Slide Image": "slide_image",
    "Clinical Supplement": "clinical_supplement",
}


def spare(key: str, document: Document) -> Document:
    """Without what has no value; now and then with an explicit null, as GDC has it."""
    numbers = stream("null", key)
    return {k: v for k, v in document.items() if v is not None or numbers.random() < 0.25}


def _annotation(annotation: Annotation, case: GdcCase) -> Document:
    entity = case.case_id if annotation.entity_type == "case" else made_uuid(annotation.entity_submitter_id)
    return spare(
        annotation.annotation_id,
        {
            "annotation_id": annotation.annotation_id,
            "submitter_id": str(stream(annotation.annotation_id).randint(1000, 40000)),
            "entity_id": entity,
            "entity_type": annotation.entity_type,
            "entity_submitter_id": annotation.entity_submitter_id,
            "case_id": case.case_id,
            "case_submitter_id": case.submitter_id,
            "classification": annotation.classification,
            "category": annotation.category,
            "notes": annotation.notes,
            "status": "Approved",
            "state": "submitted",
            "created_datetime": "2014-06-16T00:00:00",
            "updated_datetime": "2017-03-09T12:32:36.305475-06:00",
        },
    )


def _diagnosis(diagnosis: Diagnosis) -> Document:
    numbers = stream("wire", diagnosis.diagnosis_id)
    document = {
        "diagnosis_id": diagnosis.diagnosis_id,
        "submitter_id": diagnosis.submitter_id,
        "primary_diagnosis": diagnosis.name,
        "classification_of_tumor": diagnosis.classification,
        "diagnosis_is_primary_disease": diagnosis.primary if diagnosis.flagged else None,
        "age_at_diagnosis": diagnosis.age_days,
        "tumor_grade": diagnosis.grade,
        "morphology": diagnosis.morphology,
        "icd_10_code": diagnosis.icd_10_code,
        "tissue_or_organ_of_origin": diagnosis.site,
        "site_of_resection_or_biopsy": diagnosis.site,
        "days_to_last_follow_up": diagnosis.last_follow_up_days,
        "days_to_diagnosis": 0,
        "year_of_diagnosis": numbers.randint(1998, 2019),
        "prior_malignancy": numbers.choice(("no", "yes", "not reported")),
        "synchronous_malignancy": "Not Reported",
        "prior_treatment": "No",
        "state": "released",
        "created_datetime": None,
        "updated_datetime": UPDATED,
        **{stage.system: stage.raw for stage in diagnosis.stages},
    }
    if diagnosis.flagged is False:
        document.pop("diagnosis_is_primary_disease")
    made = spare(diagnosis.diagnosis_id, document)
    if diagnosis.treatments:
        made["treatments"] = [
            spare(
                treatment.treatment_id,
                {
                    "treatment_id": treatment.treatment_id,
                    "submitter_id": f"{diagnosis.submitter_id}_treatment{place}",
                    "treatment_type": treatment.treatment_type,
                    "therapeutic_agents": treatment.therapeutic_agents,
                    "treatment_or_therapy": treatment.treatment_or_therapy,
                    "state": "released",
                },
            )
            for place, treatment in enumerate(diagnosis.treatments)
        ]
    return made


def _demographic(case: GdcCase) -> Document | None:
    if case.demographic is None:
        return None
    known = case.demographic
    return spare(
        f"demographic/{case.case_id}",
        {
            "demographic_id": made_uuid("demographic", case.case_id),
            "submitter_id": f"{case.submitter_id}_demographic",
            "sex_at_birth": known.sex,
            "race": known.race,
            "ethnicity": known.ethnicity,
            "vital_status": known.vital_status,
            "days_to_birth": known.days_to_birth,
            "days_to_death": known.days_to_death,
            "age_at_index": known.age_at_index,
            "state": "released",
        },
    )


def _sample(sample: Sample) -> Document:
    normal = sample.tissue_type == "Normal"
    letter = "D"
    portion: Document = {
        "portion_id": made_uuid("portion", sample.sample_id),
        "submitter_id": f"{sample.submitter_id}-11",
    }
    portion["analytes"] = [
        {
            "analyte_id": made_uuid("analyte", sample.sample_id),
            "submitter_id": f"{sample.submitter_id}-11{letter}",
            "analyte_type": "DNA",
            "aliquots": [
                {
                    "aliquot_id": made_uuid("aliquot", sample.sample_id),
                    "submitter_id": f"{sample.submitter_id}-11{letter}-A10Y-09",
                }
            ],
        }
    ]
    if sample.slides:
        portion["slides"] = [
            {"slide_id": made_uuid("slide", barcode), "submitter_id": barcode, "section_location": "BOTTOM"}
            for barcode in sample.slides
        ]
    return {
        "sample_id": sample.sample_id,
        "submitter_id": sample.submitter_id,
        "sample_type": sample.sample_type,
        "sample_type_id": "10" if normal else "01",
        "tissue_type": sample.tissue_type,
        "tumor_descriptor": "Not Applicable" if normal else "Primary",
        "specimen_type": "Peripheral Blood NOS" if normal else "Solid Tissue",
        "preservation_method": None,
        "composition": "Not Reported",
        "days_to_collection": stream(sample.sample_id).randint(0, 7000),
        "is_ffpe": False,
        "state": "released",
        "portions": [portion],
    }


def _ids(samples: list[Document], diagnoses: list[Document]) -> Document:
    """The lists of ids that come with a case unasked."""
    portions = [portion for sample in samples for portion in sample["portions"]]
    analytes = [analyte for portion in portions for analyte in portion["analytes"]]
    groups = {
        "sample": samples,
        "portion": portions,
        "slide": [slide for portion in portions for slide in portion.get("slides", ())],
        "analyte": analytes,
        "aliquot": [aliquot for analyte in analytes for aliquot in analyte["aliquots"]],
        "diagnosis": diagnoses,
    }
    made: Document = {}
    for name, documents in groups.items():
        if documents:
            made[f"{name}_ids"] = [document[f"{name}_id"] for document in documents]
            made[f"submitter_{name}_ids"] = [document["submitter_id"] for document in documents]
    return made


def _summary(files: Iterable[GdcFile]) -> Document:
    files = tuple(files)
    categories = Counter(file.data_category for file in files)
    strategies = Counter(file.experimental_strategy for file in files if file.experimental_strategy)
    made: Document = {"file_count": len(files), "file_size": sum(file.file_size for file in files)}
    if categories:
        made["data_categories"] = [{"data_category": k, "file_count": n} for k, n in categories.items()]
    if strategies:
        made["experimental_strategies"] = [{"experimental_strategy": k, "file_count": n} for k, n in strategies.items()]
    return made


def _file(file: GdcFile) -> Document:
    return spare(
        file.file_id,
        {
            "id": file.file_id,
            "file_id": file.file_id,
            "file_name": file.file_name,
            "file_size": file.file_size,
            "md5sum": made_uuid("md5", file.file_id).replace("-", ""),
            "access": file.access,
            "acl": [file.accession] if file.accession else ["open"],
            "data_category": file.data_category,
            "data_type": file.data_type,
            "data_format": file.data_format,
            "experimental_strategy": file.experimental_strategy,
            "platform": "Illumina" if file.data_format == "BAM" else None,
            "state": "released",
            "type": TYPES.get(file.data_type, "file"),
            "submitter_id": made_uuid("submitter", file.file_id),
            "created_datetime": "2022-02-07T08:48:39.178606-06:00",
            "updated_datetime": UPDATED,
            "version": "2",
            "data_release": "32.0 - 45.0",
        },
    )


def _project(project: GdcProject, cases: list[GdcCase], files: list[GdcFile]) -> Document:
    of_files = _summary(files)
    for name, key in (("data_categories", "data_category"), ("experimental_strategies", "experimental_strategy")):
        for part in of_files.get(name, ()):
            field = part[key]
            part["case_count"] = len({c for f in files if getattr(f, key) == field for c in f.case_ids})
    return {
        "id": project.project_id,
        "project_id": project.project_id,
        "name": project.name,
        "primary_site": sorted({case.primary_site for case in cases}),
        "disease_type": sorted({case.disease_type for case in cases}),
        # Here null is said.
        "dbgap_accession_number": project.accession,
        "releasable": True,
        "released": True,
        "state": "open",
        "program": {"name": project.program, "program_id": made_uuid("program", project.program)},
        "summary": {"case_count": len(cases), **of_files},
    }


def _case(case: GdcCase, project: Document, files: list[Document], counted: list[GdcFile]) -> Document:
    diagnoses = [_diagnosis(diagnosis) for diagnosis in case.diagnoses]
    samples = [_sample(sample) for sample in case.samples]
    # Of a case its project has no summary, and the program as everywhere.
    of_case = {name: value for name, value in project.items() if name not in ("id", "summary")}
    document: Document = {
        "id": case.case_id,
        "case_id": case.case_id,
        "submitter_id": case.submitter_id,
        "primary_site": case.primary_site,
        "disease_type": case.disease_type,
        "index_date": "Diagnosis",
        "consent_type": case.consent_type,
        "lost_to_followup": None,
        "state": "released",
        "created_datetime": None,
        "updated_datetime": UPDATED,
        **_ids(samples, diagnoses),
        "project": of_case,
        "demographic": _demographic(case),
        "diagnoses": diagnoses or None,
        "exposures": [
            spare(
                exposure.exposure_id,
                {
                    "exposure_id": exposure.exposure_id,
                    "submitter_id": f"{case.submitter_id}_exposure",
                    "pack_years_smoked": exposure.pack_years_smoked,
                    "tobacco_smoking_status": exposure.tobacco_smoking_status,
                    "state": "released",
                },
            )
            for exposure in case.exposures
        ]
        or None,
        "samples": samples,
        "summary": _summary(counted),
        "annotations": [_annotation(annotation, case) for annotation in case.annotations] or None,
        "files": files or None,
    }
    groups = ("demographic", "diagnoses", "exposures", "annotations", "files")
    return spare(case.case_id, {k: v for k, v in document.items() if v is not None or k not in groups})


def _ssm(mutation: Mutation) -> Document:
    change = f"{mutation.chromosome}:g.{mutation.start_position}{mutation.reference}>{mutation.tumor}"
    return {
        "id": mutation.ssm_id,
        "ssm_id": mutation.ssm_id,
        "gene_aa_change": [f"{mutation.gene} {mutation.aa_change}"],
        "genomic_dna_change": change,
        "mutation_type": "Simple Somatic Mutation",
        "mutation_subtype": "Single base substitution",
        "ncbi_build": "GRCh38",
        "chromosome": mutation.chromosome,
        "start_position": mutation.start_position,
        "end_position": mutation.start_position,
        "reference_allele": mutation.reference,
        "tumor_allele": mutation.tumor,
        # Of each transcript one: the canonical one is one of them.
        "consequence": [
            {
                "transcript": {
                    "transcript_id": f"ENST{stream(mutation.ssm_id, place).randint(10**10, 10**11 - 1)}",
                    "aa_change": mutation.aa_change,
                    "is_canonical": place == 0,
                    "consequence_type": mutation.consequence,
                    "gene": {"gene_id": mutation.gene_id, "symbol": mutation.gene},
                }
            }
            for place in range(2)
        ],
    }


def gdc_documents(world: World) -> dict[str, list[Document]]:
    """The documents of each endpoint."""
    cases = {case.case_id: case for case in world.gdc_cases}
    files = {file.file_id: (file, _file(file)) for file in world.gdc_files}
    of_case: dict[str, list[str]] = defaultdict(list)
    of_project: dict[str, list[GdcFile]] = defaultdict(list)
    for file in world.gdc_files:
        for case_id in file.case_ids:
            of_case[case_id].append(file.file_id)
        of_project[cases[file.case_ids[0]].project_id].append(file)
    in_project: dict[str, list[GdcCase]] = defaultdict(list)
    for case in world.gdc_cases:
        in_project[case.project_id].append(case)
    projects = {
        p.project_id: _project(p, in_project[p.project_id], of_project[p.project_id]) for p in world.gdc_projects
    }
    documents = {
        case_id: _case(
            case,
            projects[case.project_id],
            [files[file_id][1] for file_id in of_case[case_id]],
            [files[file_id][0] for file_id in of_case[case_id]],
        )
        for case_id, case in cases.items()
    }
    bare = {case_id: {k: v for k, v in doc.items() if k != "files"} for case_id, doc in documents.items()}
    return {
        "cases": list(documents.values()),
        "files": [{**document, "cases": [bare[c] for c in file.case_ids]} for file, document in files.values()],
        "annotations": [
            {"id": made["annotation_id"], **made, "project": bare[case.case_id]["project"]}
            for case in world.gdc_cases
            for made in (_annotation(annotation, case) for annotation in case.annotations)
        ],
        "projects": list(projects.values()),
        **_mutated(world, bare),
    }


def _mutated(world: World, cases: dict[str, Document]) -> dict[str, list[Document]]:
    ssms = {mutation.ssm_id: _ssm(mutation) for mutation in world.mutations}
    occurrences = [
        {
            "id": made_uuid("occurrence", ssm_id, case.case_id),
            "ssm_occurrence_id": made_uuid("occurrence", ssm_id, case.case_id),
            "case": cases[case.case_id],
            "ssm": ssms[ssm_id],
        }
        for case in world.gdc_cases
        for ssm_id in case.mutations
        if not case.redacted
    ]
    found: dict[str, list[Document]] = defaultdict(list)
    for occurrence in occurrences:
        found[occurrence["ssm"]["ssm_id"]].append(occurrence)
    documents = [
        {
            **ssm,
            "occurrence": [{"ssm_occurrence_id": o["ssm_occurrence_id"], "case": o["case"]} for o in found[ssm_id]],
        }
        for ssm_id, ssm in ssms.items()
    ]
    return {"ssms": documents, "ssm_occurrences": occurrences}
