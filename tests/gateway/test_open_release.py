"""What is read for a request goes when it is answered, without the garbage collector."""

import gc
import weakref
from contextlib import aclosing

from gateway.open_release import OpenRelease
from schema.context import Paging
from schema.patient import Patient
from schema.series import Series
from tests.conftest import Gateway


async def read(release: OpenRelease) -> list[weakref.ref[object]]:
    """Pages of pages, with counts; of each kind of object one is watched."""
    page = Paging(50, None)
    with release.request() as context:
        patients = await context.hierarchy.patients(None, page)
        patient: Patient = patients.nodes[0]
        studies = await context.hierarchy.studies_of(patient, None, page)
        found = await context.hierarchy.series_of(studies.nodes[0], None, page)
        counts = await context.hierarchy.counts_of(patient, None, frozenset({"series"}))
        series: Series = found.nodes[0]
        assert counts.series > 0 and series.study.study_instance_uid == studies.nodes[0].study_instance_uid
        return [weakref.ref(one) for one in (context.hierarchy, patients, patient, studies, found, series)]


async def test_nothing_is_left_for_the_collector(sampled: Gateway) -> None:
    async with aclosing(OpenRelease.over(sampled.catalogue.store)) as release:
        await read(release)
        gc.collect()
        gc.disable()
        try:
            watched = await read(release)
            assert [one() for one in watched] == [None] * len(watched)
        finally:
            gc.enable()
