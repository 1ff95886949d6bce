"""The files of the GDC cases: open and controlled RNA-Seq, sequencing reads, mutation calls, slides, supplements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random

from tests.commons.standins.draw import made_uuid, stream, weighted
from tests.commons.standins.mutations import called
from tests.commons.standins.records import GdcCase, GdcFile, GdcProject, Sample

TRANSCRIPTOME, READS, CALLS = "Transcriptome Profiling", "Sequencing Reads", "Simple Nucleotide Variation"
# open: expression counts; controlled: only the reads of the same strategy.
RNA = (("open", 7.0), ("controlled", 1.5), ("none", 1.5))


class _Files:
    """The files of one case, in the making."""

    def __init__(self, case: GdcCase, accession: str | None, numbers: Random) -> None:
        self.case, self.accession, self.numbers = case, accession, numbers
        self.made: list[GdcFile] = []

    def add(
        self, name: str, access: str, category: str, kind: str, form: str, strategy: str | None, *samples: Sample
    ) -> None:
        made = made_uuid("file", self.case.case_id, name, *(s.submitter_id for s in samples))
        # Reads are larger than a GraphQL Int can say.
        size = self.numbers.randint(3, 40) * 10**9 if form == "BAM" else self.numbers.randint(10_000, 90_000_000)
        self.made.append(
            GdcFile(
                file_id=made,
                file_name=name.format(made_uuid("name", made)),
                file_size=size,
                access=access,
                data_category=category,
                data_type=kind,
                data_format=form,
                experimental_strategy=strategy,
                case_ids=(self.case.case_id,),
                sample_ids=tuple(sample.sample_id for sample in samples),
                accession=self.accession if access == "controlled" else None,
            )
        )


def _of_case(case: GdcCase, accession: str | None) -> list[GdcFile]:
    numbers = stream("files", case.submitter_id, case.project_id)
    files = _Files(case, accession or "phs000000", numbers)
    tumor = case.samples[0]
    normal = next((sample for sample in case.samples if sample.tissue_type == "Normal"), None)
    rna = weighted(numbers, RNA)
    if rna == "open":
        counts = "{}.rna_seq.augmented_star_gene_counts.tsv"
        files.add(counts, "open", TRANSCRIPTOME, "Gene Expression Quantification", "TSV", "RNA-Seq", tumor)
    if rna != "none":
        files.add("{}.rna_seq.genomic.gdc_realn.bam", "controlled", READS, "Aligned Reads", "BAM", "RNA-Seq", tumor)
    if numbers.random() < 0.85:
        files.add("{}_wxs_gdc_realn.bam", "controlled", READS, "Aligned Reads", "BAM", "WXS", tumor)
        if normal and numbers.random() < 0.85:
            files.add("{}_wxs_gdc_realn.bam", "controlled", READS, "Aligned Reads", "BAM", "WXS", normal)
        both = (tumor, normal) if normal else (tumor,)
        vcf = "{}.wxs.mutect2.raw_somatic_mutation.vcf.gz"
        files.add(vcf, "controlled", CALLS, "Raw Simple Somatic Mutation", "VCF", "WXS", *both)
    if called(case.submitter_id):
        maf = "{}.wxs.aliquot_ensemble_masked.maf.gz"
        files.add(maf, "open", CALLS, "Masked Somatic Mutation", "MAF", "WXS", tumor)
    if numbers.random() < 0.5:
        mirna = "{}.mirbase21.mirnas.quantification.txt"
        files.add(mirna, "open", TRANSCRIPTOME, "miRNA Expression Quantification", "TXT", "miRNA-Seq", tumor)
    for sample in case.samples:
        for slide in sample.slides:
            strategy = "Diagnostic Slide" if "-DX" in slide else "Tissue Slide"
            files.add(slide + ".{}.svs", "open", "Biospecimen", "Slide Image", "SVS", strategy, sample)
    return files.made


def _supplements(cases: Iterable[GdcCase]) -> Iterator[GdcFile]:
    """One clinical supplement of each project: a file of many cases, without a strategy."""
    projects: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        if not case.redacted:
            projects[case.project_id].append(case.case_id)
    for project, case_ids in sorted(projects.items()):
        name = f"nationwidechildrens.org_clinical_patient_{project.lower()}.txt"
        yield GdcFile(
            made_uuid("supplement", project), name, 50_000, "open", "Clinical", "Clinical Supplement", "BCR Biotab",
            None, tuple(case_ids), (), None,
        )  # fmt: skip


def gdc_files(cases: Iterable[GdcCase], projects: dict[str, GdcProject]) -> tuple[GdcFile, ...]:
    """All files; a redacted case has none."""
    cases = tuple(cases)
    files = [f for case in cases if not case.redacted for f in _of_case(case, projects[case.project_id].accession)]
    return (*files, *_supplements(cases))
