"""The masks of all patients of the release that can be linked, against `candidates` one by one."""

from __future__ import annotations

import numpy as np
import pytest

from resolvers.commons.identity import Candidate, linkable_patients
from schema.vocabulary import Commons
from tests.conftest import Gateway
from tests.identity.release import patients, prospects


@pytest.mark.parametrize("commons", Commons)
def test_the_mask_of_a_commons_is_that_of_its_candidates(idc: Gateway, commons: Commons) -> None:
    # Rows of patients ascend by collection and PatientID, as the list does.
    expected = [isinstance(prospects()[patient][commons], Candidate) for patient in patients()]
    mask = linkable_patients(idc.catalogue)[commons]
    assert mask.dtype == np.bool_ and mask.tolist() == expected


def test_the_masks_count_what_can_be_linked(idc: Gateway) -> None:
    counts = {commons.value: int(mask.sum()) for commons, mask in linkable_patients(idc.catalogue).items()}
    assert counts == {"GDC": 14_266, "PDC": 13_221, "CDA": 19_485, "ICDC": 80}
