"""Simple somatic mutations of GDC as they are read.

Source: https://docs.gdc.cancer.gov/API/Users_Guide/Data_Analysis/ (endpoint `ssm_occurrences`; GRCh38, open calls).
"""

from collections.abc import Collection
from typing import Any

from resolvers.commons.normal import listed, said

Mutation = dict[str, Any]
Wire = dict[str, Any]


def mutations_of(ssm: Wire, genes: Collection[str]) -> list[Mutation]:
    """A mutation, once for each of the genes that it is in: what it does to the gene's canonical transcript.

    Of a gene whose canonical transcript it is not in, the transcript that GDC names first.
    """
    transcripts = [each["transcript"] for each in listed(ssm.get("consequence"))]
    found = []
    for gene in sorted(set(genes)):
        own = [each for each in transcripts if (each.get("gene") or {}).get("symbol") == gene]
        if own:
            found.append(_mutation(ssm, gene, next((each for each in own if _is_canonical(each)), own[0])))
    return found


def _mutation(ssm: Wire, gene: str, transcript: Wire) -> Mutation:
    return {
        "ssm_id": ssm["ssm_id"],
        "gene": gene,
        "genomic_dna_change": said(ssm.get("genomic_dna_change")),
        "mutation_subtype": said(ssm.get("mutation_subtype")),
        "transcript_id": transcript.get("transcript_id"),
        "is_canonical": _is_canonical(transcript),
        "aa_change": said(transcript.get("aa_change")),
        "consequence_type": said(transcript.get("consequence_type")),
    }


def _is_canonical(transcript: Wire) -> bool:
    return transcript.get("is_canonical") is True
