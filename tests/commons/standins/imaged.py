"""The patients of the installed IDC index that the world gives cases to."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import idc_index_data
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.commons.standins.draw import stream
from tests.commons.standins.records import Imaged

INDEX = Path(idc_index_data.__file__).parent / "idc_index.parquet"
PREFIXES = r"^(tcga_|cptac_|hcmi_|cgci_|cddp_|varepop_|icdc_|eay131|nlst|ccdi_mci|cmb_crc|gtex|cbis_ddsm)"

RADIOLOGY = ("CT", "MR", "PT", "CR", "DX", "US", "MG", "NM", "XA", "RF")

# How many patients of a collection are drawn: with CT, with MR but no CT, with neither.
QUOTAS: dict[str, tuple[int, int, int]] = {
    "cptac_ccrcc": (26, 2, 6),
    "cptac_ucec": (26, 6, 6),
    "cptac_pda": (30, 3, 5),
    "cptac_luad": (24, 1, 8),
    "cptac_lscc": (22, 0, 6),
    "cptac_brca": (0, 0, 4),
    "cptac_coad": (0, 0, 8),
    "cptac_gbm": (0, 0, 8),
    "cptac_hnscc": (0, 0, 4),
    "cptac_ov": (0, 0, 6),
    "tcga_ov": (20, 1, 6),
    "tcga_coad": (12, 0, 6),
    "tcga_kirc": (18, 4, 4),
    "tcga_luad": (14, 0, 4),
    "tcga_lusc": (8, 0, 3),
    "tcga_lihc": (8, 6, 3),
    "tcga_ucec": (10, 2, 4),
    "tcga_brca": (0, 14, 6),
    "tcga_blca": (8, 4, 3),
    "tcga_stad": (8, 0, 2),
    "hcmi_cmdc": (0, 0, 10),
    "cgci_blgsp": (0, 0, 5),
    "cgci_htmcp_cc": (0, 0, 4),
    "cddp_eagle_1": (0, 0, 4),
    "varepop_apollo": (10, 1, 1),
    "icdc_glioma": (0, 24, 6),
    "ccdi_mci": (0, 0, 5),
    "cmb_crc": (4, 0, 2),
    "eay131": (8, 1, 1),
    "nlst": (6, 0, 0),
    "gtex": (0, 0, 3),
}
OTHERS = (2, 1, 2)


@cache
def imaged() -> dict[tuple[str, str], Imaged]:
    """Every patient of the collections that matter here."""
    columns = ["collection_id", "PatientID", "Modality"]
    table = pq.read_table(INDEX, columns=columns)
    table = table.filter(pc.match_substring_regex(table["collection_id"], PREFIXES)).group_by(columns).aggregate([])
    modalities: dict[tuple[str, str], set[str]] = defaultdict(set)
    for collection, patient, modality in zip(*(table[name].to_pylist() for name in columns), strict=True):
        modalities[collection, patient].add(modality)
    return {key: Imaged(*key, frozenset(modalities[key])) for key in sorted(modalities)}


def tissue_block(imaged: Imaged) -> bool:
    """Blocks of many patients' tissue, which CGCI has under a PatientID."""
    return imaged.collection_id == "cgci_blgsp" and "TMA" in imaged.patient_id


def kind(patient: Imaged) -> int:
    """0 with CT, 1 with MR but no CT, 2 with neither."""
    return 0 if "CT" in patient.modalities else 1 if "MR" in patient.modalities else 2


@cache
def drawn() -> tuple[Imaged, ...]:
    """The patients of the world, by collection and id."""
    groups: dict[tuple[str, int], list[Imaged]] = defaultdict(list)
    for patient in imaged().values():
        if not tissue_block(patient):
            groups[patient.collection_id, kind(patient)].append(patient)
    chosen: list[Imaged] = []
    for (collection, which), patients in sorted(groups.items()):
        quota = QUOTAS.get(collection, OTHERS)[which]
        if collection == "cbis_ddsm":
            quota = 0
        chosen += stream("drawn", collection, which).sample(patients, min(quota, len(patients)))
    return tuple(sorted(chosen, key=lambda patient: patient.key))
