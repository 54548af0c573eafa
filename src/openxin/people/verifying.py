"""Identity verifiers: does this number stand under this name, as somebody says who may know? The port, and its two sides.

`Extract` answers from the loaded extract of a population register, by tokens. `Elsewhere` asks a service over HTTP, in clear, for
newcomers only (contract: docs/guide/identity-verifier.md). Always true: no answer, a late, broken or unknown answer is *unknown*,
never *agrees*; and neither a number, a name, an answer nor the bearer token is ever written into a log or an exception.

A set of claims is a frame with one line for each document and name: `identity_token`, `name_token` (with those of earlier keys
beside them), and for `Elsewhere` also `document_type`, `issuing_state`, `number`, `name`.
"""

import json
import ssl
import time
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import httpx
import polars as pl
import structlog
from django.conf import settings
from psycopg import Cursor

from openxin.vault.earlier_keys import agree, spread
from openxin.vault.tokens import TOKEN_BYTES

Verdict = Literal["agrees", "contradicts", "unknown"]
AGREES: Final = "agrees"
CONTRADICTS: Final = "contradicts"
UNKNOWN: Final = "unknown"

_BATCH = 500
_ATTEMPTS = 3
_MOST_BYTES = 1024 * 1024
_PAUSE_S = 0.2
_REST_S = (
    60.0  # a service that failed is left alone for so long: a file of a million rows does not wait for it part by part
)
_RETRIED = frozenset({429, 500, 502, 503, 504})

_log = structlog.get_logger(__name__)


class IdentityVerifier(Protocol):
    """Whoever can say whether a number stands under a name."""

    def verdicts(self, claims: pl.DataFrame) -> pl.Series:
        """A `Verdict` for each line of `claims`, in order. Never raises for what the other side does."""


class Extract:
    """The loaded extract. Where an identity is verified already, it is not asked: an official may have settled against it."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def is_empty(self) -> bool:
        """Whether no extract is loaded."""
        row = self._cursor.execute("select not exists (select from people_population)").fetchone()
        return row is None or bool(row[0])

    def verdicts(self, claims: pl.DataFrame) -> pl.Series:
        """By one look-up, whatever the number of claims."""
        numbered = claims.with_row_index("claim")
        asked = spread(numbered, "identity_token", "claim")
        said = self._said(asked["identity_token"].to_list())
        held = pl.DataFrame(
            {"claim": asked["claim"].gather(list(said)), "held": list(said.values())},
            schema={"claim": numbered.schema["claim"], "held": pl.Binary},
        ).unique("claim", keep="first", maintain_order=True)  # under the current key, where it is there under both
        rows = numbered.join(held, on="claim", how="left", maintain_order="left")
        return rows.select(
            pl.when(pl.col("held").is_null() | pl.col("name_token").is_null())
            .then(pl.lit(UNKNOWN))
            .when(agree(rows, "name_token", "held"))
            .then(pl.lit(AGREES))
            .otherwise(pl.lit(CONTRADICTS))
        ).to_series()

    def _said(self, identity_tokens: list[bytes]) -> dict[int, bytes]:
        if not identity_tokens:
            return {}
        asked = {"count": len(identity_tokens), "tokens": b"".join(identity_tokens), "width": TOKEN_BYTES}
        return dict(self._cursor.execute(_SAID, asked, binary=True).fetchall())


# As in `matching`: one run of bytes, cut on the server; lateral with `offset 0`, so that each is an index look-up.
_SAID = """
select asked.n, found.name_token
from generate_series(0, %(count)s - 1) as asked (n)
cross join lateral (
  select p.token, p.name_token from people_population p
  where p.token = substr(%(tokens)s::bytea, asked.n * %(width)s + 1, %(width)s)
  offset 0
) found
where not exists (
  select from people_identity i
  where i.head = openxin_head(found.token) and i.token = found.token and i.standing = 'verified'
)
"""


def elsewhere() -> "Elsewhere | None":
    """The service that the settings name; None where they name none, and then nothing of this costs anything."""
    url = settings.OPENXIN_IDENTITY_VERIFIER_URL
    if not url:
        return None
    return Elsewhere(url, settings.OPENXIN_IDENTITY_VERIFIER_TOKEN_FILE, settings.OPENXIN_IDENTITY_VERIFIER_TIMEOUT_S)


_resting_until = 0.0


class Elsewhere:
    """A service over HTTP. Redirects are not followed and no proxy of the environment is used: what is sent is personal."""

    def __init__(self, url: str, token_file: Path | None, timeout_s: float) -> None:
        self._url, self._token_file, self._timeout_s = url, token_file, timeout_s

    def verdicts(self, claims: pl.DataFrame) -> pl.Series:
        """In batches; after a batch that failed, the rest is unknown without being asked."""
        said: list[str] = []
        asked = claims.select("document_type", "issuing_state", "number", "name")
        try:
            with (
                httpx.Client(
                    timeout=self._timeout_s,
                    follow_redirects=False,
                    trust_env=False,
                    verify=ssl.create_default_context(),  # the machine's own list of authorities, to which a city may add its own
                    headers=self._headers(),
                ) as client
            ):
                for batch in asked.iter_slices(_BATCH):
                    answers = None if _is_resting() else self._asked(client, batch.to_dicts())
                    if answers is None:
                        break
                    said += answers
        except OSError:  # the file of the bearer token
            _rest("token_file")
        return pl.Series(said + [UNKNOWN] * (claims.height - len(said)), dtype=pl.String)

    def _headers(self) -> dict[str, str]:
        if self._token_file is None:
            return {}
        return {"Authorization": f"Bearer {self._token_file.read_text('ascii').strip()}"}

    def _asked(self, client: httpx.Client, batch: list[dict[str, Any]]) -> list[str] | None:
        """The verdicts of one batch; None where the service gave no answer that could be read."""
        claims = [{"id": str(number), **claim} for number, claim in enumerate(batch)]
        why = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE_S * attempt)
            try:
                status, content = self._post(client, {"version": 1, "claims": claims})
            except (httpx.HTTPError, TimeoutError) as fault:
                why = type(fault).__name__  # never its message
                continue
            if status == httpx.codes.OK:
                answers = _read(content, len(batch))
                if answers is None:
                    _rest("unreadable")
                return answers
            why = f"status {status}"
            if status not in _RETRIED:
                break
        _rest(why)
        return None

    def _post(self, client: httpx.Client, content: dict[str, Any]) -> tuple[int, bytes]:
        """Status and body. One that comes byte by byte or without end is cut off: a read's time limit starts anew each time."""
        deadline = time.monotonic() + self._timeout_s
        body = bytearray()
        with client.stream("POST", self._url, json=content) as response:
            for part in response.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES or time.monotonic() > deadline:
                    raise TimeoutError
        return response.status_code, bytes(body)


def _read(content: bytes, count: int) -> list[str] | None:
    """A verdict that is absent, told in other words, or told twice in unlike words is unknown. None: this is no answer at all."""
    try:
        told = json.loads(content)["verdicts"]
        pairs = [(str(one["id"]), one["verdict"]) for one in told]
    except (ValueError, KeyError, TypeError):
        return None
    verdicts: dict[str, str] = {}
    for id_, verdict in pairs:
        known = verdict if verdict in (AGREES, CONTRADICTS) else UNKNOWN
        verdicts[id_] = known if verdicts.get(id_, known) == known else UNKNOWN
    return [verdicts.get(str(number), UNKNOWN) for number in range(count)]


def _is_resting() -> bool:
    return time.monotonic() < _resting_until


def _rest(why: str) -> None:
    global _resting_until
    _resting_until = time.monotonic() + _REST_S
    _log.warning("identity_verifier_failed", why=why, resting_s=_REST_S)
