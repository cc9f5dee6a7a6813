"""A page whose answer is one sentence: its declared main content is believed, however much stands around it."""

from crawler.extract.html.extractor import extract_html


def test_a_short_main_keeps_what_stands_around_it_out() -> None:
    around = "<div class='town-crumbs'><ul><li><a href='/'>Home</a></li><li>Permits</li></ul></div>"
    form = (
        "<div class='town-contact'><p>" + "Send the office a message through this form on any day. " * 20 + "</p></div>"
    )
    answer = "A permit is cancelled by calling the office that issued it, at no cost."
    body = f"<html><body>{around}<main><h1>Cancel</h1><p>{answer}</p></main>{form}</body></html>"
    found = extract_html(body.encode(), url="http://town.example/cancel")
    assert [block.text for block in found.blocks] == [answer]


def test_an_empty_main_is_passed_over() -> None:
    text = "The office opens at nine on every day of the week but Sunday. " * 12
    body = f"<html><body><main><p>Hours</p></main><div><p>{text}</p></div></body></html>"
    found = extract_html(body.encode(), url="http://town.example/hours")
    assert "opens at nine" in " ".join(block.text for block in found.blocks)
