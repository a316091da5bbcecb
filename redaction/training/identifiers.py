"""Invented identifiers and details of Kazakhstan in sentences: a seed in, papers of one line each out.

The wordings stand in `wordings/*.txt`: a language, a tab, a sentence with `{kind}` in it. A kind of `HIDDEN` has to be
hidden wholly, one of `KEPT` has to stay; `{name}` is counted neither way. Control digits are right, births of numbers
lie in 2099, banks and operators' ranges are such as nobody has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from training.papers import Paper

FOLDER = Path(__file__).parent / "wordings"
_SLOT = re.compile(r"\{(\w+)\}")
_CYRILLIC = "АБВГДЕЖЗИКЛМНОПРСТУХ"
_LATIN = "ABCDEFGHJKLMNPRSTUVWXYZ"
_NAMES = {
    "kk": ("Үлгіев Сынақ Тестұлы", "Мысалова Айнұр", "Тестов Б.", "Сынақова Гүлжан Үлгіқызы", "Үлгібай Ерлан"),
    "ru": ("Образцов Иван Петрович", "Тестова А. И.", "Сынаков Марат", "Примерова Галина Карловна", "Ким Образец"),
    "en": ("Marat Synakov", "A. Ulgieva", "Ivan Testov", "Sample Aigul"),
}
_STREETS = {
    "kk": ("Сарыарқа", "Жібек жолы", "Тұран", "Қабанбай батыр", "Мәметова", "Бейбітшілік", "Алматы", "Наурыз"),
    "ru": ("Садовая", "Гагарина", "Октябрьская", "Абая", "Пионерская", "Сейфуллина", "8 Марта", "Ауэзова"),
    "en": ("Abay", "Satpayev", "Lenin", "Zheltoksan", "Mir", "Gogol"),
}
_MONTHS = {
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_MRZ = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<", [*range(36), 0], strict=True))
_PASSES = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))


def papers(wordings: str, each: int = 3, seed: int = 4) -> Iterator[Paper]:
    """Yield each sentence of a file of wordings with other values every time; marks carry the name of the kind.

    Args:
        wordings: name of a file in `wordings`, without its ending.
        each: how often a sentence is used.
        seed: the same one gives the same papers.
    """
    lot = Random(seed)  # noqa: S311  # repeatable, no secret
    lines = (FOLDER / f"{wordings}.txt").read_text("utf-8").splitlines()
    for turn in range(each):
        for number, line in enumerate(lines):
            language, sentence = line.split("\t")
            yield _filled(f"{wordings}_{number}_{turn}", language, sentence, lot)


def _filled(name: str, language: str, sentence: str, lot: Random) -> Paper:
    shown, marks, at = "", [], 0
    for slot in _SLOT.finditer(sentence):
        shown += sentence[at : slot.start()]
        value, at = value_of(slot[1], language, lot), slot.end()
        if slot[1] != "name":
            marks.append((len(shown), len(shown) + len(value), slot[1]))
        shown += value
    return Paper(name, language, shown + sentence[at:], tuple(marks))


def value_of(kind: str, language: str, lot: Random) -> str:
    """Return an invented value of a kind, as papers in a language (kk, ru or en) write it."""
    return (HIDDEN | KEPT | {"name": _name})[kind](language, lot)


def _digits(count: int, lot: Random) -> str:
    return "".join(lot.choice("0123456789") for _ in range(count))


def _letters(count: int, lot: Random, of: str = _LATIN) -> str:
    return "".join(lot.choice(of) for _ in range(count))


def _name(language: str, lot: Random) -> str:
    return lot.choice(_NAMES[language])


def _controlled(base: str) -> str:
    """Return eleven digits with their control digit, or nothing where none is issued."""
    for weights in _PASSES:
        rest = sum(weight * int(digit) for weight, digit in zip(weights, base, strict=True)) % 11
        if rest < 10:
            return base + str(rest)
    return ""


def _issued(made: Callable[[], str]) -> str:
    while not (number := _controlled(made())):
        pass
    return number


def _iin(_: str, lot: Random) -> str:
    def made() -> str:
        return f"99{lot.randint(1, 12):02}{lot.randint(1, 28):02}{lot.choice('56')}{_digits(4, lot)}"

    number = _issued(made)
    return lot.choice((number, number, number, f"{number[:6]} {number[6:]}", " ".join(re.findall("...", number))))


def _bin(_: str, lot: Random) -> str:
    return _issued(lambda: f"45{lot.randint(1, 12):02}4{lot.choice('012')}{_digits(5, lot)}")


def _old_series(roman: bool) -> Callable[[str, Random], str]:
    def made(_: str, lot: Random) -> str:
        first = lot.choice(("I", "II", "III", "IV", "XII", "IX")) if roman else ""
        letters, number = _letters(2, lot, _CYRILLIC), _digits(6, lot)
        return f"{first}-{letters} № {number}" if lot.random() < 0.6 else f"{first}-{letters} {number}"

    return made


def _military(_: str, lot: Random) -> str:
    return f"{_letters(2, lot, _CYRILLIC)} {lot.choice(('', '', '№ '))}{_digits(7, lot)}"


def _numbered(*forms: str) -> Callable[[str, Random], str]:
    """Return a maker of values: `#` becomes a digit, `@` a Cyrillic letter, `$` a Latin one."""

    def made(_: str, lot: Random) -> str:
        signs = {"#": lambda: lot.choice("123456789"), "@": lambda: lot.choice("АБВК"), "$": lambda: lot.choice(_LATIN)}
        return "".join(signs[char]() if char in signs else char for char in lot.choice(forms))

    return made


def _check(text: str) -> str:
    return str(sum(_MRZ[char] * (7, 3, 1)[i % 3] for i, char in enumerate(text)) % 10)


def _mrz(_: str, lot: Random) -> str:
    number, iin = _digits(9, lot), _iin("", Random(lot.random())).replace(" ", "")  # noqa: S311
    birth, until, name = iin[:6], f"3{_digits(1, lot)}0101", _letters(6, lot)
    if lot.random() < 0.5:
        first = f"IDKAZ{number}{_check(number)}{iin}".ljust(30, "<")
        second = f"{birth}{_check(birth)}M{until}{_check(until)}KAZ".ljust(29, "<")
        return "\n".join((first, second + _check(second), f"{name}<<{name[::-1]}".ljust(30, "<")))
    number = f"N{number[:8]}"
    second = f"{number}{_check(number)}KAZ{birth}{_check(birth)}F{until}{_check(until)}{iin}".ljust(43, "<")
    return "\n".join((f"P<KAZ{name}<<{name[::-1]}".ljust(44, "<"), second + _check(second)))


def _phone(_: str, lot: Random) -> str:
    code, number = lot.choice(("701", "702", "705", "707", "747", "775", "777")), _digits(7, lot)
    parts = f"{number[:3]}{{0}}{number[3:5]}{{0}}{number[5:]}"
    form = lot.choice(("+7 {} {}", "8 ({}) {}", "8-{}-{}", "8{}{}", "+7({}){}"))
    return form.format(code, number if form == "8{}{}" else parts.format(lot.choice(("-", " "))))


def _email(_: str, lot: Random) -> str:
    name = lot.choice(("aigul", "m.testov", "ulgi_2099", "sample-k", "synak"))
    return f"{name}{lot.randint(1, 99)}@{lot.choice(('post', 'mail', 'box'))}.example{lot.choice(('', '.kz'))}"


def _iban(_: str, lot: Random) -> str:
    account = f"999{_letters(1, lot, 'ABCDE')}{_digits(12, lot)}"
    rest = int("".join(str(int(char, 36)) for char in f"{account}KZ00")) % 97
    number = f"KZ{98 - rest:02}{account}"
    return number if lot.random() < 0.6 else " ".join(re.findall("....", number))


def _card(_: str, lot: Random) -> str:
    base = f"4{_digits(14, lot)}"
    doubled = [int(digit) * (2 - i % 2) for i, digit in enumerate(base)]
    number = base + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)
    return number if lot.random() < 0.4 else " ".join(re.findall("....", number))


def _address(language: str, lot: Random) -> str:
    street, house, flat = lot.choice(_STREETS[language]), lot.randint(1, 180), lot.randint(1, 99)
    forms = {
        "kk": (
            f"{street} көшесі, {house}-үй, {flat}-пәтер",
            f"{street} к-сі {house}/{flat}",
            f"{street} даңғылы, {house}, {flat}-п.",
            f"{lot.randint(1, 30)}-шағын аудан, {house}-үй, {flat}-пәтер",
            f"{street} тұйығы, {house} үй",
        ),
        "ru": (
            f"ул. {street}, д. {house}, кв. {flat}",
            f"ул. {street} {house}-{flat}",
            f"пр. {street}, {house}, кв. {flat}",
            f"{lot.randint(1, 30)} мкр., д. {house}, кв. {flat}",
            f"пер. {street}, {house}а",
        ),
        "en": (
            f"{house} {street} Street, Apt. {flat}",
            f"{street} Avenue {house}, flat {flat}",
            f"{street} St. {house}-{flat}",
        ),
    }
    return lot.choice(forms[language])


def _day(language: str, lot: Random, years: tuple[int, int]) -> str:
    day, month, year = lot.randint(1, 28), lot.randint(1, 12), lot.randint(*years)
    plain, named = f"{day:02}.{month:02}.{year}", _MONTHS[language][month - 1]
    forms = {
        "kk": (plain, f"{year} жылғы {day} {named}", f"{year} ж. {day} {named}", f"{plain} ж."),
        "ru": (plain, f"{day} {named} {year} г.", f"{day} {named} {year} года", f"{plain} г."),
        "en": (plain, f"{day} {named} {year}", f"{named} {day}, {year}"),
    }
    return lot.choice(forms[language])


def _birth(language: str, lot: Random) -> str:
    day = _day(language, lot, (1898, 2009))
    if language == "en" or lot.random() < 0.6:
        return day
    year = lot.randint(1898, 2009)
    short = {
        "kk": (f"{year} ж.т.", f"{year} жылы туған"),
        "ru": (f"{year} г.р.", f"{year} года рождения"),
    }
    return lot.choice(short[language])


def _date(language: str, lot: Random) -> str:
    return _day(language, lot, (1937, 2026))


def _cipher(language: str, lot: Random) -> str:
    fonds, opis, item, sheet = (lot.randint(1, most) for most in (1800, 9, 400, 180))
    forms = {
        "kk": (
            f"{fonds}-қор, {opis}-тізімдеме, {item}-іс, {sheet}-п.",
            f"Қ. {fonds}, Т. {opis}, І. {item}, П. {sheet}",
        ),
        "ru": (
            f"Ф. {fonds} Оп. {opis} Д. {item} Л. {sheet}",
            f"ф. {fonds}, оп. {opis}-л, д. {item}, лл. {sheet}–{sheet + 3} об.",
            f"Ф.{fonds}. Оп.{opis}. Д.{item}. Л.{sheet} об.",
        ),
        "en": (f"F. {fonds}, inv. {opis}, file {item}, p. {sheet}", f"Fonds {fonds}, inventory {opis}, file {item}"),
    }
    return lot.choice(forms[language])


def _money(language: str, lot: Random) -> str:
    sum_of = f"{lot.randint(2, 900)} {lot.randint(0, 999):03}"
    return f"{sum_of} {({'kk': 'теңге', 'ru': 'тенге', 'en': 'tenge'})[language]}"


HIDDEN: dict[str, Callable[[str, Random], str]] = {
    "iin": _iin,
    "idcard": lambda _, lot: f"0{_digits(8, lot)}",
    "passport": lambda _, lot: f"N{lot.choice(('', ' '))}{_digits(8, lot)}",
    "ussr": _old_series(roman=True),
    "oldcert": _old_series(roman=True),
    "newcert": _numbered("00#####", "##-#######", "#######"),
    "akt": _numbered("#", "##", "###", "####"),
    "rnn": lambda _, lot: _digits(12, lot),
    "sik": lambda _, lot: f"{_digits(6, lot)}{_letters(3, lot)}{_digits(7, lot)}",
    "military": _military,
    "medcard": _numbered("####", "##/##", "@-###", "#####"),
    "sicklist": _numbered("@@ ######", "#######", "@@ № ######"),
    "household": _numbered("##", "###"),
    "cadastral": _numbered("##-###-###-####", "##:###:###:###", "##-###-###-###/##"),
    "mrz": _mrz,
    "verify": _numbered("##############", "####-####-####", "$#$#-#$$#-##$$"),
    "pension": _numbered("#####", "######", "##/####"),
    "staff": _numbered("###", "####", "0####"),
    "phone": _phone,
    "localphone": _numbered("#-##-##", "##-##-##"),
    "email": _email,
    "iban": _iban,
    "card": _card,
    "address": _address,
    "birth": _birth,
    "building": _numbered("$##$#$#"),
    "licence": _numbered("$$ ######", "$$ № ######"),
    "plate": _numbered("###$$$02", "### $$ 14", "$ ### $$$", "#### АКТ"),
    "account": _numbered("#####", "######-#", "##/####"),
}
"""Kinds that profile R3 hides, and what makes a value of each."""

KEPT: dict[str, Callable[[str, Random], str]] = {
    "bin": _bin,
    "cipher": _cipher,
    "order": _numbered("##", "##-к", "##-ж/қ", "###"),
    "case": _numbered("2-###/9#", "1-##", "75##-2#-00-2/###", "2-####"),
    "officephone": _numbered("(7172) ##-##-##", "8 (7232) ##-##-##", "#-##-##"),
    "money": _money,
    "date": _date,
}
"""Kinds that every profile keeps."""
