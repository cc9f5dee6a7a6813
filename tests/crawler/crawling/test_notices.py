"""Notices are told from pages by what they say as a whole, not by words of a title."""

import pytest

from crawler.crawling.notices import notice_in
from crawler.extract.html.extractor import extract_html
from tests.crawler.site import html

PASSWORD = '<form><input name="user"><input type="password" name="word"></form>'

PAGES = {
    "401 Mill Street Ramp": "The ramp at 401 Mill Street opens at 6 a.m. The first two hours are free, then $2 an hour.",
    "403(b) Retirement Plan": "Staff may join the 403(b) plan after 60 days. Ask the benefits desk in room 12.",
    "404 Oak Avenue Rezoning": "The hearing about 404 Oak Avenue is on May 4. The file can be seen at the planning desk.",
    "Unauthorized Tree Removal": "Report unauthorized tree removal to 555-0144. The fine for a first offence is $310.",
    "Forbidden Plants": "Running bamboo is forbidden within ten feet of a lot line. Ask the parks office for a list.",
    "Access Denied to Playground After Dark": "Gates close at 9 p.m. Access to the playground is denied until 6 a.m.",
    "Scheduled Maintenance of Parks": "Crews mow every Tuesday. The splash pad is closed for maintenance until June 3. We will be back soon!",
    "Maintenance": "The maintenance division repairs signs and mows medians. Call 555-0160 to report a broken sign.",
    "Service Unavailable on Labor Day": "Bus service is unavailable on Labor Day. Route 4 starts again on Tuesday at 5 a.m.",
    "Sign In to Pay a Parking Ticket": "Sign in with your ticket number. A card payment costs $1.95 more; tickets double after 21 days.",
    "Login Help": "Please log in to view your bills. Forgot your password? Call 555-0171 between 8 and 5; have your bill at hand.",
    "Just a Moment - Column of the Mayor": "The fountain is repaired. Join us on May 2 at noon for the opening.",
    "Attention Required: Boil Water": "Boil water for one minute before drinking until May 9. Questions: 555-0122.",
    "Files Not Found at the Archive": "Deeds before 1890 were lost in the fire. Ask the county for copies; a search costs $12.",
}  # fmt: skip

BLOCKED = {
    "Access Denied": "You don't have permission to access this page on this server. Reference #18.2f3.99",
    "Attention Required! | Cloudflare": "Sorry, you have been blocked. You are unable to access alderfalls.example. Cloudflare Ray ID: 8f2",
    "alderfalls.example": "Please enable cookies. Performing security verification. Verifying you are human. This may take a few seconds.",
    "Request Rejected": "The requested URL was rejected. Please consult with your administrator. Your support ID is: 4411",
    "Just a moment...": "Enable JavaScript and cookies to continue",
    "Error": "Request unsuccessful. Incapsula incident ID: 1-2-3",
    "Site Maintenance": "Our website is down for scheduled maintenance. We expect to be back on Sunday at 6 a.m. Thank you for your patience.",
    "Town of Alder Falls": "The website is temporarily unavailable. Please try again later.",
    "Members Only": "You must be logged in to view this page.",
    "Login - Town of Alder Falls": "Please sign in to continue. Forgot your password?",
    "Town Portal": "Your session has expired. Please log in again.",
}

MISSING = {
    "Page Not Found - Town of Alder Falls": "Sorry, nothing to see at this place.",
    "404": "The page you requested could not be found.",
    "Town of Alder Falls": "Oops! That page can't be found. Try the search box.",
    "Error 404 | Alder Falls": "We're sorry, but the page you are looking for has been moved or deleted. Return to the home page.",
    "File not found": "The requested document does not exist on this server.",
}


def judged(title: str, text: str, extra: str = "") -> tuple[bool, bool]:
    """(is a notice, says that the page is missing)."""
    body = html(title, text).replace("</main>", extra + "</main>").encode()
    notice = notice_in(extract_html(body, url="https://alderfalls.example/a"), body)
    return notice is not None, notice is not None and notice.missing


@pytest.mark.parametrize("title", PAGES)
def test_a_page_whose_title_sounds_like_a_notice_is_a_page(title: str) -> None:
    assert judged(title, PAGES[title]) == (False, False)


@pytest.mark.parametrize("title", [title for title in PAGES if "Sign In" not in title and "Login" not in title])
def test_a_log_in_box_beside_the_text_makes_no_page_a_log_in_wall(title: str) -> None:
    assert judged(title, PAGES[title], PASSWORD) == (False, False)


@pytest.mark.parametrize("title", BLOCKED)
def test_a_refusal_a_log_in_wall_and_a_maintenance_notice_are_no_pages(title: str) -> None:
    assert judged(title, BLOCKED[title]) == (True, False)


@pytest.mark.parametrize("title", MISSING)
def test_an_error_sent_as_a_page_is_a_missing_page(title: str) -> None:
    assert judged(title, MISSING[title]) == (True, True)


def test_a_log_in_form_is_seen_by_its_password_field() -> None:
    assert judged(
        "Citizen Access", "Enter your e-mail and password to go on. Accounts are for permit holders.", PASSWORD
    )[0]
    assert judged("Staff", "", PASSWORD.replace("<form>", "<form hidden>"))[0]


def test_a_long_page_is_never_a_notice() -> None:
    text = "If a page cannot be found, the address may be out of date. " * 40
    assert judged("Page not found", text) == (False, False)
