"""Numbers by the noun that governs them: whose paper a number is of decides, and what no kept class claims is hidden.

`patterns.yaml` lists labels; strangers write others. Here the nearest known word in front of a number tells its class:
a personal paper (any form of its noun, misread by one letter too) or something an office counts (orders, cases,
schools, papers of an archive). A long number that neither claims, in a line that names a private person, is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qupia_redaction.model import Category
from qupia_redaction.nlp.vocabulary import is_word
from qupia_redaction.recognizers.finding import Finding, Ranges, line_of

_FOUND_BY = "governed_number"
_NO_CLAIM = frozenset({Category.DOCUMENT_NUMBER, Category.SPECIAL, Category.HEALTH})
_TWINS = str.maketrans("әіңғүұқөһёaceopxykmtbh", "аингуукохеасеорхукмтвн")
_PERSONAL = frozenset(
    (
        "билет книж китапша карт карточ удостовер куалик куалиг паспорт толкужат свидетельств свид метрик лицев счет "
        "шот вклад табел таб личн жеке дербес пропуск руксат полис аттестат диплом ордер тетрад листок эваколист "
        "больничн анкет сауалнам жетон жительств заключен ссыльн узник тутк подопечн хозяйств двор шаруашыл кожалык "
        "кадастр исполнит перевод пациент больн наукас сик ажк рнн стн снилс пенсион зейнет осмс соц социал абонент "
        "вкладчик салымш муше касиподак профсоюз амбулатор истори запис жазба серия сериясы серии сер военн аскери "
        "водительск жургизуши права гос колик инвалид мугедек ветеран ардагер медал орден красноармейск студен "
        "студент окушы зачетн трудов сберегат сберкниж жинак доверенност сенимхат военнослужащ учетн регистрацион парт "
        "партийн комсомольск колхозник рабочего работник сотрудник служащ участник ученик школьник жумысшы кызметкер "
        "уд кагаз путевк направлени жолдама рецепт номерок номери вид иин жсн хоз шр ж/с л/с л/д и/б б/л т/б з/а "
        "а/з п/б в/б т/н л/сч п/д м/к сч есепшот партбилет военник баспана студбилет студкнижк удост водит "
        "метрическ выпись рабочий домашний личный гистолог рентген анализ вскрыти эпикриз патологоанатом "
        "флюорограм беженц сберкн депозит ссыльнопоселен загранпаспорт"
    ).split()
)
_PERSONAL_LATIN = frozenset(
    (
        "id identity passport prisoner inmate staff badge member membership card pension pensioner account licence "
        "license certificate permit ticket household registration insurance patient employee payroll "
        "chart outpatient history pass"
    ).split()
)
_OFFICE = frozenset(
    (
        "приказ буйры жарлы постановл каулы распоряж протокол хаттама решени шешим определ дел дело иси фонд опис "
        "тизимдем тизбе кор парак лист школ мектеп гимнази лице больниц аурухана отделен участ учаске цех шахт бригад "
        "завод фабрик магазин сад ясл балабакш палат бюро пункт стол форм приложен спр косымша таблиц кесте рис фото "
        "сурет том част стат бап вход вх исх исход кирис шыгыс аул ауыл сел ферм отар баз контор совет кенес мтс ром "
        "отдел полк колонн колхоз совхоз комбинат трест автобаз аптек поликлин емхана почт столов избират вокзал "
        "станци скважин реестр запрос письм хат сурау справк аныктама извещен выписк закон указ кодекс инструкц смет "
        "накладн договор шарт контракт лот тендер маршрут рейс вагон поезд модел марк тип кабинет зал групп класс "
        "сынып курс суд сот округ болим болимше ровд рувд овд говд рик райвоенкомат военкомат загс жак бин бсн бик "
        "шифр фактур квитанц чек тираж заказ гост артикул негатив снимок коробк папк связк экземпляр экз разряд "
        "категор стр бет страниц параграф лагер лагпункт детдом интернат училищ пту спту техникум институт филиал "
        "касс банк предприят мекеме уйым нысан облигац заем лотере билимин газет журнал книг индекс телефон "
        "тел код материал уголовн кылмыстык следствен следств следдел акт ст ф оп лл предписан предпис "
        "эшелон состав паровоз трактор станок двигател шасси печ склад амбар гараж рудник шурф забо пласт этаж подъезд "
        "пост застав батальон рота взвод ердр сдтбт дивизи койма насос щит телеграмм"
    ).split()
)
_OFFICE_LATIN = frozenset(
    (
        "order file fonds inventory school court case page sheet room hospital article rule law decision letter "
        "minutes contract box reel photo form list application series vol volume part district ward bin invoice"
    ).split()
)
_OF_SOMEBODY = re.compile(
    r"(?<!\w)(?:личн|жеке|макет|пенс|зейнет|подопеч|уч[её]тн|персональ|л\.|л/|наследств|больн|заключ|ссыльн|семейн|отбас|призывн|шақырыл|учащ|ученик|воспитан|опек|қамқор|умерш|покойн|переселен|сослан|репатр|рожд|смерт|о\sбраке|туу(?!\w)|неке|қайтыс|усынов|қандас|жер(?!\w)|земл|участ|учаск)",
    re.I,
)
_BY_WITNESS = re.compile(
    r"(?<!\w)(?:рожд|родильн|роддом|смерт|қайтыс|кайтыс|туу(?!\w)|перзентхан|акушер|врач|дәрігер|дәрігерлік|фельдшер|"
    r"мсэк|мәск|втэк|вкк|дәк(?!\w)|загс|ахаж)",
    re.I,
)
"""Whose sheets are about one birth, death or illness; other offices' certificates are counted by the office."""
_CASE = re.compile(r"(?:дел[оауе]|іс|ис|акт)", re.I)
_ENDINGS = frozenset(
    (
        "ы и а у е ом ой ов ам ах ю я сы си иси ин ын ини ына ине да де та те дан ден тан тен нин нын га ге ка ке кы ки"
    ).split()
)
_SHORT_STEM = 3
_OF_A_THING = re.compile(
    r"(?<!\w)(?:құжат\s+төлқұ|техническ\w+\s+пасп|техпасп|дыбыс|аудио|жабды|оборудован|кіріс\s|шығыс\s|приходн|расходн|касс)",
    re.I,
)
_ARCHIVE = re.compile(r"archiv", re.I)
_LONG_STEM = 6
_NUMERAL = re.compile(r"(?<![0-9])[0-9]+(?:[/–-][0-9]+|(?: [0-9]{3,4})+(?: [0-9]{2}(?![0-9.]))?(?![0-9]))*")
_AHEAD = re.compile(
    r"(?<![\w.,/])(?P<mark>(?:№|[NНn][o°оº]?\.?(?![^\W\d_])|#)\s?)?"
    r"(?P<series>(?:(?:[IVXLІХ]{1,6}|[0-9]{1,2})[–-])?[A-ZА-ЯІҚӘҢҒҮҰӨҺ]{1,3}(?:[–-][IVXLІХ]{1,6})?[\s–-]{0,2})?"
    r"(?P<mark2>(?:№|N[o°]?\.?|#)\s?)?\Z"
)
_LETTERS_BEHIND = re.compile(r"(?:[A-ZА-Я]{1,3}|[-/]?[A-ZА-Яа-яa-z]|[ ][A-ZА-Я])(?![\w.])")
_LETTERED = re.compile(r"-[A-ZА-Я](?!\w)")
_NO_NUMBER = re.compile(
    r"[.,:][0-9]|\s?[–-]?\s?(?:%|руб|р\.|сом|тенге|теңге|тг|₸|\$|kzt|тыс|млн|кг|гр?(?!\w)|ц(?!\w)|т(?!\w)|тонн|га(?!\w)|м(?!\w)|км|см|кв|л(?!\w)|литр|мин|час|"
    r"сут|дн|лет(?!\w)|год|г\.|ж\.|жыл|жас|ай(?!\w)|мес|чел|адам|душ|жан(?!\w)|экз|шт|дана|бас|гол|баллов?|балл|трудод|еңбек|күн|сағат|"
    r"соток|сотых|акр|метр|years?|tenge|roubles?|kg|ha(?!\w)|бұйры|буйры|хаттама|қаулы|каулы|шешім|ба[пб](?:ы|т|$))",
    re.I,
)
_YEAR = re.compile(r"(?:1[789]|20)[0-9]{2}(?:\s?[/–-]\s?(?:(?:1[789]|20)?[0-9]{2}))?")
_SUM = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+")
_ENTERED = re.compile(r"[0-9]{1,2}-[0-9]{1,2}(?:-[0-9]{1,3})?/[0-9].*|[0-9]{1,4}/[0-9]{1,4}")
_ABBREVIATIONS = frozenset(
    (
        "РК ҚР СМ СН АО ГУ ММ ЖК УК ГК ЗК МВД ІІМ ИИМ ИИН ЖСН БИН БСН КСР ССР ТОО ЖШС КСК РНН СИК ӘЖК МЮ ӘМ ОВД IBAN "
        "ИИК ЖСК ОТ НА ПО ЗА"
    ).split()
)
_WORD = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?")
_BREAK = re.compile(
    r"[\n\t;|]|(?<=\w{3})(?<!\bсер)(?<!пасп)(?<!свид)(?<!\bудост)(?<!\bкарт)(?<!личн)(?<!труд)(?<!воен)(?<!пенс)(?<!\bтаб)(?<!\bлиц)(?<!\bамб)"
    r"(?<!\bмед)[.!?]\s|\s{3,}|,\s",
    re.I,
)
_TIGHT = re.compile(r"[\s:.,–—=(-]{0,4}(?:\w{1,8}\s)?[\s:.–—=(-]{0,3}")
_REACH, _FAR = 64, 150
_COUNTED = re.compile(r"[0-9]{3,12}(?:[/-][0-9]{1,6})?")
_MORE = re.compile(r"[\w./-]*[\w/-]")
_NOUN_AHEAD = re.compile(
    r"(?<![\w/])(?!(?:арх|топ|гом|потребнадз|ердр|сдтбт|января|феврал|марта|апрел|мая|июня|июля|август|сентябр|октябр|"
    r"ноябр|декабр|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан|года|жыл)\w*)"
    r"(?P<noun>[^\W\d_]{3,24})\.?\s{1,3}(?:№|N)\s?\Z",
    re.I,
)
_NOUN_REACH = 34
_SHEET = re.compile(r"(?:парақ|парак|лист(?!инг)|справк|анықтам|аныктам|выписк)", re.I)
_SHEET_NUMBER = 7
_OF_LIFE = re.compile(
    r"(?<!\w)(?:больниц|аурухан|роддом|родильн|диспансер|врач|фельдшер|акушер|дәрігер|дариг|поликлин|емхана|домоуправ|домком|"
    r"жэк|кск|ахаж|загс|вт?эк|мсэ|медицин|мүгедек|мугедек|ота\sжаса|об?\s(?:смерт|рожден|болезн|снят|освобожд|реабилит|"
    r"инвалидн|состав|брак|судимост|беремен|здоров))",
    re.I,
)
"""What a certificate tells of somebody's life, or who gives such: an employer's and an archive's own are none."""
_NUMBERED_HOUSE = re.compile(r"(?:больниц|аурухан|роддом|поликлин|диспансер|емхана)\w*\s?(?:№|N)?\s?\Z", re.I)
_COMPOUND = re.compile(
    r"\w{2,7}(?:книжк|билет|карточк|удостоверен|паспорт|листок|листк|свидетельств|полис|кагаз|куалиг|куалик|китапша)"
)
_FILLER = re.compile(r"(?:номер|нөмір|номир)|(?:рет[іи]|код\w?|number|no|за|под)\Z", re.I)
_BETWEEN = re.compile(r"\s?(?:,|и|мен|және|/|and)\s?(?:№\s?)?")
_LISTED = 8
_MOST_WORDS = 5
_LONG_NUMBER, _MARKED_NUMBER, _PLAIN_NUMBER = 6, 3, 3


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as it stands: its range with series and mark, its digits, whether a mark or a series says it is one."""

    start: int
    end: int
    digits: int
    marked: bool
    series: bool
    inside: str


def governed_numbers(
    text: str, names: Sequence[Finding], others: Sequence[Finding], kept: Sequence[tuple[int, int]]
) -> Iterator[Finding]:
    """Yield the numbers of personal papers, and long ones that nothing claims beside a private person.

    Args:
        text: the folded text.
        names: of private persons.
        others: what is found already; such numbers are widened at most.
        kept: ciphers and BINs.
    """
    seen = Ranges((f.start, f.end) for f in others if f.category is Category.DOCUMENT_NUMBER)
    elsewhere = Ranges((f.start, f.end) for f in others if f.category not in _NO_CLAIM)
    stays = Ranges(kept)
    starts = Ranges(line_of(text, n) for n in names)
    last: _Number | None = None
    for number in _numbers(text):
        span = (number.start, number.end)
        if any(stays.touching(*span)) or seen.covers(*span) or any(elsewhere.touching(*span)):
            continue
        told = _governed(text, number)
        told = told or ("personal" if any(seen.touching(*span)) or _follows(text, last, number) else "")
        last = number if told == "personal" else None
        if told == "personal" or (
            told == "" and (_is_counted(text, number) or (_is_doubtful(number) and any(starts.touching(*span))))
        ):
            yield Finding(number.start, number.end, Category.DOCUMENT_NUMBER, 0.6 if told else 0.55, _FOUND_BY)


def _numbers(text: str, first: int = 0, last: int | None = None) -> Iterator[_Number]:
    """Yield what can be a number of a paper: no year, date, sum or measure."""
    for match in _NUMERAL.finditer(text, first, len(text) if last is None else last):
        start, end = match.span()
        inside = match.group()
        ahead = _AHEAD.search(text, max(0, start - 16), start)
        if ahead is None or (start and text[start - 1] in ".,:" and ahead.start() == start):
            continue
        series, marked = ahead["series"] or "", bool(ahead["mark"] or ahead["mark2"])
        if series.strip(" –-") in _ABBREVIATIONS or _class_of(series.strip(" –-").lower()):
            series, begin = "", ahead.end("series")
            marked = bool(ahead["mark2"])
        else:
            begin = ahead.start("series") if series else start
        if not marked and (_YEAR.fullmatch(inside) or (_SUM.fullmatch(inside) and not series)):
            continue
        if _NO_NUMBER.match(text, end) and not (marked and _LETTERED.match(text, end)):
            continue
        tail = _LETTERS_BEHIND.match(text, end)
        end = tail.end() if tail and not (tail.group().startswith(" ") and not marked) else end
        if end < len(text) and (text[end].isalnum() or text[end] == "_"):
            continue
        yield _Number(begin, end, sum(map(str.isdigit, inside)), marked, bool(series.strip()), inside)


def _governed(text: str, number: _Number) -> str:
    """Return `personal`, `office` or nothing by the nearest known word in front of a number."""
    lead = text[max(0, number.start - _REACH) : number.start]
    breaks = list(_BREAK.finditer(lead.rstrip(" :,–—-")))
    lead = lead[breaks[-1].end() :] if breaks else lead
    words = [word for word in _WORD.findall(lead)[-_MOST_WORDS:] if not _FILLER.match(word)]
    if not number.marked:
        words = [word for ahead, word in pairwise(["", *words]) if "по" not in {ahead.lower(), word.lower()}]
    for distance, word in enumerate(reversed(words)):
        told = _class_of(word.lower())
        if told == "office" and _SHEET.match(word) and (number.digits >= _SHEET_NUMBER or _tells_of_life(text, number)):
            told = "personal"
        if told == "office" and _SHEET.match(word) and _BY_WITNESS.search(lead):
            told = "personal" if not distance or number.digits >= _PLAIN_NUMBER else "office"
        if told == "office" and _CASE.match(word) and _OF_SOMEBODY.search(lead):
            told = "personal"
        if told == "personal" and not _is_told(number, distance):
            return ""
        if told == "personal" and _OF_A_THING.search(lead):
            return "office"
        if (
            told == "personal"
            and word.lower() == "certificate"
            and _ARCHIVE.search(text, max(0, number.start - 150), number.start)
        ):
            return "office"
        if told:
            return told
    return ""


def _tells_of_life(text: str, number: _Number) -> bool:
    """Tell whether the line in front of the number of a certificate says that it is of somebody's life."""
    line = text.rfind("\n", 0, number.start) + 1
    lead = text[max(line, number.start - _REACH) : number.start]
    return _OF_LIFE.search(lead) is not None and not (number.digits < _PLAIN_NUMBER and _NUMBERED_HOUSE.search(lead))


def _is_told(number: _Number, distance: int) -> bool:
    """Tell whether a personal noun so far in front makes this its number: without a mark only right behind it."""
    if number.marked:
        return True
    if distance == 0 or number.series:
        return distance < 3 and (number.digits >= _PLAIN_NUMBER - (distance == 0))
    return distance < 3 and number.digits >= _LONG_NUMBER


def _is_doubtful(number: _Number) -> bool:
    """Tell whether a number that nothing claims is long enough to be somebody's."""
    if _ENTERED.fullmatch(number.inside) or _YEAR.fullmatch(number.inside):
        return False
    return number.digits >= (_LONG_NUMBER - (number.series and number.marked))


def _is_counted(text: str, number: _Number) -> bool:
    """Tell whether a marked number stands right behind a word nobody knows: whose it is nobody can say."""
    if not number.marked or number.series or not _COUNTED.fullmatch(number.inside) or _MORE.match(text, number.end):
        return False
    noun = _NOUN_AHEAD.search(text[max(0, number.start - _NOUN_REACH) : number.start])
    return noun is not None and _class_of(noun["noun"].lower()) != "office"


def _follows(text: str, last: _Number | None, number: _Number) -> bool:
    """Tell whether a number goes on a list of numbers of persons' papers."""
    return (
        last is not None
        and number.start - last.end < _LISTED
        and abs(number.digits - last.digits) <= number.marked
        and _BETWEEN.fullmatch(text, last.end, number.start) is not None
    )


def governs(word: str) -> bool:
    """Tell whether a word is one that numbers are counted by, a person's or an office's."""
    return _class_of(word.lower()) != ""


def is_of_person(text: str, start: int, end: int) -> bool:
    """Tell whether the noun in front of a number within a range makes it a person's."""
    return any(_governed(text, number) == "personal" for number in _numbers(text, start, end))


@lru_cache(maxsize=8192)
def _class_of(word: str) -> str:
    """Return what a word in small letters counts: `personal`, `office` or nothing."""
    if word.isascii():
        return "personal" if word in _PERSONAL_LATIN else "office" if word in _OFFICE_LATIN else ""
    folded = word.translate(_TWINS)
    if folded.startswith("карт") and folded[4:6] in {"оф", "он", "ин"}:
        return ""
    office, personal = _stem_of(folded, _OFFICE), _stem_of(folded, _PERSONAL)
    if office or personal:
        return "personal" if personal > office else "office"
    if _COMPOUND.match(folded):
        return "personal"
    if is_word(word):
        return ""
    if _is_misread(folded, _PERSONAL):
        return "personal"
    return "office" if _is_misread(folded, _OFFICE) else ""


def _stem_of(folded: str, stems: frozenset[str]) -> int:
    """Return the length of the longest of some stems that a word begins with, a short one only before an ending."""
    if folded in stems:
        return len(folded)
    for length in range(len(folded) - 1, 1, -1):
        if folded[:length] in stems and (length > _SHORT_STEM or folded[length:] in _ENDINGS):
            return length
    return 0


def _is_misread(folded: str, stems: frozenset[str]) -> bool:
    """Tell whether one exchanged letter makes a word begin with a long stem."""
    long = (stem for stem in stems if _LONG_STEM <= len(stem) <= len(folded))
    return any(sum(a != b for a, b in zip(folded, stem, strict=False)) == 1 for stem in long)
