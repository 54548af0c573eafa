"""Where the door works, for the pages: what needs a worker process is done elsewhere."""

from django.conf import settings

from openxin.intake.admission import Place


def place() -> Place:
    """Where the door works in this installation. Here it judges single rows and receives files: no worker is ever started."""
    return Place(
        spools=settings.OPENXIN_HOME / "spool",
        laws=settings.OPENXIN_HOME / "catalogues",
        synthetic=settings.OPENXIN_SYNTHETIC,
        start_worker=_nothing,
        workers=0,
    )


def _nothing() -> None:
    """No worker, nothing to get ready."""
