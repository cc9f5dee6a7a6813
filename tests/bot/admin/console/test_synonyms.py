"""The console's page of words that mean the same."""

from tests.bot.admin.back_ends import BackEnds
from tests.bot.admin.conftest import NAME, Browser


def test_rules_show_what_they_say_where_they_hold_and_who_changed_them(browser: Browser) -> None:
    text = browser.get("/admin/synonyms").text
    for words in (
        "trash = refuse",
        "every city",
        "starter list",
        "stands for Board of Revision of Taxes",
        "switched off",
    ):
        assert words in text
    assert "trash = refuse" not in browser.get("/admin/synonyms?city=alder-falls").text


def test_a_rule_is_added_and_the_audit_log_tells_of_it(browser: Browser, held: BackEnds) -> None:
    page = browser.post("/admin/synonyms", terms="curb cart\r\n toter = bin \n\n", meaning="", city="")
    wanted = {"terms": ["curb cart", "toter", "bin"], "meaning": "", "active": True, "by": NAME}
    assert held.calls == [("synonym", (9, wanted))]
    assert "It counts in the next question." in page.text
    log = browser.get("/admin/audit").text
    assert "synonym.put" in log
    assert "curb cart = toter = bin" in log


def test_a_refused_rule_keeps_what_was_typed(browser: Browser, held: BackEnds) -> None:
    page = browser.post("/admin/synonyms", terms="<b>alone", meaning="", city="port-maren")
    assert page.status_code == 400
    assert "One term alone means nothing else" in page.text
    assert "&lt;b&gt;alone</textarea>" in page.text
    assert '<option value="port-maren" selected>' in page.text
    assert "synonym.put" not in browser.get("/admin/audit").text


def test_a_rule_is_changed_in_its_place(browser: Browser, held: BackEnds) -> None:
    page = browser.get("/admin/synonyms?edit=2")
    assert "Change rule 2" in page.text
    assert 'value="Board of Revision of Taxes"' in page.text
    browser.post("/admin/synonyms", id="2", terms="BRT", meaning="Board of Revision", city="alder-falls")
    wanted = {"terms": ["BRT"], "meaning": "Board of Revision", "city": "alder-falls", "active": True, "by": NAME}
    assert held.calls == [("synonym", (2, wanted))]
    assert browser.get("/admin/synonyms?edit=77").status_code == 404
    assert browser.post("/admin/synonyms", id="x", terms="a").status_code == 400


def test_rules_are_switched_off_and_removed(browser: Browser, held: BackEnds) -> None:
    page = browser.post("/admin/synonyms/1/active", active="false")
    assert "Switched off: trash = refuse" in page.text
    browser.post("/admin/synonyms/2/remove")
    assert held.calls == [("switch", (1, {"active": False, "by": NAME})), ("unsynonym", 2)]
    log = browser.get("/admin/audit").text
    assert "synonym.switch" in log
    assert "synonym.remove" in log


def test_a_file_is_imported_and_bad_rows_are_shown_by_line(browser: Browser, held: BackEnds) -> None:
    data = b"terms\na = b\n"
    page = browser.post("/admin/synonyms/import", files={"file": ("s.csv", data, "text/csv")}, city="port-maren")
    assert held.calls == [("import synonyms", (data, "port-maren", NAME))]
    assert "1 added, 0 changed, 0 the same, 1 not taken." in page.text
    refused = browser.post("/admin/synonyms/import", files={"file": ("s.csv", b"a,b\n", "text/csv")}, city="")
    assert refused.status_code == 400
    assert "must name the column terms" in refused.text
    assert browser.get("/admin/synonyms.csv").headers["content-disposition"] == 'attachment; filename="synonyms.csv"'


def test_the_explanation_tells_which_other_words_were_looked_for(browser: Browser, held: BackEnds) -> None:
    held.explanation = {
        "read_as": "where is the BRT (Board of Revision of Taxes)",
        "synonyms": [{"asked": "BRT", "also": ["Board of Revision of Taxes"], "rules": [2]}],
    }
    text = browser.get("/admin/why?text=where is the BRT").text
    assert "Board of Revision of Taxes</span>." in text
    assert "where is the BRT (Board of Revision of Taxes)" in text
