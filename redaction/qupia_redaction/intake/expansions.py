"""Count how often forms would be drawn before anybody draws them.

Attack: a form that draws another ten times, which draws another ten times, and so on; forms in a circle, of which
viewers draw each once. Limit: `MOST` drawings of forms a page, counted over names in the decoded streams, each stream
once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pikepdf

from qupia_redaction.errors import RedactionRefused, RefusalCode

MOST = 50_000
_DRAWN = re.compile(rb"/([^\s/<>()\[\]{}%]+)\s+Do\b")
_DEPTH = 40


def refuse_expansions(pdf: pikepdf.Pdf) -> None:
    """Refuse documents whose forms multiply.

    Raises:
        RedactionRefused: UNKNOWN_CONTENT with the page.
    """
    counter = _Counter()
    for number, page in enumerate(pdf.pages, 1):
        resources = page.obj.get("/Resources")
        if isinstance(resources, pikepdf.Dictionary) and any(_forms(resources)):
            contents = page.obj.get("/Contents")
            streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
            drawn = b"\n".join(s.read_bytes() for s in streams if isinstance(s, pikepdf.Stream))
            if counter.total(drawn, resources, 0) > MOST:
                raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT, number)


def open_circles(pdf: pikepdf.Pdf) -> bool:
    """Let forms draw nothing where they draw forms in which they are drawn themselves, as viewers do.

    An empty form takes the name: where there is none, the engine looks for it further out, and finds the circle again.

    Returns:
        Whether there were any.

    Raises:
        RedactionRefused: UNKNOWN_CONTENT: a form in a circle draws more than one thing. Engines that follow circles
            to some depth, as PDFium does, draw two to the power of that depth.
    """
    done: set[tuple[int, int]] = set()
    opened = False
    for page in pdf.pages:
        resources = page.obj.get("/Resources")
        opened |= _open_below(pdf, _forms(resources), resources, (), done)
    return opened


def _open_below(
    pdf: pikepdf.Pdf,
    forms: Iterable[tuple[str, pikepdf.Object]],
    resources: pikepdf.Object | None,
    above: tuple[pikepdf.Object, ...],
    done: set[tuple[int, int]],
) -> bool:
    if len(above) > _DEPTH:
        return False  # refused for its depth
    opened = False
    for _, form in forms:
        inside, inner = (*above, form), form.get("/Resources", resources)
        numbers = [one.objgen for one in inside]
        if form.objgen in done or form.objgen in numbers[:-1]:
            continue
        drawn = set(_names(form))  # resources may name more than is drawn, those of others above all
        below = [(name, thing) for name, thing in _forms(inner) if name in drawn]
        circles = {name for name, thing in below if thing.objgen in numbers}
        if circles and any(len(_names(one)) > 1 for one in inside):
            raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT)
        if circles and inner is not None:
            things = {n: _nothing(pdf) if n in circles else thing for n, thing in inner["/XObject"].items()}
            inner = pikepdf.Dictionary({**dict(inner.items()), "/XObject": pikepdf.Dictionary(things)})
            form["/Resources"] = inner
        others = [(name, thing) for name, thing in below if name not in circles]
        opened |= bool(circles) | _open_below(pdf, others, inner, inside, done)
        done.add(form.objgen)
    return opened


def _names(form: pikepdf.Object) -> list[str]:
    """Return the names of what a form draws, as often as it is drawn."""
    return ["/" + name.decode("latin-1") for name in _DRAWN.findall(form.read_bytes())]


def _nothing(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    """Return an empty form with resources of its own: without them it would be looked for in those around it."""
    form = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    form["/BBox"], form["/Resources"] = pikepdf.Array([0, 0, 0, 0]), pikepdf.Dictionary()
    return form


@dataclass(slots=True)
class _Counter:
    """Remembers what each form costs."""

    known: dict[tuple[int, int], int] = field(default_factory=dict)

    def total(self, drawn: bytes, resources: pikepdf.Object, depth: int) -> int:
        """Return the drawings that a stream causes; more than `MOST` when it is in a circle."""
        if depth > _DEPTH:
            return MOST + 1
        forms = dict(_forms(resources))
        times: dict[str, int] = {}
        for match in _DRAWN.finditer(drawn):
            name = "/" + match.group(1).decode("latin-1")
            times[name] = times.get(name, 0) + 1
        return sum(count * self._cost(forms[name], resources, depth) for name, count in times.items() if name in forms)

    def _cost(self, form: pikepdf.Object, outer: pikepdf.Object, depth: int) -> int:
        key = form.objgen
        if key not in self.known:
            self.known[key] = MOST + 1  # met again below itself: a circle
            inner = form.get("/Resources", outer)
            more = self.total(form.read_bytes(), inner, depth + 1) if any(_forms(inner)) else 0
            self.known[key] = min(1 + more, MOST + 1)
        return self.known[key]


def _forms(resources: pikepdf.Object | None) -> list[tuple[str, pikepdf.Object]]:
    things = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(things, pikepdf.Dictionary):
        return []
    return [
        (name, thing)
        for name, thing in things.items()
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form"
    ]
