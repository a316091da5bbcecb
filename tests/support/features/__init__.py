"""Small documents that each use one feature of the format: does a page that hides nothing stay as it is?"""

from tests.support.features import annotations, composite, drawings, letters, pictures
from tests.support.features.parts import FEATURES

__all__ = ["FEATURES", "annotations", "composite", "drawings", "letters", "pictures"]
