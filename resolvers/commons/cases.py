"""Links and cases of patients, from what was harvested."""

import datetime
from collections.abc import Iterator
from typing import Any, TypeVar

from resolvers.catalogue import Catalogue
from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.identity import Candidate, Prospect, Refusal, candidates
from resolvers.commons.normal import said
from schema.built import built
from schema.commons_link import CommonsLink, Disagreement, LinkedRecord, Provenance
from schema.demographics import DemographicSource, DemographicValue
from schema.errors import NotHarvested
from schema.gdc_case import GDCCase
from schema.names import graphql_name
from schema.patient import Patient
from schema.pdc_case import PDCCase
from schema.record_attributes import RECORDED
from schema.vocabulary import Commons, LinkEvidence, LinkStatus

T = TypeVar("T")


class CaseResolver:
    """See SisterCommons. One instance serves all requests."""

    def __init__(self, catalogue: Catalogue, crosswalks: Crosswalks) -> None:
        self._release = catalogue.store.key.release
        self._crosswalks = crosswalks

    async def links(self, patient: Patient) -> list[CommonsLink]:
        """See SisterCommons. A commons that was not harvested is NOT_CHECKED."""
        return [
            self._refused(prospect) if isinstance(prospect, Refusal) else self._link(patient.record_row, prospect)
            for prospect in _prospects(patient).values()
        ]

    async def gdc_case(self, patient: Patient) -> GDCCase | None:
        """See SisterCommons. NotHarvested if the patient could be in GDC, of which nothing is known."""
        return self._case(GDCCase, Commons.GDC, patient)

    async def pdc_case(self, patient: Patient) -> PDCCase | None:
        """See SisterCommons. NotHarvested if the patient could be in PDC, of which nothing is known."""
        return self._case(PDCCase, Commons.PDC, patient)

    async def demographics(self, patient: Patient) -> list[DemographicValue]:
        """See SisterCommons. NotHarvested if the patient could be in a commons of which nothing is known."""
        told = list(self._raw(patient))
        return [self._demographic(name, told) for name in ("sex", "race", "ethnicity", "vital_status")]

    def _raw(self, patient: Patient) -> Iterator[tuple[Commons, dict[str, Any]]]:
        """What each commons that the patient is linked to says, as it says it."""
        prospects = _prospects(patient)
        for commons in RECORDED:
            if isinstance(prospects[commons], Candidate):
                found = self._crosswalks.of(commons).link(patient.record_row)
                record = None if found is None else found[2]
                if record and record["demographic"]:
                    yield commons, record["demographic"]["raw"]

    def _demographic(self, name: str, told: list[tuple[Commons, dict[str, Any]]]) -> DemographicValue:
        sources = [
            DemographicSource(
                commons=commons,
                value=value.lower() if (value := said(raw[name]["value"])) is not None else None,
                raw_value=None if raw[name]["value"] is None else str(raw[name]["value"]),
                source_field=raw[name]["field"],
            )
            for commons, raw in told
        ]
        values = {source.value for source in sources} - {None}
        return DemographicValue(
            name=graphql_name(name),
            value=next(iter(values)) if len(values) == 1 else None,
            differs=len(values) > 1,
            sources=sources,
        )

    def _case(self, kind: type[T], commons: Commons, patient: Patient) -> T | None:
        if isinstance(_prospects(patient)[commons], Refusal):
            return None
        crosswalk = self._crosswalks.of(commons)
        found = crosswalk.link(patient.record_row)
        if found is None:
            return None
        status, link, record = found
        return None if record is None else built(kind, record, provenance=self._provenance(crosswalk, status, link))

    def _refused(self, refusal: Refusal) -> CommonsLink:
        provenance = Provenance(
            status=refusal.status,
            evidence=None,
            rule=None,
            idc_release=self._release,
            commons_release=None,
            fetched_at=None,
            stale=False,
        )
        return CommonsLink(
            commons=refusal.commons,
            status=refusal.status,
            reason=refusal.reason,
            records=[],
            disagreements=[],
            provenance=provenance,
        )

    def _link(self, row: int, candidate: Candidate) -> CommonsLink:
        if candidate.commons not in RECORDED:
            reason = f"This gateway does not ask {candidate.commons.value}."
            return self._refused(Refusal(candidate.commons, LinkStatus.NOT_CHECKED, reason))
        try:
            crosswalk = self._crosswalks.of(candidate.commons)
        except NotHarvested as error:
            return self._refused(Refusal(candidate.commons, LinkStatus.NOT_CHECKED, str(error)))
        found = crosswalk.link(row)
        if found is None:
            reason = f"{candidate.commons.value} was harvested before this patient came into IDC."
            return self._refused(Refusal(candidate.commons, LinkStatus.NOT_CHECKED, reason))
        status, link, _ = found
        return CommonsLink(
            commons=candidate.commons,
            status=status,
            reason=link["reason"],
            records=[built(LinkedRecord, each) for each in link["keys"]],
            disagreements=[
                Disagreement(
                    source=Commons(each["source"]),
                    about=Commons(each["about"]),
                    message=each["message"],
                    ids=list(each["ids"]),
                )
                for each in link["disagreements"]
            ],
            provenance=self._provenance(crosswalk, status, link),
        )

    def _provenance(self, crosswalk: Crosswalk, status: LinkStatus, link: dict[str, Any]) -> Provenance:
        return Provenance(
            status=status,
            evidence=LinkEvidence(link["evidence"]) if link["evidence"] else None,
            rule=link["rule"],
            idc_release=self._release,
            commons_release=crosswalk.files.key.commons_release,
            fetched_at=datetime.datetime.fromisoformat(crosswalk.files.harvested_at),
            stale=False,
        )


def _prospects(patient: Patient) -> dict[Commons, Prospect]:
    return candidates(str(patient.collection_id), str(patient.patient_id), patient.subject_kind)
