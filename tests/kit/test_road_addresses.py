"""Korean addresses, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.kit.road_addresses import RoadAddress, read_road_address


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "04524 서울특별시 중구 세종대로 110",
            RoadAddress("04524", "서울특별시", "중구", "", "세종대로", "110"),
        ),
        (
            "서울 마포구 양화로 45, 12층 1203호 (서교동)",
            RoadAddress("", "서울특별시", "마포구", "", "양화로", "45", "12층 1203호", "서교동"),
        ),
        (
            "경기도 성남시 분당구 판교역로 166 (우 13529)",
            RoadAddress("13529", "경기도", "성남시 분당구", "", "판교역로", "166"),
        ),
        (
            "경기 성남시 분당구 불정로 6 13561",
            RoadAddress("13561", "경기도", "성남시 분당구", "", "불정로", "6"),
        ),
        (
            "(06236) 서울시 강남구 테헤란로14길 6 남도빌딩 3층",
            RoadAddress("06236", "서울특별시", "강남구", "", "테헤란로14길", "6", "남도빌딩 3층"),
        ),
        (
            "제주도 제주시 첨단로 242",
            RoadAddress("", "제주특별자치도", "제주시", "", "첨단로", "242"),
        ),
        (
            "전라남도 해남군 해남읍 군청길 4-1",
            RoadAddress("", "전라남도", "해남군", "해남읍", "군청길", "4-1"),
        ),
        (
            "서울 중구 을지로 지하 42",
            RoadAddress("", "서울특별시", "중구", "", "을지로", "지하 42"),
        ),
        ("부산 해운대구 APEC로 55", RoadAddress("", "부산광역시", "해운대구", "", "APEC로", "55")),
    ],
)
def test_an_address_is_taken_apart(written: str, read: RoadAddress) -> None:
    assert read_road_address(written) == read


@pytest.mark.parametrize(
    ("written", "city"),
    [
        ("서울특별시 중구 세종대로 110", "서울"),
        ("경기 성남시 분당구 불정로 6", "성남시"),
        ("세종특별자치시 도움6로 11", "세종"),
        ("전남 해남군 해남읍 군청길 4", "해남군"),
    ],
)
def test_the_city_is_what_people_call_it(written: str, city: str) -> None:
    address = read_road_address(written)
    assert address is not None
    assert address.city == city


@pytest.mark.parametrize(
    "written", ["", "12 High Street, London", "서울 마포구 서교동 395-166", "하늘로 12", "그냥 글"]
)
def test_what_is_no_such_address_is_left_alone(written: str) -> None:
    assert read_road_address(written) is None


@given(st.text(max_size=80))
def test_nothing_that_is_written_makes_it_stumble(text: str) -> None:
    read_road_address(text)
