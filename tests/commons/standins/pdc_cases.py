"""The PDC cases, studies and files of the world.

About four in five of the GDC cases of CPTAC, and some of TCGA, have a case in PDC. Demographics disagree for some;
references to GDC are missing for some, wrong for one; reference material and pools are cases, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.commons.standins.cohorts import COHORTS, Cohort
from tests.commons.standins.draw import made_uuid, stream
from tests.commons.standins.gdc_cases import real_rows
from tests.commons.standins.imaged import drawn
from tests.commons.standins.records import Demographic, GdcCase, Patient, PdcCase, PdcFile, PdcStudy

COVERED = {"CPTAC3-Discovery": 0.85, "CPTAC-2": 0.85, "CPTAC-TCGA": 0.5}
PROGRAM = "Clinical Proteomic Tumor Analysis Consortium"
OTHER_PROGRAM = "International Cancer Proteogenome Consortium"
# collection -> (proteome, phosphoproteome), the names that PDC has for the pair.
STUDIES: dict[str, tuple[str, str, str]] = {
    "cptac_ccrcc": ("PDC000127", "PDC000128", "CPTAC CCRCC Discovery Study"),
    "cptac_ucec": ("PDC000125", "PDC000126", "CPTAC UCEC Discovery Study"),
    "cptac_luad": ("PDC000153", "PDC000149", "CPTAC LUAD Discovery Study"),
    "cptac_lscc": ("PDC000234", "PDC000232", "CPTAC LSCC Discovery Study"),
    "cptac_pda": ("PDC000270", "PDC000271", "CPTAC PDA Discovery Study"),
    "cptac_gbm": ("PDC000204", "PDC000205", "CPTAC GBM Discovery Study"),
    "cptac_hnscc": ("PDC000221", "PDC000222", "CPTAC HNSCC Discovery Study"),
    "cptac_brca": ("PDC000120", "PDC000121", "Prospective Breast BI"),
    "cptac_coad": ("PDC000116", "PDC000117", "Prospective Colon PNNL"),
    "cptac_ov": ("PDC000110", "PDC000119", "Prospective Ovarian JHU"),
    "tcga_ov": ("PDC000114", "PDC000115", "TCGA Ovarian JHU"),
    "tcga_brca": ("PDC000173", "PDC000174", "TCGA Breast Cancer"),
    "tcga_coad": ("PDC000111", "", "TCGA Colon Cancer"),
}
STUDY_IDS = {"PDC000127": "dbe94609-1fb3-11e9-b7f8-0a80fada099c", "PDC000173": "b8da9eeb-57b8-11e8-b07a-00a098d917f8"}
# Of these studies an older version is still served, with a case that the latest one dropped.
REVISED = ("PDC000121", "PDC000127", "PDC000270")
# Of the cases of a collection so many are in the latest proteome, and in the phosphoproteome.
PROTEOME, PHOSPHOPROTEOME = 0.88, 0.6


def spelled(demographic: Demographic | None, key: str) -> Demographic | None:
    """The same person as PDC tells it: other letters, and for one in eight something that disagrees."""
    numbers = stream("pdc demographic", key)
    if demographic is None:
        return None
    made = replace(
        demographic,
        sex=demographic.sex.capitalize() if demographic.sex else None,
        days_to_death=demographic.days_to_death if demographic.vital_status == "Dead" else 0,
        race=demographic.race if demographic.race != "Unknown" else None,
    )
    draw = numbers.random()
    if draw < 0.05:
        return replace(made, vital_status="Alive" if made.vital_status == "Dead" else "Dead")
    if draw < 0.09:
        return replace(made, race="asian" if made.race == "white" else "white")
    if draw < 0.12:
        return replace(made, sex="Male" if made.sex == "Female" else "Female")
    return made


def _case(cohort: Cohort, gdc: GdcCase, **changes: object) -> PdcCase:
    row = real_rows().get(gdc.submitter_id, {})
    numbers = stream("pdc", gdc.submitter_id)
    referred = numbers.random() < 0.8 or bool(row.get("pdc_case_id"))
    tcia = cohort.collection_id.upper().replace("_", "-") if numbers.random() < 0.5 else None
    made = PdcCase(
        case_id=row.get("pdc_case_id") or made_uuid("pdc", gdc.submitter_id),
        submitter_id=gdc.submitter_id,
        project=cohort.pdc_project or "",
        patient=gdc.patient,
        gdc_case_id=gdc.case_id if referred else None,
        tcia_collection=tcia,
        is_ref=None,
        primary_site=cohort.primary_site,
        disease_type=cohort.pdc_disease or cohort.disease_type,
        demographic=spelled(gdc.demographic, gdc.submitter_id),
        diagnoses=tuple(replace(d, last_follow_up_days=None, treatments=d.treatments[:1]) for d in gdc.diagnoses[:1]),
        samples=gdc.samples,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def _imaged(gdc_cases: Iterable[GdcCase]) -> Iterator[tuple[str, PdcCase]]:
    for gdc in gdc_cases:
        project = gdc.project_id
        cohort = next((c for c in COHORTS.values() if c.gdc_project == project and c.pdc_project), None)
        if gdc.patient:
            cohort = COHORTS.get(gdc.patient[0])
        if cohort is None or cohort.pdc_project is None or (gdc.patient is None and cohort.collection_id != "tcga_ov"):
            continue
        wanted = bool(real_rows().get(gdc.submitter_id, {}).get("pdc_case_id"))
        if wanted or stream("in pdc", gdc.submitter_id).random() < COVERED[cohort.pdc_project]:
            yield cohort.collection_id, _case(cohort, gdc)


def _only_pdc(gdc_cases: Iterable[GdcCase]) -> Iterator[tuple[str, PdcCase]]:
    """Patients of IDC whom PDC has and GDC hasn't."""
    covered = {gdc.patient for gdc in gdc_cases}
    for patient in drawn():
        cohort = COHORTS.get(patient.collection_id)
        if patient.key in covered or cohort is None or cohort.pdc_project != "CPTAC3-Discovery":
            continue
        like = next(gdc for gdc in gdc_cases if gdc.patient and gdc.patient[0] == patient.collection_id)
        stranger = replace(like, submitter_id=patient.patient_id, patient=patient.key)
        yield patient.collection_id, replace(_case(cohort, stranger), gdc_case_id=None)


def _reference() -> Iterator[tuple[str, PdcCase]]:
    """Material that is no patient: reference, pools, bare digits; and Taiwanese cases of another programme."""
    names = (("Ref", "cptac_ccrcc"), ("Ref", "cptac_ucec"), ("Pooled Sample", "cptac_ccrcc"),
             ("P0042", "cptac_luad"), ("263", "cptac_pda"), ("Taiwanese IR", "cptac_luad"))  # fmt: skip
    for name, collection in names:
        cohort = COHORTS[collection]
        yield collection, PdcCase(
            made_uuid("reference", name, collection), name, cohort.pdc_project or "", None, None, None,
            "Yes" if name != "263" else None, "Not Reported", "Other", None, (), (),
        )  # fmt: skip


Hazards = tuple[tuple[Patient, str], ...]


def hazardous(cases: list[tuple[str, PdcCase]], gdc_cases: Iterable[GdcCase]) -> list[tuple[str, PdcCase]]:
    """The same cases, some of which are trouble now: see `World.conflicting` and `World.ambiguous`."""
    uuids = {gdc.submitter_id: gdc.case_id for gdc in gdc_cases}
    of = {name: [i for i, (c, case) in enumerate(cases) if c == name and case.patient] for name in STUDIES}
    made = list(cases)
    for collection in ("cptac_luad", "tcga_ov"):
        # The reference leads to the GDC case of somebody else.
        wrong, right = of[collection][2], of[collection][3]
        made[wrong] = (collection, replace(made[wrong][1], gdc_case_id=uuids[made[right][1].submitter_id]))
    for collection in ("cptac_pda", "cptac_ccrcc"):
        # One submitter id, two cases: the second one without a reference, of another disease.
        _, case = made[of[collection][1]]
        second = made_uuid("second", case.case_id)
        twin = replace(case, case_id=second, gdc_case_id=None, disease_type="Other", diagnoses=())
        made.append((collection, twin))
    return made


def pdc_cases(gdc_cases: tuple[GdcCase, ...]) -> list[tuple[str, PdcCase]]:
    """(collection whose studies have it, case), in an order that says nothing."""
    cases = hazardous([*_imaged(gdc_cases), *_only_pdc(gdc_cases)], gdc_cases)
    return sorted([*cases, *_reference()], key=lambda pair: made_uuid("order", pair[1].case_id))


def _versions(pdc_id: str, fraction: str, collection: str, cases: tuple[str, ...], name: str) -> Iterator[PdcStudy]:
    cohort = COHORTS[collection]
    study = PdcStudy(
        pdc_study_id=pdc_id,
        study_id=STUDY_IDS.get(pdc_id) or made_uuid("study", pdc_id, 2),
        submitter_id=f"S{pdc_id[-3:]}-{1 if fraction == 'Proteome' else 2}",
        name=f"{name} - {fraction}",
        version=2 if pdc_id in REVISED else 1,
        latest=True,
        project=cohort.pdc_project or "",
        analytical_fraction=fraction,
        disease_type=cohort.pdc_disease or "",
        primary_site=cohort.primary_site,
        cases=cases,
    )
    if pdc_id in REVISED:
        # The last case is no longer in the latest version.
        old = made_uuid("study", pdc_id, 1)
        yield replace(study, study_id=old, version=1, latest=False, submitter_id=f"{study.submitter_id}-v1")
        study = replace(study, cases=cases[:-1])
    yield study


def pdc_studies(cases: Iterable[tuple[str, PdcCase]]) -> tuple[PdcStudy, ...]:
    """Every version of every study."""
    of: dict[str, list[PdcCase]] = defaultdict(list)
    for collection, case in cases:
        of[collection].append(case)
    made: list[PdcStudy] = []
    for collection, (proteome, phosphoproteome, name) in STUDIES.items():
        for pdc_id, fraction, part in (
            (proteome, "Proteome", PROTEOME),
            (phosphoproteome, "Phosphoproteome", PHOSPHOPROTEOME),
        ):
            inside = tuple(
                case.case_id
                for case in of[collection]
                if case.is_ref or case.submitter_id in real_rows() or stream(pdc_id, case.case_id).random() < part
            )
            if pdc_id:
                made += _versions(pdc_id, fraction, collection, inside, name)
    return tuple(made)


def pdc_files(studies: Iterable[PdcStudy]) -> tuple[PdcFile, ...]:
    """Raw and open spectra of the latest studies, one pair for four cases, and a document."""
    made = []
    for study in studies:
        if not study.latest:
            continue
        for start in range(0, len(study.cases), 4):
            some = study.cases[start : start + 4]
            for kind, category, form, suffix in (
                ("Proprietary", "Raw Mass Spectra", "vendor-specific", "raw"),
                ("Open Standard", "Processed Mass Spectra", "mzML", "mzML.gz"),
            ):
                name = f"{study.submitter_id}_{start // 4:02}_f10.{suffix}"
                file_id = made_uuid("pdc file", study.study_id, name)
                # Some are larger than a GraphQL Int can say.
                size = stream(file_id).choice((145_180_612, 980_120_001, 3_221_225_472))
                made.append(PdcFile(file_id, study.pdc_study_id, name, size, kind, category, form, some))
        name = f"{study.submitter_id}_protocol.pdf"
        made.append(
            PdcFile(made_uuid(study.study_id, name), study.pdc_study_id, name, 88_000, "Document", "Other Metadata",
                    "PDF", ())
        )  # fmt: skip
    return tuple(made)
