"""Who judges the answers over the sample and over the whole release."""

import pytest

from indexers.index_package import IndexPackage, installed_index
from tests.oracle.judge import Judge


@pytest.fixture(scope="session")
def sample_judge(sample: IndexPackage) -> Judge:
    return Judge.of(sample)


@pytest.fixture(scope="session")
def idc_judge() -> Judge:
    return Judge.of(installed_index())
