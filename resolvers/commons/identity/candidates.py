"""Where a patient of IDC may be found in other commons, before any of them is asked."""

from dataclasses import dataclass

from resolvers.commons.identity.rules import (
    LinkRule,
    aliases,
    link_rules,
    never_linked,
    unlinkable_collections,
)
from schema.vocabulary import Commons, LinkStatus, SubjectKind

# What stands under these identifiers is no subject of a study: there is nobody to be found elsewhere.
NOT_SUBJECTS = frozenset(
    (
        SubjectKind.XENOGRAFT,
        SubjectKind.PHANTOM,
        SubjectKind.SIMULATED,
        SubjectKind.SPECIMEN_BLOCK,
        SubjectKind.IMAGE_LABEL,
    )
)


@dataclass(frozen=True)
class Candidate:
    """What to ask a commons for: the records with exactly this key in one of these projects."""

    commons: Commons
    key: str
    projects: tuple[str, ...]
    rule: str
    # dbGaP accessions of the studies that controlled data of the patient belong to.
    accessions: tuple[str, ...]
    # The key is not the PatientID but what the alias table gives for it.
    alias: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why a commons is not asked for a patient: `status` is NOT_LINKABLE or NOT_A_SUBJECT."""

    commons: Commons
    status: LinkStatus
    reason: str


Prospect = Candidate | Refusal


def candidates(collection_id: str, patient_id: str, subject_kind: SubjectKind) -> dict[Commons, Prospect]:
    """For every commons what to ask it for, or why not to. A patient is known by collection and PatientID together."""
    found = rule_for(collection_id, patient_id, subject_kind)
    if isinstance(found, LinkRule):
        return {commons: _prospect(found, commons, patient_id) for commons in Commons}
    status = LinkStatus.NOT_A_SUBJECT if subject_kind in NOT_SUBJECTS else LinkStatus.NOT_LINKABLE
    return {commons: Refusal(commons, status, found) for commons in Commons}


def rule_for(collection_id: str, patient_id: str, subject_kind: SubjectKind) -> LinkRule | str:
    """The rule that covers a patient, or the reason why none does."""
    if subject_kind in NOT_SUBJECTS:
        return f"The identifier stands for no patient: its subjectKind is {subject_kind.value}."
    never = never_linked(patient_id)
    if never is not None:
        return never
    rules = link_rules().get(collection_id)
    if rules is None:
        return unlinkable_collections().get(collection_id, f"No rule is known for the collection {collection_id}.")
    key = aliases().get((collection_id, patient_id), patient_id)
    rule = next((rule for rule in rules if rule.id_form.fullmatch(key)), None)
    if rule is None:
        return f"The identifier has none of the forms that are linked for {collection_id}."
    if rule.subject_kind is not subject_kind:
        return (
            f"The rule {rule.name} is for subjects of kind {rule.subject_kind.value}, this one is {subject_kind.value}."
        )
    return rule


def _prospect(rule: LinkRule, commons: Commons, patient_id: str) -> Prospect:
    projects = rule.projects.get(commons)
    if projects is None:
        reason = f"No project of {commons.value} is known to hold patients of {rule.collection_id}."
        return Refusal(commons, LinkStatus.NOT_LINKABLE, reason)
    # CDA takes PatientIDs from IDC as they are.
    spelt = patient_id if commons is Commons.CDA else aliases().get((rule.collection_id, patient_id), patient_id)
    return Candidate(commons, spelt, projects, rule.name, rule.accessions, alias=spelt != patient_id)
