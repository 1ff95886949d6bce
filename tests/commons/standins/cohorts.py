"""What the cases of a collection have in common: projects, site, disease, how they are staged."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cohort:
    """Where a collection's patients are in the commons, and of what they are ill."""

    collection_id: str
    gdc_project: str
    program: str
    accession: str | None
    primary_site: str
    disease_type: str
    diagnosis: str
    morphology: str
    icd_10_code: str
    stage_system: str = "ajcc_pathologic_stage"
    sex: str | None = None
    pdc_project: str | None = None
    pdc_disease: str | None = None


def _tcga(collection: str, *what: str, **more: str) -> Cohort:
    project = collection.upper().replace("_", "-")
    return Cohort(collection, project, "TCGA", "phs000178", *what, **more)


def _cptac(collection: str, *what: str, project: str = "CPTAC-3", **more: str) -> Cohort:
    accession = "phs001287" if project == "CPTAC-3" else "phs000892"
    pdc = "CPTAC3-Discovery" if project == "CPTAC-3" else "CPTAC-2"
    return Cohort(collection, project, "CPTAC", accession, *what, pdc_project=pdc, **more)


ADENO = "Adenomas and Adenocarcinomas"
DUCTAL = "Ductal and Lobular Neoplasms"
SQUAMOUS = "Squamous Cell Neoplasms"
SEROUS = "Cystic, Mucinous and Serous Neoplasms"
GLIOMAS = "Gliomas"
FIGO = "figo_stage"

_ROWS = (
    _cptac("cptac_ccrcc", "Kidney", ADENO, "Renal cell carcinoma, NOS", "8312/3", "C64.9",
           pdc_disease="Clear Cell Renal Cell Carcinoma"),
    _cptac("cptac_ucec", "Uterus, NOS", ADENO, "Endometrioid adenocarcinoma, NOS", "8380/3", "C54.1",
           stage_system=FIGO, sex="female", pdc_disease="Uterine Corpus Endometrial Carcinoma"),
    _cptac("cptac_pda", "Pancreas", DUCTAL, "Infiltrating duct carcinoma, NOS", "8500/3", "C25.9",
           pdc_disease="Pancreatic Ductal Adenocarcinoma"),
    _cptac("cptac_luad", "Bronchus and lung", ADENO, "Adenocarcinoma, NOS", "8140/3", "C34.9",
           pdc_disease="Lung Adenocarcinoma"),
    _cptac("cptac_lscc", "Bronchus and lung", SQUAMOUS, "Squamous cell carcinoma, NOS", "8070/3", "C34.9",
           pdc_disease="Lung Squamous Cell Carcinoma"),
    _cptac("cptac_gbm", "Brain", GLIOMAS, "Glioblastoma", "9440/3", "C71.9", stage_system="",
           pdc_disease="Glioblastoma"),
    _cptac("cptac_hnscc", "Other and ill-defined sites", SQUAMOUS, "Squamous cell carcinoma, NOS", "8070/3", "C14.8",
           pdc_disease="Head and Neck Squamous Cell Carcinoma"),
    _cptac("cptac_brca", "Breast", DUCTAL, "Infiltrating duct carcinoma, NOS", "8500/3", "C50.9",
           project="CPTAC-2", pdc_disease="Breast Invasive Carcinoma"),
    _cptac("cptac_coad", "Colon", ADENO, "Adenocarcinoma, NOS", "8140/3", "C18.9",
           project="CPTAC-2", pdc_disease="Colon Adenocarcinoma"),
    _cptac("cptac_ov", "Ovary", SEROUS, "Serous adenocarcinoma, NOS", "8441/3", "C56.9",
           project="CPTAC-2", stage_system=FIGO, sex="female", pdc_disease="Ovarian Serous Cystadenocarcinoma"),
    _tcga("tcga_ov", "Ovary", SEROUS, "Serous cystadenocarcinoma, NOS", "8441/3", "C56.9",
          stage_system=FIGO, sex="female", pdc_project="CPTAC-TCGA",
          pdc_disease="Ovarian Serous Cystadenocarcinoma"),
    _tcga("tcga_coad", "Colon", ADENO, "Adenocarcinoma, NOS", "8140/3", "C18.9", pdc_project="CPTAC-TCGA",
          pdc_disease="Colon Adenocarcinoma"),
    _tcga("tcga_brca", "Breast", DUCTAL, "Infiltrating duct carcinoma, NOS", "8500/3", "C50.9",
          pdc_project="CPTAC-TCGA", pdc_disease="Breast Invasive Carcinoma"),
    _tcga("tcga_read", "Rectum", ADENO, "Adenocarcinoma, NOS", "8140/3", "C20"),
    _tcga("tcga_kirc", "Kidney", ADENO, "Clear cell adenocarcinoma, NOS", "8310/3", "C64.9"),
    _tcga("tcga_kirp", "Kidney", ADENO, "Papillary adenocarcinoma, NOS", "8260/3", "C64.9"),
    _tcga("tcga_kich", "Kidney", ADENO, "Renal cell carcinoma, chromophobe type", "8317/3", "C64.9"),
    _tcga("tcga_luad", "Bronchus and lung", ADENO, "Adenocarcinoma, NOS", "8140/3", "C34.1"),
    _tcga("tcga_lusc", "Bronchus and lung", SQUAMOUS, "Squamous cell carcinoma, NOS", "8070/3", "C34.1"),
    _tcga("tcga_lihc", "Liver and intrahepatic bile ducts", ADENO, "Hepatocellular carcinoma, NOS", "8170/3", "C22.0"),
    _tcga("tcga_ucec", "Corpus uteri", ADENO, "Endometrioid adenocarcinoma, NOS", "8380/3", "C54.1",
          stage_system=FIGO, sex="female"),
    _tcga("tcga_cesc", "Cervix uteri", SQUAMOUS, "Squamous cell carcinoma, NOS", "8070/3", "C53.9",
          stage_system=FIGO, sex="female"),
    _tcga("tcga_blca", "Bladder", "Transitional Cell Papillomas and Carcinomas", "Transitional cell carcinoma",
          "8120/3", "C67.9"),
    _tcga("tcga_stad", "Stomach", ADENO, "Adenocarcinoma, NOS", "8140/3", "C16.9"),
    _tcga("tcga_esca", "Esophagus", SQUAMOUS, "Squamous cell carcinoma, NOS", "8070/3", "C15.9"),
    _tcga("tcga_skcm", "Skin", "Nevi and Melanomas", "Malignant melanoma, NOS", "8720/3", "C44.9"),
    _tcga("tcga_thca", "Thyroid gland", ADENO, "Papillary adenocarcinoma, NOS", "8260/3", "C73.9"),
    _tcga("tcga_thym", "Thymus", "Thymic Epithelial Neoplasms", "Thymoma, type AB, malignant", "8582/3", "C37.9",
          stage_system="masaoka_stage"),
    _tcga("tcga_prad", "Prostate gland", ADENO, "Adenocarcinoma, NOS", "8140/3", "C61.9", stage_system="", sex="male"),
    _tcga("tcga_gbm", "Brain", GLIOMAS, "Glioblastoma", "9440/3", "C71.9", stage_system=""),
    _tcga("tcga_lgg", "Brain", GLIOMAS, "Astrocytoma, anaplastic", "9401/3", "C71.9", stage_system=""),
    _tcga("tcga_sarc", "Connective, subcutaneous and other soft tissues", "Myomatous Neoplasms",
          "Leiomyosarcoma, NOS", "8890/3", "C49.9", stage_system=""),
    Cohort("hcmi_cmdc", "HCMI-CMDC", "HCMI", None, "Colon", ADENO, "Adenocarcinoma, NOS", "8140/3", "C18.9"),
    Cohort("cgci_blgsp", "CGCI-BLGSP", "CGCI", "phs000527", "Hematopoietic and reticuloendothelial systems",
           "Mature B-Cell Lymphomas", "Burkitt lymphoma, NOS", "9687/3", "C83.7", "ann_arbor_clinical_stage"),
    Cohort("cgci_htmcp_cc", "CGCI-HTMCP-CC", "CGCI", "phs000528", "Cervix uteri", SQUAMOUS,
           "Squamous cell carcinoma, NOS", "8070/3", "C53.9", FIGO, "female"),
    Cohort("cddp_eagle_1", "CDDP_EAGLE-1", "CDDP_EAGLE", "phs001239", "Bronchus and lung", ADENO,
           "Adenocarcinoma, NOS", "8140/3", "C34.1"),
    Cohort("varepop_apollo", "VAREPOP-APOLLO", "VAREPOP", "phs001374", "Bronchus and lung", ADENO,
           "Adenocarcinoma, NOS", "8140/3", "C34.1"),
)  # fmt: skip
COHORTS = {cohort.collection_id: cohort for cohort in _ROWS}
