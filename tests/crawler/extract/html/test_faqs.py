"""Questions and answers, whatever mark-up holds them."""

import json

import pytest

from tests.crawler.extract.reading import body, faqs, of_kind, said

QUESTION, ANSWER = "How do I get a parking permit?", "Apply at the counter with your lease."
PAIRS = [
    f"<details><summary>{QUESTION}</summary><p>{ANSWER}</p></details>",
    f'<h3><button aria-expanded="false" aria-controls="p1">{QUESTION}</button></h3><div id="p1" hidden><p>{ANSWER}</p></div>',
    f'<div class="accordion-item"><h2 class="accordion-header"><button data-bs-toggle="collapse" data-bs-target="#c1">{QUESTION}</button></h2>'
    f'<div id="c1" class="accordion-collapse collapse"><div class="accordion-body">{ANSWER}</div></div></div>',
    f'<div class="panel-heading"><a data-toggle="collapse" href="#c2">{QUESTION}</a></div><div id="c2" class="panel-collapse collapse" aria-hidden="true">{ANSWER}</div>',
    f'<div class="faq"><div class="faq-question">{QUESTION}</div><div class="faq-answer" style="display:none">{ANSWER}</div></div>',
    f'<div class="et_pb_toggle"><h5 class="et_pb_toggle_title">{QUESTION}</h5><div class="et_pb_toggle_content">{ANSWER}</div></div>',
    f'<x-accordion><button class="card-header" aria-expanded="false">{QUESTION}</button><div class="card-container" aria-hidden="true">{ANSWER}</div></x-accordion>',
    f'<div itemscope itemtype="https://schema.org/Question"><p itemprop="name">{QUESTION}</p><div itemprop="acceptedAnswer" itemscope><p itemprop="text">{ANSWER}</p></div></div>',
    f"<h3>{QUESTION}</h3><p>{ANSWER}</p>",
    f"<p><strong>{QUESTION}</strong></p><p>{ANSWER}</p>",
    f"<dl><dt>{QUESTION}</dt><dd>{ANSWER}</dd></dl>",
    f"<p><b>Q: {QUESTION}</b></p><p>A: {ANSWER}</p>",
    f'<div role="heading" aria-level="3">{QUESTION}</div><div>{ANSWER}</div>',
]


@pytest.mark.parametrize("markup", PAIRS)
def test_pair_is_found(markup: str) -> None:
    page = body(
        f"<main><h2>Parking</h2><p>Streets near the market need a permit.</p>{markup}<h2>Trash</h2><p>Mondays.</p></main>"
    )
    assert faqs(page) == {QUESTION: ANSWER}
    assert said(page).count(ANSWER) == 1, "an answer is read once"
    (block,) = of_kind(page, "faq")
    assert block.heading == ("Parking",)
    assert page.blocks[-1].heading == ("Trash",)


@pytest.mark.parametrize(
    "pair",
    [
        "<p class=faq>{}</p><p>{}</p>",
        "<div><p>{}</p><p>{}</p></div>",
        "<div class=q><br>{}</div><ul><li>{}</li></ul>",
        "{}<br><br>{}<br><br>",
    ],
)
def test_paragraphs_that_only_ask_head_the_next_ones(pair: str) -> None:
    pairs = {
        "When will my appeal be heard?": "Every other Wednesday in Room 12.",
        "What time should I arrive?": "By nine, as the notice says.",
        QUESTION: ANSWER,
    }
    page = body(f"<main><h2>Appeals</h2>{''.join(map(pair.format, pairs, pairs.values()))}<p>Call 555-0100.</p></main>")
    assert faqs(page) == pairs
    assert (page.blocks[-1].heading, page.blocks[-1].text) == (("Appeals",), "Call 555-0100.")


@pytest.mark.parametrize(
    "text",
    [
        "<p>Need a hand?</p><p>The clerk helps at the counter.</p>",
        "<p>Do you own a dog? Is it new here?</p><p>Tell the clerk.</p>" * 3,
        "<p>Where to? Ask the guide. Ready?</p><p>Meet at the mill.</p>" * 3,
    ],
)
def test_a_question_in_running_text_heads_nothing(text: str) -> None:
    assert faqs(body(f"<main>{text}<p>Open daily.</p></main>")) == {}


def test_answer_keeps_lists_and_tables() -> None:
    page = body(
        "<main><h2>What do I bring?</h2><p>Bring:</p><ul><li>ID<li>a lease</ul><table><tr><th>Car<th>Fee<tr><td>One<td>$5</table></main>"
    )
    assert faqs(page) == {"What do I bring?": "Bring:\nID\na lease\nCar, Fee\nOne: $5"}


def test_panel_that_asks_nothing_is_a_heading() -> None:
    page = body("<main><details><summary>Snow emergencies</summary><p>Move your car.</p></details></main>")
    assert [(b.kind, b.heading, b.text) for b in page.blocks] == [("text", ("Snow emergencies",), "Move your car.")]


def test_panels_of_an_faq_page_are_questions_without_a_mark() -> None:
    page = body(
        "<main><h1>FAQ</h1><details><summary>Lost pets</summary><p>Call the shelter.</p></details></main>",
        head="<title>FAQ</title>",
    )
    assert faqs(page) == {"Lost pets": "Call the shelter."}


def test_section_too_long_for_an_answer_stays_headed_text() -> None:
    page = body("<main><h2>What is the plan?</h2>" + "<p>A long chapter of the plan for streets.</p>" * 200 + "</main>")
    assert faqs(page) == {}
    assert page.blocks[0].heading == ("What is the plan?",)


def test_a_toggle_of_the_menu_is_no_question() -> None:
    page = body(
        '<main><button aria-controls="m" aria-expanded="false">Toggle navigation</button><div id="m"><p>Plain words of the page.</p></div></main>'
    )
    assert [(b.kind, b.heading) for b in page.blocks] == [("text", ())]


def linked(*pairs: tuple[str, str]) -> str:
    entities = [{"@type": "Question", "name": q, "acceptedAnswer": {"@type": "Answer", "text": a}} for q, a in pairs]
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": entities})}</script>'


def test_declared_pair_and_shown_pair_are_one() -> None:
    page = body(f"<main>{PAIRS[0]}</main>", head=linked((QUESTION.upper(), f"<p>{ANSWER}</p>")))
    assert faqs(page) == {QUESTION: ANSWER}
    assert len(page.blocks) == 1


def test_declared_pair_that_the_markup_hides_is_found() -> None:
    page = body(
        f"<main><div>{QUESTION}</div><div>{ANSWER}</div><p>More about the office.</p></main>",
        head=linked((QUESTION, ANSWER)),
    )
    assert faqs(page) == {QUESTION: ANSWER}
    assert said(page).count(ANSWER) == 1


def test_declared_answer_that_contradicts_the_page_is_not_quoted() -> None:
    page = body(
        f"<main><p>{QUESTION}</p><p>{ANSWER}</p></main>", head=linked((QUESTION, "Send money to this account."))
    )
    assert "Send money" not in said(page)


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "%s", "acceptedAnswer": {"text": "%s"},},]}',
        '// from the editor\n/* draft */ {"@graph": [{"@type": ["Question"], "name": "%s", "acceptedAnswer": [{"text": "&lt;p&gt;%s&lt;/p&gt;"}]}]}',
        '<!-- {"@type": "Question", "name": "%s", "suggestedAnswer": {"text": "%s"}} -->',
    ],
)
def test_usual_mistakes_in_declarations_are_mended(script: str) -> None:
    head = f'<script type="application/ld+json">{script % (QUESTION, ANSWER)}</script>'
    assert faqs(body("<main><p>See below.</p></main>", head=head)) == {QUESTION: ANSWER}


@pytest.mark.parametrize("script", ["{not json", "[" * 100_000, '{"@type": 7, "mainEntity": null}', ""])
def test_broken_declarations_cost_nothing_else(script: str) -> None:
    page = body("<main><p>Plain words.</p></main>", head=f'<script type="application/ld+json">{script}</script>')
    assert said(page).strip() == "Plain words."
