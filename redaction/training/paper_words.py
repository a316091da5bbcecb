"""List the words of papers: `python -m training.paper_words` writes `qupia_redaction/nlp/models/paper_words.txt`.

The taggers know news; papers of archives hold other words, and the first word of a line has a capital. Stems that stand
in small letters in the invented papers (outside of what is marked as a name) and in the written phrases are no names,
and neither are the words of headings in CAPITALS and of labels before a colon.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from qupia_redaction.nlp import features
from qupia_redaction.nlp.keys import key
from training.clause_texts import PHRASES
from training.papers import FOLDER, read_papers

TARGET = Path(features.__file__).parent / "models" / "paper_words.txt"
_SHORTEST = 3
_HEADING = re.compile(r"(?m)^[^a-zа-яёәіңғүұқөһ\n{}|]{6,60}$|^[^\W\d_][^:|\n]{2,30}(?=:)")
"""A line in CAPITALS, or the label that opens a line."""


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="papers")
    parser.add_argument("--without", default="-", help="the beginning of names of files that are left out")
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    known = features.small_words()
    stems = {features.stem_of(key(word)) for word in _words(options.folder, options.without)}
    options.target.write_text("\n".join(sorted(s for s in stems - known if len(s) >= _SHORTEST)) + "\n", "utf-8")


def _words(folder: Path, without: str) -> Iterator[str]:
    """Yield words in small letters: of papers outside of names, and of phrases."""
    texts = [path.read_text("utf-8") for path in sorted(PHRASES.glob("*.txt"))]
    for paper in read_papers(folder, without):
        text = paper.text
        for start, end, letter in paper.marks:
            if letter in "PO":
                text = text[:start] + "|" * (end - start) + text[end:]
        texts.append(text)
    for text in texts:
        yield from (word for word in features.TOKEN.findall(text) if word[0].isalpha() and word.islower())
        for heading in _HEADING.findall(text):
            yield from (word.lower() for word in features.TOKEN.findall(heading) if word[0].isalpha())


if __name__ == "__main__":
    main()
