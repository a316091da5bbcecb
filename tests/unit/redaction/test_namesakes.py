"""Names of one document: which are forms of one, and which must not be taken for one."""

from __future__ import annotations

import pytest

from qupia_redaction.plan.namesakes import Namesakes

FULL = "Сарыбаев Ерлан Маратович"


@pytest.mark.parametrize(
    "form",
    [
        "Е. М. Сарыбаев", "Сарыбаев Е.М.", "Сарыбаев Е.", "Сарыбаеву Ерлану", "Ерлан Маратович", "Сарыбаевым",
        "САРЫБАЕВ", "Сары-\nбаев Ерлан", "Сарыбаев\nЕ. М.", "Ерланмен",
    ],
)  # fmt: skip
def test_forms_of_a_name_are_one(form: str) -> None:
    names = Namesakes([FULL, form, "Есимова Айгуль Маратовна"])
    assert names.key_of(form) == names.key_of(FULL)


@pytest.mark.parametrize(
    ("form", "others"),
    [
        ("Сарыбаев", [FULL, "Сарыбаев Арман Маратович"]),
        ("Сарыбаев Е.", [FULL, "Сарыбаев Ержан"]),
        ("Сарыбаев А.", [FULL]),
        ("Сарыбаев Е. Е.", [FULL]),
        ("Сарыбаев Ерлан Болатович", [FULL]),
        ("Есимова", [FULL]),
        ("Е. М.", [FULL]),
    ],
)
def test_what_may_be_another_person_stands_for_itself(form: str, others: list[str]) -> None:
    names = Namesakes([form, *others])
    assert names.key_of(form) not in {names.key_of(other) for other in others}


def test_a_name_that_grows_step_by_step_is_one() -> None:
    names = Namesakes(["Сарыбаев", "Сарыбаев Е.", "Сарыбаев Ерлан", FULL])
    assert len({names.key_of(name) for name in ("Сарыбаев", "Сарыбаев Е.", "Сарыбаев Ерлан", FULL)}) == 1


def test_a_register_of_one_family_is_not_compared_name_by_name() -> None:
    family = [f"Сарыбаев {chr(1072 + i % 32)}{chr(1072 + i // 32)}нур" for i in range(900)]
    names, alone = Namesakes(["Сарыбаев", *family]), Namesakes()
    assert all(names.key_of(name) == alone.key_of(name) for name in ("Сарыбаев", *family))
