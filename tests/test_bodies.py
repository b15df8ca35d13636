"""Long texts found by their bytes: as a search for each of them would."""

import random

import pytest

from logscan.bodies import STEP, Bodies


@pytest.mark.parametrize("seed", range(20))
def test_the_longest_known_text_is_found(seed: int) -> None:
    """Whatever the texts share, and however many there are."""
    rng = random.Random(seed)
    pieces = [bytes(rng.choices(b"ab\n", k=rng.choice((1, STEP - 1, STEP, STEP + 1, 3 * STEP)))) for _ in range(4)]
    texts = {b"".join(rng.choices(pieces, k=rng.randrange(1, 5))) for _ in range(rng.choice((3, 60)))}
    known: Bodies[bytes] = Bodies()
    for text in rng.sample(sorted(texts), len(texts)):
        known.add(text, text)
    assert known.size == sum(map(len, texts))
    for text in texts:
        before, after = rng.choice(pieces), b"".join(rng.choices(pieces, k=2))
        data = before + text + after
        for at in (len(before), len(before) + 1):
            standing = [each for each in texts if data.startswith(each, at)]
            assert known.find(data, at) == max(standing, key=len, default=None)
