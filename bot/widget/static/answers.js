/* Turns answers into elements. Text from pages and people is only ever set as text. */
import { _, language } from "./texts.js";

const LINKED = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])|((?:\+1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4})(?!\d)/g;

/** An element with a class and children; strings become text nodes. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** The address when it is http or https, else null: a page can call itself `javascript:`. */
export function webAddress(value) {
  try {
    const url = new URL(value);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the chat, so that the conversation stays. */
export function link(href, text) {
  const made = element("a", "", text, element("span", "vh", ` ${_("(opens in a new tab)")}`));
  made.href = href;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

/** `text` with its web addresses and phone numbers made into links. */
export function linked(text) {
  const parts = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(LINKED)) {
    parts.append(text.slice(from, match.index));
    const address = match[1] && webAddress(match[1]);
    if (address) parts.append(link(address, match[1]));
    else if (match[2]) parts.append(dial(match[2]));
    else parts.append(match[0]);
    from = match.index + match[0].length;
  }
  parts.append(text.slice(from));
  return parts;
}

function dial(number) {
  const made = element("a", "", number);
  made.href = `tel:${number.replace(/[^\d+]/g, "")}`;
  return made;
}

/** `text` with `<mark>` around the ranges, which count code points (JavaScript strings count UTF-16 units). */
export function marked(text, ranges) {
  const points = Array.from(text);
  const parts = document.createDocumentFragment();
  let done = 0;
  for (const [start, end] of sorted(ranges)) {
    const from = Math.max(start, done);
    const to = Math.min(end, points.length);
    if (from >= to) continue;
    parts.append(points.slice(done, from).join(""), element("mark", "", points.slice(from, to).join("")));
    done = to;
  }
  parts.append(points.slice(done).join(""));
  return parts;
}

function sorted(ranges) {
  const good = (Array.isArray(ranges) ? ranges : []).filter((r) => Array.isArray(r) && Number.isInteger(r[0]) && Number.isInteger(r[1]));
  return good.sort((a, b) => a[0] - b[0]);
}

/** "12 Nov 2026" of an ISO date or time, or as the language writes it; null when it is neither. */
export function day(iso) {
  const moment = new Date(iso ?? NaN);
  if (Number.isNaN(moment.getTime())) return null;
  if (language() === "en") return moment.toUTCString().slice(5, 16).replace(/^0/, "");
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeZone: "UTC" }).format(moment);
}

/** One answer as an article. `places` knows each jurisdiction by id; one that `said` names already is not named twice. */
export function answerCard(answer, places, said = "") {
  const card = element("article", "answer");
  const place = places[answer.jurisdiction];
  if (place && place.level !== "city" && !said.includes(place.name)) card.append(element("p", "layer", _("From {place}", { place: place.name })));
  if (answer.confidence === "low") card.append(element("p", "unsure", _("I am not sure that this answers your question.")));
  if (answer.kind === "faq" && answer.question) card.append(auto(element("p", "asked", String(answer.question)), answer.lang));
  const quote = auto(element("blockquote", "", marked(String(answer.excerpt ?? ""), answer.highlights)), answer.lang);
  card.append(quote);
  const address = webAddress(answer.url);
  const title = sourceTitle(answer, Boolean(address));
  if (address) quote.cite = address;
  const from = auto(element("p", "from", address ? link(address, title) : title), answer.lang);
  if (answer.heading && answer.heading !== title) from.append(element("span", "heading", ` › ${answer.heading}`));
  card.append(from);
  const fresh = freshness(answer);
  if (fresh) card.append(fresh);
  return card;
}

/** What the source is called. A FAQ's title is its question, which stands above already. */
function sourceTitle(answer, linked) {
  if (answer.kind === "faq" && (!answer.title || answer.title === answer.question)) return linked ? _("More on the official page") : _("From the city’s own FAQ");
  return String(answer.title || answer.url);
}

function freshness(answer) {
  const checked = day(answer.checked_at);
  const dated = day(answer.page_date);
  const alone = dated && (checked ? _("page dated {date}", { date: dated }) : _("Page dated {date}", { date: dated }));
  const parts = [checked && _("Checked {date}", { date: checked }), alone].filter(Boolean).join(" · ");
  return parts ? element("p", "fresh", parts) : null;
}

/** Lets each text choose its own direction, and keeps an override character from leaving it; `language` is its own. */
function auto(made, language) {
  made.dir = "auto";
  if (language) made.lang = String(language);
  return made;
}
