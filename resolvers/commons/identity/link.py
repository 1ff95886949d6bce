"""What links a patient of IDC to the records that other commons returned: evidence, never a guess.

A record is the patient's if it has exactly the candidate's key and lies in one of its projects. Where PDC names a case
of GDC itself, that confirms a link or contradicts it; what contradicts is reported, and nothing is decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from resolvers.commons.identity.candidates import Candidate, Prospect, Refusal
from resolvers.commons.identity.found import Found, FoundCase, merged_cases
from schema.vocabulary import Commons, LinkEvidence, LinkStatus


@dataclass(frozen=True)
class LinkKey:
    """A record of another commons. The id of a CDA subject holds for the release of CDA that gave it, no longer."""

    id: str
    submitter_id: str
    project: str


@dataclass(frozen=True)
class Disagreement:
    """One commons says of a record in another what that does not say, or says it of another project."""

    source: Commons
    about: Commons
    message: str
    # Ids of the records that it is about.
    ids: tuple[str, ...]


@dataclass(frozen=True)
class LinkResult:
    """What is known of a patient in one commons.

    `keys` has one record if LINKED; all that fit if AMBIGUOUS or CONFLICT; none otherwise, so none if WITHHELD.
    `evidence` is there if LINKED, `rule` unless no rule covers the patient, `reason` wherever there is no link.
    """

    commons: Commons
    status: LinkStatus
    evidence: LinkEvidence | None = None
    keys: tuple[LinkKey, ...] = ()
    rule: str | None = None
    reason: str | None = None
    disagreements: tuple[Disagreement, ...] = ()

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "LinkResult":
        """From its fields as JSON has them."""
        return cls(
            commons=Commons(kept["commons"]),
            status=LinkStatus(kept["status"]),
            evidence=LinkEvidence(kept["evidence"]) if kept["evidence"] else None,
            keys=tuple(LinkKey(**each) for each in kept["keys"]),
            rule=kept["rule"],
            reason=kept["reason"],
            disagreements=tuple(
                Disagreement(Commons(each["source"]), Commons(each["about"]), each["message"], tuple(each["ids"]))
                for each in kept["disagreements"]
            ),
        )


def link(prospects: Mapping[Commons, Prospect], found: Found) -> dict[Commons, LinkResult]:
    """The result for every commons, from what `candidates` gave and what the commons returned for it.

    The order of the records, and whether one came twice, is all the same.
    """
    merged = {commons: merged_cases(records) for commons, records in found.items()}
    matches = {commons: _matches(prospect, merged.get(commons, ())) for commons, prospect in prospects.items()}
    results = {
        commons: _alone(prospect, merged.get(commons), matches[commons]) for commons, prospect in prospects.items()
    }
    if _answered(Commons.GDC, prospects, found):
        for source in (Commons.PDC, Commons.CDA):
            results = _compared(results, source, matches[Commons.GDC], matches.get(source, []))
    return results


def _matches(prospect: Prospect, records: Sequence[FoundCase]) -> list[FoundCase]:
    """The records with the key in an allowed project."""
    if isinstance(prospect, Refusal):
        return []
    return [record for record in _with_key(prospect, records) if set(record.projects) & set(prospect.projects)]


def _with_key(candidate: Candidate, records: Sequence[FoundCase]) -> list[FoundCase]:
    """The records with exactly the key. Reference samples and pools are nobody's."""
    return [record for record in records if candidate.key in record.submitter_ids and not record.reference]


def _answered(commons: Commons, prospects: Mapping[Commons, Prospect], found: Found) -> bool:
    return commons in found and isinstance(prospects.get(commons), Candidate)


def _alone(prospect: Prospect, records: Sequence[FoundCase] | None, matches: list[FoundCase]) -> LinkResult:
    """What one commons says by itself."""
    commons = prospect.commons
    if isinstance(prospect, Refusal):
        return LinkResult(commons, prospect.status, reason=prospect.reason)
    if records is None:
        reason = f"{commons.value} was not asked, or did not answer."
        return LinkResult(commons, LinkStatus.NOT_CHECKED, rule=prospect.rule, reason=reason)
    result = LinkResult(
        commons, LinkStatus.LINKED, rule=prospect.rule, disagreements=_elsewhere(prospect, records, matches)
    )
    if not matches:
        return replace(result, status=LinkStatus.NOT_FOUND, reason=_not_found(prospect))
    if all(record.withheld for record in matches):
        reason = f"{commons.value} has redacted this case."
        return replace(result, status=LinkStatus.WITHHELD, reason=reason)
    keys = tuple(_key(prospect, record) for record in matches if not record.withheld)
    if len(matches) > 1:
        reason = f"{commons.value} has {len(matches)} records of {prospect.key}."
        return replace(result, status=LinkStatus.AMBIGUOUS, keys=keys, reason=reason)
    return replace(result, keys=keys, evidence=_evidence(prospect))


def _evidence(candidate: Candidate) -> LinkEvidence:
    if candidate.commons is Commons.CDA:
        return LinkEvidence.CDA_ONLY
    return LinkEvidence.ALIAS if candidate.alias else LinkEvidence.SUBMITTER_ID_IN_ALLOWED_PROJECT


def _not_found(candidate: Candidate) -> str:
    missing = f"{candidate.commons.value} has no {candidate.key} in {', '.join(candidate.projects)}."
    if candidate.commons is Commons.CDA:
        return f"{missing} It takes IDC in a release late, so the patient may come yet."
    return missing


def _key(candidate: Candidate, record: FoundCase) -> LinkKey:
    project = next(project for project in candidate.projects if project in record.projects)
    return LinkKey(record.id, candidate.key, project)


def _elsewhere(
    candidate: Candidate, records: Sequence[FoundCase], matches: list[FoundCase]
) -> tuple[Disagreement, ...]:
    """The records with the key in other projects: perhaps other patients, perhaps a project that lacks a rule."""
    commons = candidate.commons
    strangers = [record for record in _with_key(candidate, records) if record not in matches and not record.withheld]
    if not strangers:
        return ()
    projects = sorted({project for record in strangers for project in record.projects})
    message = (
        f"{commons.value} has {candidate.key} in {', '.join(projects)} too, where {candidate.rule} allows no link."
    )
    return (Disagreement(commons, commons, message, tuple(record.id for record in strangers)),)


def _compared(
    results: dict[Commons, LinkResult], source: Commons, gdc: list[FoundCase], theirs: list[FoundCase]
) -> dict[Commons, LinkResult]:
    """The results, once the cases of GDC that `source` names are held against those that GDC has of the patient."""
    named = {case_id.lower(): case_id for record in theirs for case_id in record.gdc_case_ids}
    ours = {record.id.lower() for record in gdc}
    if not named:
        return results
    if named.keys() <= ours:
        # CDA joins by submitter ids itself, so that it agrees proves no more than they do.
        return _upgraded(results) if source is Commons.PDC and named.keys() == ours else results
    withheld = {record.id.lower() for record in gdc if record.withheld}
    return _contradicted(results, source, gdc, tuple(named[case_id] for case_id in sorted(named.keys() - withheld)))


def _upgraded(results: dict[Commons, LinkResult]) -> dict[Commons, LinkResult]:
    if results[Commons.PDC].status is not LinkStatus.LINKED:
        return results
    linked = {
        commons: replace(results[commons], evidence=LinkEvidence.EXPLICIT_XREF)
        for commons in (Commons.GDC, Commons.PDC)
        if results[commons].status is LinkStatus.LINKED
    }
    return {**results, **linked}


def _contradicted(
    results: dict[Commons, LinkResult], source: Commons, gdc: list[FoundCase], named: tuple[str, ...]
) -> dict[Commons, LinkResult]:
    """PDC knows its cases' counterparts, so neither link stands; CDA is late and joins anew, so only its own falls."""
    own = ", ".join("a redacted case" if record.withheld else record.id for record in gdc) or "no such case"
    message = f"{source.value} names {', '.join(named)} in GDC, and GDC itself has {own}."
    note = Disagreement(source, Commons.GDC, message, named)
    fallen = (Commons.GDC, Commons.PDC) if source is Commons.PDC else (Commons.CDA,)
    noted = {
        commons: replace(results[commons], disagreements=(*results[commons].disagreements, note))
        for commons in (Commons.GDC, source)
    }
    conflicts = {
        commons: replace(noted[commons], status=LinkStatus.CONFLICT, evidence=None, reason=message)
        for commons in fallen
        if noted[commons].status is not LinkStatus.WITHHELD
    }
    return {**results, **noted, **conflicts}
