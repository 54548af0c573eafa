"""What every step of one submission knows: who sends what, under which day and law, and how the work is divided."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openxin.law.catalogue import Authority, Catalogue, RecordType
from openxin.law.loading import catalogue, kept


@dataclass(frozen=True, slots=True)
class Context:
    """Travels to the worker processes; the law itself does not: each process loads it once.

    `day`: under which every row is judged. `shards`: into how many parts rows are divided by identity token; `identity_key`: the
    number of the key under which that token is made. `spool_key`: lives in memory only, so that a spool left behind by a crash is
    noise. `laws`: where catalogues are kept by their hash.
    """

    submission_id: bytes
    type_id: str
    authority_id: str
    day: date
    shards: int
    identity_key: int
    synthetic: bool
    spool: Path
    spool_key: bytes
    laws: Path
    law_hash: bytes

    @property
    def law(self) -> Catalogue:
        """The catalogue under which the submission was opened, though another may be in force by now."""
        now = catalogue()
        return now if now.hash == self.law_hash else kept(self.laws, self.law_hash)

    @property
    def type(self) -> RecordType:
        """The record type that is submitted."""
        return self.law.types[self.type_id]

    @property
    def authority(self) -> Authority:
        """The body that submits."""
        return self.law.authorities[self.authority_id]
