"""Accordions of the common systems: each question with its answer, each step with its title."""

import pytest

from tests.crawler.extract.reading import body, faqs, said

PAIRS = {
    "How do I report a broken bench?": "Call the parks office at 555-0131.",
    "May I plant a tree?": "Yes, with a permit for $15.",
}

SYSTEMS = {
    "W3Schools": '<button class="accordion">{q}</button><div class="panel"><p>{a}</p></div>',
    "W3Schools collapsible": '<button type="button" class="collapsible">{q}</button><div class="content"><p>{a}</p></div>',
    "buttons without classes": "<button>{q}</button><div><p>{a}</p></div>",
    "hidden beside what is clicked": '<div class="entry"><div class="entry-head" onclick="flip(this)">{q}</div><div class="entry-text" style="height: 0px; overflow: hidden; display: none;"><p>{a}</p></div></div>',
    "hidden below its heading": '<h4 class="q">{q}</h4><div class="a" style="display:none"><p>{a}</p></div>',
    "hidden with a button to show it": "<h3>{q}</h3><button>Show answer</button><div hidden><p>{a}</p></div>",
    "role and tabindex": '<div role="button" tabindex="0">{q}</div><div style="max-height:0;overflow:hidden">{a}</div>',
    "link that does nothing": '<p><a href="#">{q}</a></p><div style="display:none">{a}</div>',
    "tick box": '<input type="checkbox" id="c{n}"><label for="c{n}">{q}</label><div class="fold">{a}</div>',
    "Bootstrap 5": '<div class="accordion-item"><h2 class="accordion-header" id="h{n}"><button class="accordion-button collapsed" type="button" data-bs-toggle="collapse" data-bs-target="#c{n}" aria-expanded="false" aria-controls="c{n}">{q}</button></h2><div id="c{n}" class="accordion-collapse collapse" aria-labelledby="h{n}"><div class="accordion-body">{a}</div></div></div>',
    "Bootstrap 4": '<div class="card"><div class="card-header" id="h{n}"><h5 class="mb-0"><button class="btn btn-link" data-toggle="collapse" data-target="#c{n}">{q}</button></h5></div><div id="c{n}" class="collapse" data-parent="#acc"><div class="card-body">{a}</div></div></div>',
    "ARIA": '<h3><button aria-expanded="false" aria-controls="p{n}">{q}<span aria-hidden="true">+</span></button></h3><div id="p{n}" role="region" hidden>{a}</div>',
    "ARIA, labelled by": '<button id="b{n}" aria-expanded="false"><span>{q}</span></button><div aria-labelledby="b{n}" hidden>{a}</div>',
    "USWDS": '<h4 class="usa-accordion__heading"><button type="button" class="usa-accordion__button" aria-expanded="false" aria-controls="a{n}">{q}</button></h4><div id="a{n}" class="usa-accordion__content usa-prose" hidden><p>{a}</p></div>',
    "GOV.UK": '<div class="govuk-accordion__section"><div class="govuk-accordion__section-header"><h2 class="govuk-accordion__section-heading"><span class="govuk-accordion__section-button" id="s{n}">{q}</span></h2></div><div id="t{n}" class="govuk-accordion__section-content" aria-labelledby="s{n}"><p>{a}</p></div></div>',
    "CivicPlus FAQ": '<li><h3 class="faqQuestion" onclick="toggleAnswer({n})"><span class="number">{n}.</span> <a href="javascript:void(0)">{q}</a></h3><div class="faqAnswer" id="ans{n}" style="display:none">{a}</div></li>',
    "CivicPlus list of terms": '<dl><dt id="q{n}" onclick="showAnswer({n})"><span>{n}. </span><a href="#">{q}</a></dt><dd id="a{n}" style="display: none;">{a}</dd></dl>',
    "details": "<details><summary>{q}</summary><div>{a}</div></details>",
    "WordPress details": '<details class="wp-block-details"><summary>{q}</summary><p>{a}</p></details>',
    "WordPress accordion": '<div class="wp-block-accordion-item"><h3 class="wp-block-accordion-heading"><button type="button" class="wp-block-accordion-heading__toggle"><span class="wp-block-accordion-heading__toggle-title">{q}</span><span class="wp-block-accordion-heading__toggle-icon" aria-hidden="true">+</span></button></h3><div class="wp-block-accordion-panel" role="region"><p>{a}</p></div></div>',
    "Yoast": '<div class="schema-faq-section" id="faq-question-{n}"><strong class="schema-faq-question">{q}</strong> <p class="schema-faq-answer">{a}</p></div>',
    "Rank Math": '<div id="faq-question-{n}" class="rank-math-list-item"><h3 class="rank-math-question">{q}</h3><div class="rank-math-answer"><p>{a}</p></div></div>',
    "Ultimate FAQ": "<div class='ewd-ufaq-faq-div'><div class='ewd-ufaq-faq-title ewd-ufaq-faq-toggle'><a class='ewd-ufaq-post-margin' href='#'><div class='ewd-ufaq-post-margin-symbol'><span>A</span></div><div class='ewd-ufaq-faq-title-text'><h4>{q}</h4></div></a></div><div class='ewd-ufaq-faq-body ewd-ufaq-hidden'><div class='ewd-ufaq-faq-answer'><p>{a}</p></div></div></div>",
    "Elementor": '<div class="elementor-accordion-item"><div id="e{n}" class="elementor-tab-title" data-tab="{n}" role="button" aria-controls="f{n}" aria-expanded="false"><span class="elementor-accordion-icon" aria-hidden="true"></span><a class="elementor-accordion-title" tabindex="0">{q}</a></div><div id="f{n}" class="elementor-tab-content elementor-clearfix" data-tab="{n}" role="region" aria-labelledby="e{n}"><p>{a}</p></div></div>',
    "Easy Accordion": '<div class="ea-card sp-ea-single"><h3 class="ea-header"><a class="collapsed" data-sptoggle="spcollapse" data-sptarget="#k{n}" href="#" aria-controls="k{n}" aria-expanded="false"><i class="ea-expand-icon"></i> {q}</a></h3><div class="sp-collapse spcollapse" id="k{n}" data-parent="#sp"><div class="ea-body"><p>{a}</p></div></div></div>',
    "Kadence": '<div class="kt-accordion-pane"><div class="kt-accordion-header-wrap"><button class="kt-blocks-accordion-header" type="button"><span class="kt-blocks-accordion-title">{q}</span></button></div><div class="kt-accordion-panel kt-accordion-panel-hidden"><div class="kt-accordion-panel-inner"><p>{a}</p></div></div></div>',
    "WPBakery": '<div class="vc_tta-panel" id="v{n}"><div class="vc_tta-panel-heading"><h4 class="vc_tta-panel-title"><a href="#v{n}" data-vc-accordion><span class="vc_tta-title-text">{q}</span></a></h4></div><div class="vc_tta-panel-body"><p>{a}</p></div></div>',
    "Shortcodes Ultimate": '<div class="su-spoiler su-spoiler-closed"><div class="su-spoiler-title" tabindex="0" role="button"><span class="su-spoiler-icon"></span>{q}</div><div class="su-spoiler-content">{a}</div></div>',
    "jQuery UI": '<h3 class="ui-accordion-header" role="tab" aria-controls="u{n}"><span class="ui-icon"></span>{q}</h3><div id="u{n}" class="ui-accordion-content" style="display: none" role="tabpanel">{a}</div>',
    "Squarespace": '<li class="accordion-item"><h4 class="accordion-item__title-wrapper"><button class="accordion-item__click-target" aria-expanded="false" aria-controls="d{n}"><span class="accordion-item__title">{q}</span></button></h4><div class="accordion-item__dropdown" id="d{n}" role="region"><div class="accordion-item__description"><p>{a}</p></div></div></li>',
    "Drupal FAQ": '<div class="faq-qa-header"><div class="faq-question faq-dt-hide-answer">{q}</div></div><div class="faq-qa-hide"><div class="faq-answer faq-dd-hide-answer">{a}</div></div>',
    "Drupal CKEditor accordion": '<dl class="ckeditor-accordion"><dt><a class="ckeditor-accordion-toggler" href="#"><span class="ckeditor-accordion-toggle"></span>{q}</a></dt><dd style="display:none">{a}</dd></dl>',
    "Drupal views accordion": '<h3 class="views-accordion-header">{q}</h3><div class="views-accordion-item"><p>{a}</p></div>',
    "Foundation": '<li class="accordion-item" data-accordion-item><a href="#" class="accordion-title">{q}</a><div class="accordion-content" data-tab-content>{a}</div></li>',
    "UIkit": '<li><a class="uk-accordion-title" href="#">{q}</a><div class="uk-accordion-content">{a}</div></li>',
    "Semantic UI": '<div class="title"><i class="dropdown icon"></i>{q}</div><div class="content" style="display:none">{a}</div>',
}


def accordion(system: str, pairs: dict[str, str] = PAIRS) -> str:
    return "".join(SYSTEMS[system].format(n=n, q=q, a=a) for n, (q, a) in enumerate(pairs.items(), start=1))


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_question_has_its_answer(system: str) -> None:
    page = body(
        f"<main><h1>Page</h1><p>About trees and benches.</p>{accordion(system)}<h2>Office</h2><p>Nine to four.</p></main>"
    )
    assert faqs(page) == PAIRS
    assert [said(page).count(text) for text in (*PAIRS, *PAIRS.values())] == [1, 1, 1, 1]
    assert (page.blocks[-1].heading, page.blocks[-1].text) == (("Office",), "Nine to four.")


STEPS = {"Step 1: Gather papers": "A lease and a photo ID.", "Step 2: Pay": "The fee is $12."}
FOLDED = [
    name for name in SYSTEMS if name not in {"hidden with a button to show it", "Yoast", "Rank Math", "Drupal FAQ"}
]


@pytest.mark.parametrize("system", FOLDED)
def test_the_title_of_a_step_is_kept_with_it(system: str) -> None:
    page = body(f"<main><h1>Page</h1><p>How it goes.</p>{accordion(system, STEPS)}</main>")
    words = said(page)
    read = [words.index(text) for pair in STEPS.items() for text in pair]
    assert read == sorted(read)
    if not faqs(page):
        assert [b.heading[-1].removeprefix("1. ").removeprefix("2. ") for b in page.blocks[1:]] == list(STEPS)


@pytest.mark.parametrize("after", ["<p>{}</p>", "<ul><li>{}</li></ul>", "<p>{}</p><p>More of it.</p>"])
def test_buttons_that_head_plain_text_are_headings(after: str) -> None:
    steps = "".join(f"<button type=button>{title}</button>{after.format(text)}" for title, text in STEPS.items())
    page = body(f"<main><h1>Page</h1>{steps}</main>")
    assert list(dict.fromkeys(b.heading[-1] for b in page.blocks)) == list(STEPS)


@pytest.mark.parametrize(
    "word", ["Show", "Show more", "Read more", "Read more »", "Print", "Print this page", "Expand all", "Close"]
)
@pytest.mark.parametrize(
    "tag", ["<button>{}</button>", "<a href='/more'>{}</a>", "<a href='#'>{}</a>", "<span role=button>{}</span>"]
)
def test_words_on_what_is_clicked_are_no_text(word: str, tag: str) -> None:
    page = body(f"<main><p>Benches are painted in May.</p>{tag.format(word)}<p>They dry for two days.</p></main>")
    assert [b.text for b in page.blocks] == ["Benches are painted in May.", "They dry for two days."]


@pytest.mark.parametrize(
    "title", ["Open burning", "Next steps", "Search warrants", "Details of the plan", "More parking"]
)
def test_titles_that_begin_like_a_control_are_titles(title: str) -> None:
    page = body(
        f'<main><h1>Page</h1><button aria-expanded="false" aria-controls="p">{title}</button><div id="p">From May.</div></main>'
    )
    assert page.blocks[0].heading == (title,)


def test_terms_of_an_faq_page_are_questions_without_a_mark() -> None:
    page = body(
        "<main><h1>FAQ</h1><dl class=accordion><dt>Lost pets<dd>Call the shelter.<dt>Found pets<dd>Call us.</dl></main>",
        head="<title>FAQ</title>",
    )
    assert faqs(page) == {"Lost pets": "Call the shelter.", "Found pets": "Call us."}


def test_buttons_that_do_something_are_no_titles() -> None:
    cards = "<button>Apply now</button><div>Takes two days.</div>" * 3
    page = body(f"<main><h1>Page</h1>{cards}</main>")
    assert "Apply now" not in said(page)
    assert "Takes two days." in said(page)


@pytest.mark.parametrize("call", ["openTab(event, 'one')", "show(&quot;#one&quot;)", "return toggle('x', 'one');"])
@pytest.mark.parametrize("tag", ["button", "a href='#'", "li"])
def test_tabs_that_a_script_names_have_their_titles(call: str, tag: str) -> None:
    tabs = "".join(
        f'<{tag} class=t onclick="{call.replace("one", id)}">{title}</{tag.split()[0]}>'
        for id, title in (("one", "Residents"), ("two", "Visitors"))
    )
    panes = "<div id=one class=pane>Pay $5.</div><div id=two class=pane style='display:none'>Pay $9.</div>"
    page = body(f"<main><h2>Passes</h2><p>Sold at the desk.</p><div>{tabs}</div>{panes}</main>")
    assert [(block.heading[1:], block.text) for block in page.blocks[1:]] == [
        (("Residents",), "Pay $5."),
        (("Visitors",), "Pay $9."),
    ]
