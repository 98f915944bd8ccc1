"""Purchases, what was given back of them, the silence after them, and coming back."""

from decimal import Decimal

from dangol.relations.sentences import wording
from dangol.relations.sentences.base import Sentence, Telling

LINES_TOLD = 3


class Purchase(Sentence):
    """
    The n-th purchase, for oneself, for somebody else, or after a silence.

    details: nth, number, amount (text), currency, items, gift, silent_days (only of a return), lines (name and quantity
    of each product, where they are known)
    """

    kinds = ("order", "gift_order", "return")

    def korean(self, telling: Telling) -> str:
        nth = "첫" if telling.number("nth") == 1 else wording.korean_ordinal(telling.number("nth"))
        back = ""
        if telling.kind == "return":
            back = f"{wording.length(telling.number('silent_days'), 'ko')} 만에 다시 찾아왔습니다. "
        gift = " 선물이었습니다." if telling.details.get("gift") else ""
        return f"{back}{nth} 구매, {_amount(telling, 'ko')}{_lines(telling, 'ko')}.{gift}"

    def english(self, telling: Telling) -> str:
        nth = wording.english_ordinal(telling.number("nth"))
        back = ""
        if telling.kind == "return":
            back = f"back after {wording.length(telling.number('silent_days'), 'en')}, "
        gift = " It was a gift." if telling.details.get("gift") else ""
        return f"{back}{nth} purchase, {_amount(telling, 'en')}{_lines(telling, 'en')}.{gift}"


class GivenBack(Sentence):
    """
    Something of an order was given back, or all of it.

    details: number, amount (text; none: all of it), currency
    """

    kinds = ("refund",)

    def korean(self, telling: Telling) -> str:
        if not telling.text("amount"):
            return f"주문 {telling.text('number')} 전부를 환불받았습니다."
        return f"주문 {telling.text('number')}에서 {_amount(telling, 'ko')} 환불받았습니다."

    def english(self, telling: Telling) -> str:
        if not telling.text("amount"):
            return f"all of order {telling.text('number')} was refunded."
        return f"{_amount(telling, 'en')} of order {telling.text('number')} was refunded."


class Silence(Sentence):
    """
    Nothing bought for much longer than is usual for this person.

    details: silent_days (from the last purchase to this entry), last_at, gap_days (the usual gap; 0 after one purchase)
    """

    kinds = ("silence",)

    def korean(self, telling: Telling) -> str:
        usual = telling.number("gap_days")
        rhythm = f" 평소에는 {wording.length(usual, 'ko')}에 한 번쯤 왔습니다." if usual else ""
        return f"{wording.length(telling.number('silent_days'), 'ko')}째 소식이 없습니다.{rhythm}"

    def english(self, telling: Telling) -> str:
        usual = telling.number("gap_days")
        rhythm = f" Until then they came about every {wording.length(usual, 'en')}." if usual else ""
        return f"{wording.length(telling.number('silent_days'), 'en')} of silence.{rhythm}"


def _amount(telling: Telling, language: str) -> str:
    return wording.money(Decimal(telling.text("amount") or "0"), telling.text("currency") or "KRW", language)


def _lines(telling: Telling, language: str) -> str:
    lines = telling.details.get("lines") or []
    named = [_line(name, int(quantity), language) for name, quantity in lines[:LINES_TOLD]]
    more = len(lines) - len(named)
    if more:
        named.append(f"그 밖에 {more}가지" if language == "ko" else f"{more} more")
    return f": {', '.join(named)}" if named else ""


def _line(name: str, quantity: int, language: str) -> str:
    if quantity == 1:
        return name
    return f"{name} {quantity}개" if language == "ko" else f"{quantity} × {name}"
