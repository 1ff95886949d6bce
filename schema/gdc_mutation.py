"""Mutations of a case in the Genomic Data Commons: https://docs.gdc.cancer.gov/API/Users_Guide/Data_Analysis/."""

import strawberry

from schema.fields import described


@strawberry.type(description="A simple somatic mutation of a case, from open calls, and what it does to one gene.")
class GDCMutation:
    ssm_id: str = described("Its id in GDC, the same for all cases that have it.")
    gene: str = described("Symbol of the gene.")
    genomic_dna_change: str | None = described("The change on GRCh38, such as chr12:g.25245350C>T.")
    mutation_subtype: str | None = described("Single base substitution, Small deletion, Small insertion, ...")
    transcript_id: str | None = described("The transcript of the gene that aaChange and consequenceType speak of.")
    is_canonical: bool = described("Whether it is the gene's canonical transcript; if not, the gene's has none of it.")
    aa_change: str | None = described("What it changes in the protein, such as G12D; null if nothing.")
    consequence_type: str | None = described("What it does to the transcript, such as missense_variant.")
