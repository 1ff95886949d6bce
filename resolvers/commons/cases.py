"""Links and cases of patients: from what was harvested, or asked for together over the whole request."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from indexers.slide_index import SlideIndex
from resolvers.catalogue import Catalogue
from resolvers.commons.case_files import CaseFiles
from resolvers.commons.checked import Checked, Sought
from resolvers.commons.clients import CommonsClients
from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.forms import Record
from resolvers.commons.genes import asked_genes, has_open_calls
from resolvers.commons.identity import Candidate, Found, LinkResult, Refusal, candidates
from resolvers.commons.ledger import note_harvest
from resolvers.commons.live import LiveRecords
from resolvers.commons.normal import said
from resolvers.commons.pdc import FileCount
from resolvers.commons.series_slides import Joined, SeriesSlides
from schema.built import built
from schema.cda_subject import CDASubject
from schema.commons_link import CommonsLink, Disagreement, LinkedRecord, Provenance
from schema.context import Paging
from schema.demographics import DemographicSource, DemographicValue
from schema.errors import GatewayError, NotAsked, NotHarvested
from schema.gdc_case import GDCCase, GDCFileCount
from schema.gdc_file import FileFilter, GDCFilePage
from schema.gdc_mutation import GDCMutation
from schema.gdc_slide import GDCSlideLink, GDCSlideOfSample
from schema.icdc_case import ICDCCase
from schema.names import graphql_name
from schema.patient import Patient
from schema.pdc_case import PDCCase, PDCFileCount, PDCStudy
from schema.series import Series
from schema.vocabulary import Commons, LinkStatus

T = TypeVar("T")

Outcome = Checked | GatewayError
_Key = tuple[Sought, Commons]

# The commons whose records say who a patient is; CDA repeats what these say.
_DEMOGRAPHIC = (Commons.GDC, Commons.PDC, Commons.ICDC)


class CaseResolver:
    """See SisterCommons. One instance serves one request."""

    def __init__(
        self,
        catalogue: Catalogue,
        crosswalks: Crosswalks,
        live: LiveRecords | None,
        slides: SlideIndex | None = None,
    ) -> None:
        self._release = catalogue.store.key.release
        self._crosswalks = crosswalks
        self._live = live
        self._known: dict[_Key, Outcome] = {}
        # One request speaks of one harvest, whatever is taken up meanwhile.
        self._opened: dict[Commons, Crosswalk | NotHarvested] = {}
        self._loader: DataLoader[_Key, Outcome] = DataLoader(load_fn=self._load)
        self._files: DataLoader[str, list[Record]] = DataLoader(load_fn=self._load_files)
        self._case_files = None if live is None else CaseFiles(live.clients)
        self._slides = SeriesSlides(slides, None if live is None else live.clients.gdc)
        self._mutations: DataLoader[tuple[str, str], list[Record]] = DataLoader(load_fn=self._load_mutations)
        self._file_counts: DataLoader[str, list[FileCount]] = DataLoader(load_fn=self._load_file_counts)
        self._studies: DataLoader[tuple[str, str], list[Record]] = DataLoader(load_fn=self._load_studies)

    async def links(self, patient: Patient) -> list[CommonsLink]:
        """See SisterCommons. A commons of which nothing can be known now is NOT_CHECKED, and the link says why."""
        sought = _sought(patient)
        asked = [commons for commons in Commons if sought.candidate(commons) is not None]
        known = dict(zip(asked, await self._checked(sought, asked), strict=True))
        return [
            self._refused(prospect) if isinstance(prospect, Refusal) else self._link(commons, prospect, known[commons])
            for commons, prospect in sought.prospects.items()
        ]

    async def gdc_case(self, patient: Patient) -> GDCCase | None:
        """See SisterCommons."""
        found = await self._found(patient, Commons.GDC)
        if found is None:
            return None
        record, provenance = found
        return built(GDCCase, record, provenance=provenance, known_files=_all_built(GDCFileCount, record["files"]))

    async def pdc_case(self, patient: Patient) -> PDCCase | None:
        """See SisterCommons."""
        found = await self._found(patient, Commons.PDC)
        if found is None:
            return None
        record, provenance = found
        return built(PDCCase, record, provenance=provenance, known_studies=_all_built(PDCStudy, record["studies"]))

    async def cda_subject(self, patient: Patient) -> CDASubject | None:
        """See SisterCommons."""
        found = await self._found(patient, Commons.CDA)
        return None if found is None else built(CDASubject, found[0], provenance=found[1])

    async def icdc_case(self, patient: Patient) -> ICDCCase | None:
        """See SisterCommons."""
        found = await self._found(patient, Commons.ICDC)
        return None if found is None else built(ICDCCase, found[0], provenance=found[1])

    async def gdc_files(self, case_id: str) -> list[GDCFileCount]:
        """See SisterCommons."""
        return [built(GDCFileCount, each) for each in await self._files.load(case_id)]

    async def gdc_file_page(self, case: GDCCase, asked: FileFilter, paging: Paging) -> GDCFilePage:
        """See SisterCommons."""
        if self._case_files is None:
            raise NotAsked(Commons.GDC.value, "files")
        return await self._case_files.page(case, asked, paging)

    def container_identifier(self, series: Series) -> str | None:
        """See SisterCommons."""
        return self._slides.container(series)

    async def gdc_slide_link(self, series: Series) -> GDCSlideLink | None:
        """See SisterCommons."""
        if series.modality != "SM":
            return None
        sought = _sought(series.patient)
        prospect = sought.prospects[Commons.GDC]
        if isinstance(prospect, Refusal):
            refused = LinkResult(Commons.GDC, prospect.status, reason=prospect.reason)
            return self._slide_link(Joined(refused, None, self._slides.container(series)))
        (known,) = await self._checked(sought, [Commons.GDC])
        if isinstance(known, GatewayError):
            raise known
        return self._slide_link(await self._slides.joined(series, known))

    async def gdc_mutations(self, case: GDCCase, genes: Sequence[str]) -> list[GDCMutation] | None:
        """See SisterCommons."""
        asked = asked_genes(genes)
        found = await asyncio.gather(*(self._mutations.load((case.case_id, gene)) for gene in asked))
        mutations = [built(GDCMutation, each) for own in found for each in own]
        if mutations:
            return mutations
        files = case.known_files if case.known_files is not None else await self.gdc_files(case.case_id)
        return [] if has_open_calls(files) else None

    async def pdc_studies(self, case_id: str, project: str) -> list[PDCStudy]:
        """See SisterCommons."""
        return [built(PDCStudy, each) for each in await self._studies.load((case_id, project))]

    async def pdc_file_counts(self, pdc_study_id: str) -> list[PDCFileCount]:
        """See SisterCommons."""
        counts = await self._file_counts.load(pdc_study_id)
        return [PDCFileCount(data_category=c.data_category, file_type=c.file_type, file_count=c.files) for c in counts]

    async def demographics(self, patient: Patient) -> list[DemographicValue]:
        """See SisterCommons."""
        sought = _sought(patient)
        asked = [commons for commons in _DEMOGRAPHIC if sought.candidate(commons) is not None]
        told: list[tuple[Commons, dict[str, Any]]] = []
        for commons, known in zip(asked, await self._checked(sought, asked), strict=True):
            if isinstance(known, GatewayError):
                raise known
            if known.record and known.record["demographic"]:
                told.append((commons, known.record["demographic"]["raw"]))
        return [_demographic(name, told) for name in ("sex", "race", "ethnicity", "vital_status")]

    async def _found(self, patient: Patient, commons: Commons) -> tuple[Record, Provenance] | None:
        """The record of a patient, and where it comes from; None without a link."""
        sought = _sought(patient)
        if sought.candidate(commons) is None:
            return None
        (known,) = await self._checked(sought, [commons])
        if isinstance(known, GatewayError):
            raise known
        return None if known.record is None else (known.record, self._provenance(known.link, known))

    # ------------------------------------------------------------------------------ what is known

    async def _checked(self, sought: Sought, asked: Collection[Commons]) -> list[Outcome]:
        """Of each commons what it holds of the patient, or why that is not known."""
        known = {commons: self._harvested(sought, commons) for commons in asked}
        missing = [commons for commons, outcome in known.items() if isinstance(outcome, NotHarvested)]
        if self._live is not None and missing:
            loads = [self._loader.load((sought, commons)) for commons in missing]
            answers = await asyncio.gather(*loads, return_exceptions=True)
            for commons, answer in zip(missing, answers, strict=True):
                if isinstance(answer, BaseException) and not isinstance(answer, GatewayError):
                    raise answer
                known[commons] = answer
        return [known[commons] for commons in asked]

    def _harvested(self, sought: Sought, commons: Commons) -> Outcome:
        key = sought, commons
        if key not in self._known:
            self._known[key] = self._read(sought.row, commons)
        return self._known[key]

    def _read(self, row: int, commons: Commons) -> Outcome:
        if commons not in self._opened:
            self._opened[commons] = self._crosswalk(commons)
        crosswalk = self._opened[commons]
        if isinstance(crosswalk, NotHarvested):
            return crosswalk
        known = crosswalk.checked(row)
        if known is None:
            return NotHarvested(commons.value, f"{commons.value} was harvested before this patient came into IDC")
        note_harvest(commons.value, known.release, known.fetched_at.timestamp())
        return known

    def _crosswalk(self, commons: Commons) -> Crosswalk | NotHarvested:
        try:
            return self._crosswalks.of(commons)
        except NotHarvested as error:
            return error

    async def _load(self, keys: list[_Key]) -> Sequence[Outcome]:
        """For all patients of the request at once."""
        assert self._live is not None
        wanted: dict[Sought, set[Commons]] = {}
        for sought, commons in keys:
            wanted.setdefault(sought, set()).add(commons)
        answers = await self._live.checked(wanted, {sought.row: self._elsewhere(sought) for sought in wanted})
        return [answers[sought][commons] for sought, commons in keys]

    async def _load_files(self, case_ids: list[str]) -> Sequence[list[Record]]:
        found = await self._asked(Commons.GDC).gdc.file_kinds(case_ids)
        return [found[case_id] for case_id in case_ids]

    async def _load_mutations(self, keys: list[tuple[str, str]]) -> Sequence[list[Record]]:
        """In one question for all genes and cases, since they are mostly the same for all cases."""
        clients = self._clients(Commons.GDC, "mutations")
        found = await clients.gdc.mutations({case for case, _ in keys}, {gene for _, gene in keys})
        return [[each for each in found[case] if each["gene"] == gene] for case, gene in keys]

    async def _load_studies(self, cases: list[tuple[str, str]]) -> Sequence[list[Record]]:
        found = await self._asked(Commons.PDC).pdc.studies_of(dict(cases))
        return [found[case_id] for case_id, _ in cases]

    async def _load_file_counts(self, studies: list[str]) -> Sequence[list[FileCount] | GatewayError]:
        """A question for each study, which fails alone."""
        clients = self._clients(Commons.PDC, "files")

        async def counts(study: str) -> list[FileCount] | GatewayError:
            try:
                return await clients.pdc.file_counts(study)
            except GatewayError as error:
                return error

        return await asyncio.gather(*map(counts, studies))

    def _clients(self, commons: Commons, what: str) -> CommonsClients:
        """To ask for what no harvest has."""
        if self._live is None:
            raise NotAsked(commons.value, what)
        return self._live.clients

    def _asked(self, commons: Commons) -> CommonsClients:
        if self._live is None:
            raise NotHarvested(commons.value, f"{commons.value} was not harvested")
        return self._live.clients

    def _elsewhere(self, sought: Sought) -> Found:
        """What was harvested of a patient, for links elsewhere to be held against."""
        known = {
            commons: outcome.found
            for commons in Commons
            if sought.candidate(commons) and isinstance(outcome := self._harvested(sought, commons), Checked)
        }
        return {commons: found for commons, found in known.items() if found is not None}

    # ------------------------------------------------------------------------------ what is said

    def _refused(self, refusal: Refusal, rule: str | None = None) -> CommonsLink:
        result = LinkResult(refusal.commons, refusal.status, rule=rule, reason=refusal.reason)
        return self._shown(result, None)

    def _link(self, commons: Commons, candidate: Candidate, known: Outcome) -> CommonsLink:
        if isinstance(known, GatewayError):
            return self._refused(Refusal(commons, LinkStatus.NOT_CHECKED, str(known)), candidate.rule)
        return self._shown(known.link, known)

    def _shown(self, link: LinkResult, known: Checked | None) -> CommonsLink:
        return CommonsLink(
            commons=link.commons,
            status=link.status,
            reason=link.reason,
            records=[
                LinkedRecord(id=each.id, submitter_id=each.submitter_id, project=each.project) for each in link.keys
            ],
            disagreements=[
                Disagreement(source=each.source, about=each.about, message=each.message, ids=list(each.ids))
                for each in link.disagreements
            ],
            provenance=self._provenance(link, known),
        )

    def _slide_link(self, joined: Joined) -> GDCSlideLink:
        return GDCSlideLink(
            container_identifier=joined.container,
            status=joined.link.status,
            reason=joined.link.reason,
            slides=[built(GDCSlideOfSample, each) for each in joined.slides],
            provenance=self._provenance(joined.link, joined.known),
        )

    def _provenance(self, link: LinkResult, known: Checked | None) -> Provenance:
        return Provenance(
            status=link.status,
            evidence=link.evidence,
            rule=link.rule,
            idc_release=self._release,
            commons_release=known.release if known else None,
            fetched_at=known.fetched_at if known else None,
            stale=known.stale if known else False,
        )


def _all_built(kind: type[T], records: list[Record] | None) -> list[T] | None:
    return None if records is None else [built(kind, each) for each in records]


def _demographic(name: str, told: list[tuple[Commons, dict[str, Any]]]) -> DemographicValue:
    sources = [
        DemographicSource(
            commons=commons,
            value=value.lower() if (value := said(raw[name]["value"])) is not None else None,
            raw_value=None if raw[name]["value"] is None else str(raw[name]["value"]),
            source_field=raw[name]["field"],
        )
        for commons, raw in told
        if name in raw
    ]
    values = {source.value for source in sources} - {None}
    return DemographicValue(
        name=graphql_name(name),
        value=next(iter(values)) if len(values) == 1 else None,
        differs=len(values) > 1,
        sources=sources,
    )


def _sought(patient: Patient) -> Sought:
    prospects = candidates(str(patient.collection_id), str(patient.patient_id), patient.subject_kind)
    return Sought(patient.record_row, prospects)
