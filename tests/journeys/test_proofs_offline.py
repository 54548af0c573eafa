"""The page that checks a proof: opened from a file, without a network, it says the same as the verifier in Python."""

import json
import random
from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, expect

from openxin.accounts import links
from openxin.ledger import cosigning, notes, proofs, tree, verification
from openxin.ledger.notes import Signer
from openxin.ledger.proofs import Content
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.sample import LI_NA
from tests.harness.visitor import id_of

PAGE = Path(verification.__file__).with_name("verify.html")
SIGNER = Signer("openxin.local/ledger", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(32))
COUNT = 10_000

_ALL = """async ([proofs, key]) => {
  const wrong = [];
  for (const [at, [text, expected]] of proofs.entries()) {
    const found = await checkProof(text, key).then(() => true, () => false);
    if (found !== expected) wrong.push(at);
  }
  return wrong;
}"""


def contents() -> list[Content]:
    return [
        Content(
            "disclosure",
            date(2026, 1, 1 + n % 28),
            sha256(f"salt {n}".encode()).digest(),
            f'{{"第":{n},"who":"示例市𠮷"}}',
        )
        for n in range(COUNT)
    ]


@pytest.fixture(scope="module")
def proved() -> list[str]:
    """A proof of each of the contents."""
    all_ = contents()
    hashes = tree.leaf_hashes([each.leaf for each in all_])

    @cache
    def root(start: int, end: int) -> bytes:
        if end - start == 1:
            return hashes[32 * start : 32 * end]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        return tree.node_hash(root(start, middle), root(middle, end))

    note = SIGNER.sign(f"{SIGNER.name}\n{COUNT}\n{b64encode(root(0, COUNT)).decode()}\n")
    return [
        proofs.Proof(n, tuple(root(*span) for span in tree.inclusion_spans(n, COUNT)), note, each.written).written
        for n, each in enumerate(all_)
    ]


@pytest.fixture
def offline(browser: Browser) -> Page:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(PAGE.as_uri())
    return page


def believed(text: str) -> bool:
    try:
        proof = proofs.read(text)
        proofs.check(proof, proofs.content_of(proof).leaf, SIGNER.key)
    except ValueError:
        return False
    return True


def test_ten_thousand_proofs_hold_and_ten_thousand_mutants_do_not_in_both_verifiers(
    offline: Page, proved: list[str]
) -> None:
    chance = random.Random(25)
    asked: list[tuple[str, bool]] = []
    for text in proved:
        at = chance.randrange(len(text) - 1)
        other = chance.choice([letter for letter in "Ab9+/= \n{中" if letter != text[at]])
        mutant = chance.choice(
            [text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + other + text[at:]]
        )
        asked += [(text, True), (mutant, False)]
    assert [expected for _, expected in asked] == [believed(text) for text, _ in asked]
    for start in range(0, len(asked), 2_000):
        assert offline.evaluate(_ALL, [asked[start : start + 2_000], str(SIGNER.key)]) == []


def test_a_person_checks_their_proof_by_hand(offline: Page, proved: list[str], tmp_path: Path) -> None:
    note = proofs.read(proved[3]).note
    seen = cosigning.cosign(notes.divided(note)[0], name="w1.example", private=WITNESS, at=1_764_000_000)
    (tmp_path / "line.tlog-proof").write_text(proved[3] + seen.line, "utf-8")
    offline.set_input_files("#file", tmp_path / "line.tlog-proof")
    offline.fill("#key", str(SIGNER.key))
    offline.fill("#witnesses", str(seen.witness))
    offline.fill("#needed", "1")
    offline.click("button")
    offline.wait_for_selector("output.good")
    answer = offline.inner_text("#answer")
    assert "证明成立" in answer
    assert f"The proof holds: entry 3 of {COUNT}, 1 witnesses" in answer
    assert json.loads(answer.splitlines()[-1]) == {"第": 3, "who": "示例市𠮷"}
    offline.fill("#needed", "2")
    offline.click("button")
    offline.wait_for_selector("output.bad")
    assert "证明不成立：只有 1 个见证人" in offline.inner_text("#answer")


def test_the_proof_of_a_real_line_holds_offline_and_says_who_looked(
    door: Door, site: str, browser: Browser, tmp_path: Path
) -> None:
    """From the person's own page: the proof, the verifying page and the key are taken away; then there is no network."""
    door.receives(sample.penalty(LI_NA))
    door.receives(sample.penalty(LI_NA) | {"CF_XDR_MC": "李娜娜"}, name="wrong.csv")  # two kinds of line
    context = browser.new_context()
    hers = context.new_page()
    hers.goto(site + links.issue(id_of(LI_NA)))
    expect(hers.locator(".looks > li")).to_have_count(2)
    sequence()
    taken = {}
    for name, link in (("verify.html", "核验页"), ("vkey", "台账公钥")):
        address = hers.get_by_role("link", name=link, exact=True).get_attribute("href")
        taken[name] = context.request.get(f"{site}{address}").body()
    proved = []
    for nth in range(2):
        with hers.expect_download() as download:
            hers.locator(".looks > li").nth(nth).get_by_role("link", name="证明").click()
        proved.append(Path(download.value.path()).read_bytes())
    context.close()

    (tmp_path / "verify.html").write_bytes(taken["verify.html"])
    alone = browser.new_context(offline=True)
    page = alone.new_page()
    page.goto((tmp_path / "verify.html").as_uri())
    for proof, told in zip(proved, ("self", "name-question"), strict=True):
        page.set_input_files("#file", {"name": "line.tlog-proof", "mimeType": "text/plain", "buffer": proof})
        page.fill("#key", taken["vkey"].decode())
        page.get_by_role("button", name="核验 Check").click()
        expect(page.locator("output.good")).to_contain_text("证明成立")
        expect(page.locator("output.good")).to_contain_text(told)
    alone.close()
    door.register.is_sound(records=1)


def test_the_page_is_clean_to_use_and_loads_nothing(offline: Page) -> None:
    offline.evaluate((Path(__file__).parent / "axe.min.js").read_text("utf-8"))
    found = offline.evaluate("axe.run().then(found => found.violations.map(each => each.id))")
    assert found == []
    assert offline.evaluate("performance.getEntriesByType('resource').length") == 0
