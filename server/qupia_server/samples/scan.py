"""Sheets to scans: drawn as pixels, aged, skewed, made noisy and wrapped as a picture in a PDF."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFilter

from qupia_server.samples.sheet import Picture, Ring, Sheet, Stroke, Text, pil_font

_MADE_ON = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_PAPER = (238, 231, 212)
_SPECKS_PER_MEGAPIXEL = 60


@dataclass(frozen=True, slots=True)
class ScanLook:
    """How a scan came out.

    Attributes:
        dpi: resolution.
        skew: degrees, counter-clockwise.
        noise: standard deviation of the sensor noise, grey levels of 255.
        quality: JPEG quality, 1 to 95.
        colour: colour or grey.
        blur: radius of the lens blur, pixels.
    """

    dpi: int = 200
    skew: float = 0.8
    noise: float = 5
    quality: int = 55
    colour: bool = False
    blur: float = 0.6


def scan_pdf(sheets: Sequence[Sheet], look: ScanLook, seed: int) -> bytes:
    """Scan sheets; the same sheets, look and seed give the same bytes (same library versions)."""
    chance = np.random.default_rng(seed)
    pdf = FPDF(unit="pt", format=sheets[0].size)
    pdf.set_creation_date(_MADE_ON)
    pdf.set_auto_page_break(False)
    for sheet in sheets:
        page = _age(_pixels(sheet, look.dpi), look, chance)
        buffer = io.BytesIO()
        page.save(buffer, "JPEG", quality=look.quality, dpi=(look.dpi, look.dpi), subsampling=2)
        pdf.add_page(format=sheet.size)
        pdf.image(buffer, 0, 0, *sheet.size)
    return bytes(pdf.output())


def _pixels(sheet: Sheet, dpi: int) -> Image.Image:
    scale = dpi / 72
    wide, high = (round(side * scale) for side in sheet.size)
    page = Image.new("RGB", (wide, high), _PAPER)
    pen = ImageDraw.Draw(page)
    for thing in sheet.drawn:
        match thing:
            case Text():
                _text(page, pen, thing, scale)
            case Stroke():
                points = [(x * scale, y * scale) for x, y in thing.points]
                pen.line(points, fill=thing.colour, width=max(1, round(thing.weight * scale)), joint="curve")
            case Ring():
                box = [(axis + side * thing.radius) * scale for side in (-1, 1) for axis in (thing.x, thing.y)]
                pen.ellipse(box, outline=thing.colour, width=max(1, round(thing.weight * scale)))
            case Picture():
                side = round(thing.side * scale)
                picture = thing.image.resize((side, side), Image.Resampling.NEAREST).convert("RGB")
                page.paste(picture, (round(thing.x * scale), round(thing.y * scale)))
    return page


def _text(page: Image.Image, pen: ImageDraw.ImageDraw, thing: Text, scale: float) -> None:
    font = pil_font(thing.face, round(thing.size * scale))
    place = (round(thing.x * scale), round(thing.y * scale))
    if not thing.angle:
        pen.text(place, thing.text, fill=thing.colour, font=font, anchor="ls")
        return
    reach = int(font.getlength(thing.text) + 2 * font.size)
    mask = Image.new("L", (2 * reach, 2 * reach))
    ImageDraw.Draw(mask).text((reach, reach), thing.text, fill=255, font=font, anchor="ls")
    turned = mask.rotate(thing.angle, Image.Resampling.BICUBIC)
    page.paste(thing.colour, (place[0] - reach, place[1] - reach), turned)


def _age(page: Image.Image, look: ScanLook, chance: np.random.Generator) -> Image.Image:
    turned = page.rotate(look.skew, Image.Resampling.BICUBIC, fillcolor=_PAPER)
    soft = turned.filter(ImageFilter.GaussianBlur(look.blur))
    ready = soft if look.colour else soft.convert("L")
    values = np.asarray(ready, dtype=np.float32)
    if values.ndim == 2:
        values = values[:, :, None]
    high, wide, _ = values.shape
    values = values * _shade(high, wide, chance) + _grain(high, wide, look.noise, chance)
    _speckle(values, chance)
    clean = np.clip(values, 0, 255).astype(np.uint8)
    return Image.fromarray(clean if look.colour else clean[:, :, 0])


def _shade(high: int, wide: int, chance: np.random.Generator) -> np.ndarray:
    """Uneven light: darker towards one edge (the binding) and in a few soft stains."""
    across = np.linspace(0, 1, wide, dtype=np.float32)
    light = 1 - 0.22 * np.exp(-across * 18)
    coarse = chance.normal(1, 0.018, (9, 7)).astype(np.float32)
    stains = Image.fromarray(coarse).resize((wide, high), Image.Resampling.BICUBIC)
    return (np.asarray(stains) * light[None, :])[:, :, None]


def _grain(high: int, wide: int, noise: float, chance: np.random.Generator) -> np.ndarray:
    """Sensor noise at half resolution, which JPEG keeps small and OCR still feels."""
    half = chance.normal(0, noise, ((high + 1) // 2, (wide + 1) // 2)).astype(np.float32)
    return np.kron(half, np.ones((2, 2), dtype=np.float32))[:high, :wide, None]


def _speckle(values: np.ndarray, chance: np.random.Generator) -> None:
    """Dust: dark dots of one to three pixels."""
    high, wide, _ = values.shape
    for _ in range(int(high * wide / 1e6 * _SPECKS_PER_MEGAPIXEL)):
        y, x, side = chance.integers(high), chance.integers(wide), chance.integers(1, 4)
        values[y : y + side, x : x + side] = chance.integers(40, 140)
