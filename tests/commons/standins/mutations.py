"""Simple somatic mutations of the world: some well-known ones, and who has them."""

from tests.commons.standins.cohorts import Cohort
from tests.commons.standins.draw import made_uuid, stream
from tests.commons.standins.records import Mutation

# gene, Ensembl id, amino acid change, chromosome, position (GRCh38), reference, tumor, consequence
_KNOWN = (
    ("KRAS", "ENSG00000133703", "G12D", "chr12", 25245350, "C", "T", "missense_variant"),
    ("KRAS", "ENSG00000133703", "G12C", "chr12", 25245351, "C", "A", "missense_variant"),
    ("KRAS", "ENSG00000133703", "G13D", "chr12", 25245347, "C", "T", "missense_variant"),
    ("TP53", "ENSG00000141510", "R175H", "chr17", 7675088, "C", "T", "missense_variant"),
    ("TP53", "ENSG00000141510", "R273C", "chr17", 7673803, "G", "A", "missense_variant"),
    ("TP53", "ENSG00000141510", "R213*", "chr17", 7674894, "G", "A", "stop_gained"),
    ("PIK3CA", "ENSG00000121879", "H1047R", "chr3", 179234297, "A", "G", "missense_variant"),
    ("VHL", "ENSG00000134086", "L89P", "chr3", 10142113, "T", "C", "missense_variant"),
    ("EGFR", "ENSG00000146648", "L858R", "chr7", 55191822, "T", "G", "missense_variant"),
    ("IDH1", "ENSG00000138413", "R132H", "chr2", 208248388, "C", "T", "missense_variant"),
)
# How often a gene is mutated in cases of a primary site; elsewhere one in twenty.
_RATES = {
    ("KRAS", "Pancreas"): 0.85,
    ("KRAS", "Bronchus and lung"): 0.3,
    ("KRAS", "Colon"): 0.4,
    ("TP53", "Ovary"): 0.9,
    ("TP53", "Bronchus and lung"): 0.5,
    ("TP53", "Breast"): 0.35,
    ("VHL", "Kidney"): 0.5,
    ("PIK3CA", "Breast"): 0.35,
    ("EGFR", "Bronchus and lung"): 0.15,
}
# So many cases have open calls of mutations; of the others nothing is known.
CALLED = 0.8


def mutations() -> tuple[Mutation, ...]:
    """All of them."""
    return tuple(Mutation(made_uuid("ssm", row[0], row[2]), *row) for row in _KNOWN)


def called(submitter: str) -> bool:
    """Whether a case has open calls."""
    return stream("called", submitter).random() < CALLED


def mutations_of(cohort: Cohort, submitter: str) -> tuple[str, ...]:
    """The ssm ids of a case; none where it has no calls."""
    if not called(submitter):
        return ()
    numbers = stream("mutations", submitter)
    found = []
    for gene in sorted({mutation.gene for mutation in mutations()}):
        if numbers.random() < _RATES.get((gene, cohort.primary_site), 0.05):
            found.append(numbers.choice([m.ssm_id for m in mutations() if m.gene == gene]))
    return tuple(found)
