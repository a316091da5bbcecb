"""What stands on archival papers beside their text: letterheads, seals, stamps, signatures, codes."""

from __future__ import annotations

import math
import random

import numpy as np
import zxingcpp
from PIL import Image

from qupia_server.samples.sheet import INK, Colour, Face, Picture, Ring, Sheet, Stroke, Style, Text, width


def seal(sheet: Sheet, x: float, y: float, words: str, colour: Colour = INK) -> None:
    """Draw a round seal with words around its rim, centre at (x, y)."""
    for radius, weight in ((46, 1.6), (43, 0.5), (27, 0.7)):
        sheet.drawn.append(Ring(x, y, radius, weight, colour))
    step = 360 / max(len(words), 1)
    for number, sign in enumerate(words):
        angle = 270 + number * step
        at = math.radians(angle)
        place = (x + 32 * math.cos(at), y + 32 * math.sin(at))
        sheet.drawn.append(Text(*place, sign, Face.BOLD, 6.5, colour, -(angle + 90)))


def stamp(sheet: Sheet, corner: tuple[float, float], lines: tuple[str, ...], look: Style, angle: float = 0) -> None:
    """Draw a framed stamp, turned around the top left `corner` of its frame; `angle` in degrees."""
    x, y = corner
    size = look.size
    wide = max(width(line, look.face, size) for line in lines) + size * 1.2
    high = len(lines) * size * 1.35 + size * 0.7
    corners = ((0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high), (0.0, 0.0))
    sheet.drawn.append(Stroke(tuple(_turned(x, y, point, angle) for point in corners), 1.8, look.colour))
    for number, line in enumerate(lines):
        start = ((wide - width(line, look.face, size)) / 2, size * 1.3 + number * size * 1.35)
        sheet.drawn.append(Text(*_turned(x, y, start, angle), line, look.face, size, look.colour, angle))


def signature(sheet: Sheet, x: float, y: float, seed: str, scale: float = 1) -> None:
    """Scribble an invented signature, the same for the same seed, about 70 points wide at scale 1."""
    chance = random.Random(seed)
    points = []
    pace = chance.uniform(0.7, 1.1)
    for number in range(60):
        turn = number * pace * 0.6
        fade = scale * (1.2 - number / 75)
        across = scale * number * 1.1 + 5 * scale * math.cos(turn)
        points.append((x + across, y - 5 * scale - 8 * fade * math.sin(turn) * chance.uniform(0.7, 1.1)))
    sheet.drawn.append(Stroke(tuple(points), 0.9 * scale, INK))


def qr_code(sheet: Sheet, x: float, y: float, side: float, content: str) -> None:
    """Put a real, readable QR code onto the sheet."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    modules = np.array(code.to_image(scale=1), dtype=np.uint8)
    image = Image.fromarray(np.kron(modules, np.ones((6, 6), dtype=np.uint8)))
    sheet.drawn.append(Picture(x, y, side, image))


def _turned(x: float, y: float, offset: tuple[float, float], angle: float) -> tuple[float, float]:
    turn = math.radians(-angle)
    return (
        x + offset[0] * math.cos(turn) - offset[1] * math.sin(turn),
        y + offset[0] * math.sin(turn) + offset[1] * math.cos(turn),
    )
