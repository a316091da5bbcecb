"""Offices as sentences name them before a person: any case, with the institution between (`начальника отдела кадров`).

An office is a head word, in Russian in whatever case the sentence asks for, in Kazakh with whatever ending, and what it
is an office of: nouns in the genitive, adjectives, abbreviations, a name in quotes, a town. A few words at most, so
that hostile input gains nothing; whether the name behind it acts by the office is for `acting` to tell.
"""

from __future__ import annotations

import re

_LOOK_BACK = 110
_RUSSIAN = (
    r"директор|начальник|заместител|руководител|представител|помощник|инспектор|ревизор|прокурор|секретар|председател|"
    r"комендант|следовател|бухгалтер|экономист|агроном|зоотехник|бригадир|управляющ|заведующ|уполномоченн|оперуполномоченн|"
    r"дежурн|участков|прораб|куратор|инструктор|завуч|"
    r"воспитател|архивист|архивариус|хранител|специалист|консультант|эксперт|аудитор|депутат|аким|министр|судь|"
    r"врач|фельдшер|хирург|терапевт|педиатр|невролог|невропатолог|психиатр|фтизиатр|нарколог|окулист|гинеколог|акушер|"
    r"рентгенолог|кардиолог|онколог|уролог|дерматолог|венеролог|анестезиолог|ассистент|ординатор|медсестр|"
    r"прозектор|психолог|адвокат|защитник|нотариус|переводчик|корреспондент|редактор|командир|комиссар|"
    r"политрук|лейтенант|капитан|майор|полковник|сержант|старшин|парторг|комсорг|профорг|счетовод|кассир|"
    r"делопроизводител|регистратор|машинистк|председательств"
)
_RUSSIAN_ENDING = r"(?:а|у|ом|ем|е|ы|и|ов|я|ю|ей|ой|ь|ый|ий|ая|ого|его|ому|ему|ым|им|ую|юю|ует|овал[аи]?|ам|ами|ям)?"
_SHORT = r"зав|нач|пред|зам|пом|секр|дир|гл|ст|асс|отв|упр|уполн|оперуполн|инсп|нарсуд"
_KAZAKH = (
    r"директор|бастық|бастығ|басшы|орынбасар|көмекші|меңгеруші|төраға|төрайым|хатшы|прокурор|тергеуші|инспектор|комендант|"
    r"қызметкер|маман|дәрігер|мейірбике|мейіргер|медбике|фельдшер|хирург|терапевт|жетекші|тәрбиеші|"
    r"есепші|кассир|бригадир|агроном|зоотехник|өкіл|уәкіл|әкім|депутат|заседател|мүше|сарапшы|нотариус|адвокат|қорғаушы|"
    r"айыптаушы|редактор|тілші|сақтаушы|тіркеуші|мұрағатшы|архивші|нұсқаушы|кеңесші|аудармашы|психолог|президент"
)
_KAZAKH_ENDING = (
    r"(?:ы|і|сы|сі|лер|лар|лері|лары|дері|дары|тері|тары|ының|інің|сының|сінің|ына|іне|сына|сіне|ымен|імен|сымен|сімен|"
    r"дың|дің|тың|тің|ның|нің|ға|ге|қа|ке|ды|ді|ты|ті|мен|пен|бен|нан|нен|дан|ден|тан|тен|ынан|інен|сынан|сінен)?"
)
_ENGLISH = (
    r"(?:deputy|assistant|senior|chief|acting|head|district|city|state)\s(?:\w+\s){0,2}?)?(?:director|akim|mayor|prosecutor|"
    r"inspector|judge|clerk|registrar|archivist|commandant|chairman|chairwoman|secretary|manager|officer|commissioner|"
    r"advocate|attorney|notary|psychologist|surgeon|physician|nurse|headmaster|principal"
)
_UPPER = r"(?-i:[А-ЯЁӘІҢҒҮҰҚӨҺ])"
_OF = (
    rf"(?:\s(?:[а-яё-]{{2,16}}(?:ого|его|ой|ей|ых|их|а|я|ы|и|ии|ов|ев|ем|ам)|[а-яё]{{2,7}}\.|{_UPPER}{{2,6}}|"
    rf"(?:г|с|п|пос|обл|р)\.\s?{_UPPER}[а-яё]+|{_UPPER}[а-яё]+(?:ого|ой|а|и)|[0-9]{{1,2}}|«[^»\n]{{1,24}}»|№\s?[0-9]{{1,4}}|"
    r"по\s[а-яё]+|[0-9])){0,4}"
)
_ADDRESSED = r"(?:\s?:)?\s(?:(?:т|тов|г-н|г-жа|гр|м-р|к-н|л-т|п/п-к|п-к|ст|мл)\.?\s){0,2}(?:mr\.?\s|mrs\.?\s|ms\.?\s)?"

_TITLE = re.compile(
    rf"(?<![\w-])(?:(?:(?:{_RUSSIAN}){_RUSSIAN_ENDING}(?!\w)|(?:{_SHORT})\.){_OF}|(?:{_KAZAKH}){_KAZAKH_ENDING}"
    rf"|(?:{_ENGLISH})){_ADDRESSED}\Z",
    re.I,
)
_PRIVATE = re.compile(
    r"(?<!\w)(?:бывш|быв\.|б\.|экс-|муж|жен[аы]|сын|доч|отец|мать|брат|сестра\s(?:мужа|жены|отца|матери|его|е[её]|моя)|вдов|"
    r"бұрынғы|former|ex-)\w*[^\n.;]{0,40}\Z"
    r"|(?<!\w)(?!возложить|поручить|передать|направить|представить|доложить|сообщить|обратиться|явиться|согласовать)"
    r"[а-яё]{3,}(?:ть|ти)(?:ся)?(?!\w)[^\n.;]{0,60}\Z"
    r"|(?<!\w)(?:уволен|назначен|принят|перевед[её]н|освобожд[её]н|избран|утвержд[её]н|премирован|награжд[её]н|арестован|осужд[её]н|"
    r"работа(?:л|ет|ла)|appointed|dismissed|elected|hired|promoted|worked|works)\w{0,2}(?!\w)[^\n.;]{0,60}\Z",
    re.I,
)
_FOR_SOMEBODY = re.compile(
    r"представител\w*\s(?:\w+\s)?(?:истц|истиц|ответчи|потерпевш|заявител|семь|семей|наследни|умерш|родител|взыскател|должни|"
    r"гражд|больн|осужд|подсудим|обвиняем|опекун)|"
    r"(?:талапкер|талап\sқоюшы|жауапкер|жәбірленуші|арызданушы|өтініш\sберуші|отбасы|мұрагер|азамат)\w*\sөкіл",
    re.I,
)
"""Who speaks for somebody private holds no office."""
_DECIDED = re.compile(r"[^.;\n]{0,60}?(?<!\w)[а-яё]{3,}(?:ть|ти)(?:ся)?(?!\w)")
"""What an order does to somebody: such a name is of a person concerned, whatever the office."""


def is_titled(text: str, start: int, end: int) -> bool:
    """Tell whether an office stands right before a name, of which nothing is decided; a former office is none.

    Args:
        text: of the document.
        start, end: of the name.
    """
    if _DECIDED.match(text, end):
        return False
    ahead = max(0, start - _LOOK_BACK)
    line = text[max(ahead, text.rfind("\n", ahead, start) + 1) : start]
    title = _TITLE.search(line)
    if title is None or _FOR_SOMEBODY.search(line, title.start()):
        return False
    return _PRIVATE.search(line, 0, title.start()) is None
