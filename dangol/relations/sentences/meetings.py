"""How somebody came to be known."""

from dangol.relations.sentences.base import Sentence, Telling


class FirstSeen(Sentence):
    """The first trace of a person. details: origin"""

    kinds = ("first_seen",)

    def korean(self, telling: Telling) -> str:
        return "처음 만났습니다."

    def english(self, telling: Telling) -> str:
        return "we met for the first time."


class Imported(Sentence):
    """Known from a file. details: origin"""

    kinds = ("imported",)

    def korean(self, telling: Telling) -> str:
        return "고객 명부를 가져오며 알게 되었습니다."

    def english(self, telling: Telling) -> str:
        return "known from an imported list."


class Identified(Sentence):
    """An anonymous visitor turned out to be this person."""

    kinds = ("identified",)

    def korean(self, telling: Telling) -> str:
        return "이름 없이 둘러보던 방문자가 이 고객으로 밝혀졌습니다."

    def english(self, telling: Telling) -> str:
        return "a visitor without a name turned out to be this person."
