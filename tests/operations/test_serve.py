"""What `serve` starts, and where it runs."""

import os

from tests.harness.serving import serving


def test_the_pages_stay_on_one_core_and_the_worker_of_uploads_has_all(register):
    with serving() as served:
        served.answers()
        assert len(served.cores_of("openxin.cli.serve")) == 1
        assert served.cores_of("openxin.cli.uploads_worker") == os.sched_getaffinity(0)
