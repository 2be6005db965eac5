from domain.words import Role
from tests.gateways.http.desk import ROADS, Desk

R = Role
EPISODE = {
    "episode": "2026-03-02",
    "aired_on": "2026-03-02",
    "station": "新闻综合频率",
    "units": [{"unit": ROADS, "leader": "王局长", "post": "局长"}],
    "calls_aired": 6,
    "closed_live": 2,
}


def test_an_episode_is_recorded_once_and_put_right_by_telling_it_anew(desk: Desk) -> None:
    first = desk.send("POST", "/api/v1/episodes", R.PRODUCER, json=EPISODE)
    again = desk.send("POST", "/api/v1/episodes", R.SUPERVISOR, json=EPISODE)
    right = desk.send("POST", "/api/v1/episodes", R.PRODUCER, json={**EPISODE, "closed_live": 3})
    assert [answer.status_code for answer in (first, again, right)] == [201, 200, 201]
    assert first.json() == again.json()
    (held,) = desk.get("/api/v1/episodes?quarter=2026Q1", R.PRODUCER).json()["items"]
    assert held == {**EPISODE, "closed_live": 3, "position": right.json()["position"], "units": held["units"]}


def test_an_episode_of_another_quarter_is_not_among_them(desk: Desk) -> None:
    desk.send("POST", "/api/v1/episodes", R.PRODUCER, json=EPISODE)
    assert desk.get("/api/v1/episodes?quarter=2025Q4", R.PRODUCER).json() == {"items": []}


def test_an_episode_without_a_unit_on_air_is_refused_by_its_field(desk: Desk) -> None:
    answer = desk.send("POST", "/api/v1/episodes", R.PRODUCER, json={**EPISODE, "units": []})
    assert (answer.status_code, answer.json()["field"]) == (422, "units")


def test_the_barometer_reads_three_quarters(desk: Desk) -> None:
    desk.call()
    reading = desk.get("/api/v1/stats/barometer?quarter=2026Q1&by=kind", R.SUPERVISOR).json()
    assert (reading["quarter_before"], reading["year_before"]) == ("2025Q4", "2025Q1")
    assert [(line["group"], line["now"]) for line in reading["lines"]] == [("投诉", 1)]
