"""All attacks by row."""

from tests.support.attacks.around import AROUND
from tests.support.attacks.drawings import DRAWINGS
from tests.support.attacks.finding import FINDING
from tests.support.attacks.hiding import HIDING
from tests.support.attacks.kit import Attack
from tests.support.attacks.painting import PAINTING
from tests.support.attacks.pixels import PIXELS
from tests.support.attacks.sly import SLY
from tests.support.attacks.twins import TWINS

_GROUPS = {
    "find": FINDING,
    "hide": HIDING,
    "pixels": PIXELS,
    "around": AROUND,
    "draw": DRAWINGS,
    "sly": SLY,
    "paint": PAINTING,
    "twin": TWINS,
}

ATTACKS: dict[str, Attack] = {
    f"{group}: {attack.channel}": attack for group, attacks in _GROUPS.items() for attack in attacks
}
