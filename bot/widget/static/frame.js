/* The chat in its frame: input, message list, choices, and the few words it says to the page around it. */
import { answerCard, element, linked } from "./answers.js";
import { Conversation, NoReply } from "./chat.js";
import { _, learnWords, speak } from "./texts.js";

const KEPT_TURNS = 40;
const page = document.body.dataset;
const parentOrigin = page.parent;
const framed = window.parent !== window && parentOrigin;
const places = JSON.parse(page.places);
const limit = Number(page.limit);
const talk = new Conversation(page.city);
const turns = talk.kept.read("turns") ?? [];

const log = document.getElementById("log");
const form = document.getElementById("composer");
const input = document.getElementById("question");
const send = document.getElementById("send");
const count = document.getElementById("count");
const status = document.getElementById("status");
const welcome = document.getElementById("welcome");
const closer = document.getElementById("close");
let asking = false;
let listening = 0;
tell("here"); // what comes below may wait for words

/* --- showing --------------------------------------------------------------------------- */

function show(turn, { live = true } = {}) {
  const made = turn.mine ? mine(turn.text) : theirs(turn.messages, live);
  log.append(made);
  return made;
}

function mine(text) {
  const said = element("p", "said", element("span", "vh", _("You asked:"), " "), text);
  said.dir = "auto";
  return element("div", "turn mine", said);
}

function theirs(messages, live) {
  const turn = element("div", "turn theirs");
  for (const message of messages) {
    turn.lang = speak(message.lang);
    if (message.text) {
      const said = element("p", "said", linked(String(message.text)));
      said.dir = "auto";
      if (message.lang) said.lang = message.lang;
      turn.append(said);
    }
    for (const answer of message.answers ?? []) turn.append(answerCard(answer, places, String(message.text ?? "")));
    if (live && message.choices?.length) turn.append(choices(message.choices, Boolean(message.answers?.length)));
  }
  return turn;
}

function choices(given, afterAnswer) {
  const group = element("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", afterAnswer ? _("Did this answer your question?") : _("Choices"));
  if (afterAnswer) {
    const words = element("p", "ask", _("Did this answer your question?"));
    words.setAttribute("aria-hidden", "true"); // the group is named with the same words
    group.append(words);
  }
  for (const choice of given.slice(0, 6)) group.append(choiceButton(String(choice.label), String(choice.text)));
  return group;
}

function choiceButton(label, text) {
  const button = element("button", "", label);
  button.type = "button";
  button.addEventListener("click", () => {
    if (asking) return;
    log.focus({ preventScroll: true }); // the button goes away; focus must not
    ask(text, label);
  });
  return button;
}

function problem(reason, text, label) {
  const turn = element("div", "turn theirs problem", element("p", "said", reason.message));
  if (reason.again) {
    const group = element("div", "choices");
    const button = element("button", "", _("Try again"));
    button.type = "button";
    button.addEventListener("click", () => {
      if (asking) return;
      log.focus({ preventScroll: true });
      turn.remove();
      answer(text, label);
    });
    group.append(button);
    turn.append(group);
  }
  log.append(turn);
  reveal(turn);
}

function reveal(turn) {
  // The start of a long answer matters more than its end.
  const scroller = log.scrollHeight > log.clientHeight ? log : document.scrollingElement;
  const top = turn.getBoundingClientRect().top - log.getBoundingClientRect().top;
  if (scroller === log) log.scrollTop += Math.min(top - 8, log.scrollHeight);
  else turn.scrollIntoView({ block: "nearest" });
}

function busy(words) {
  status.replaceChildren();
  if (!words) return;
  const dots = element("span", "dots", element("i"), element("i"), element("i"));
  dots.setAttribute("aria-hidden", "true");
  status.append(dots, words);
}

/* --- asking ---------------------------------------------------------------------------- */

async function ask(text, label = text) {
  log.querySelectorAll(".choices, .problem").forEach((old) => old.remove()); // they belong to the turn before
  keep({ mine: true, text: label });
  reveal(show(turns.at(-1)));
  await answer(text, label);
}

async function answer(text, label) {
  asking = true;
  send.setAttribute("aria-disabled", "true");
  busy(_("Looking for an answer…"));
  try {
    const messages = await talk.ask(text);
    busy("");
    if (!messages.length && !talk.staffAfter) throw new NoReply(_("No answer came back."));
    if (messages.length) await told(messages);
    else status.textContent = _("Passed on to the staff.");
    if (talk.staffAfter) listenToStaff(talk.staffAfter); // it ends by itself
  } catch (error) {
    busy("");
    problem(error instanceof NoReply ? error : new NoReply(_("Something went wrong on this page.")), text, label);
  } finally {
    asking = false;
    send.removeAttribute("aria-disabled");
  }
}

async function told(messages) {
  await learn(messages);
  keep({ mine: false, messages });
  reveal(show(turns.at(-1)));
}

/** While staff have the talk, asks now and then for what they wrote. */
function listenToStaff(seconds) {
  clearTimeout(listening);
  talk.kept.write("listening", seconds);
  if (seconds) listening = setTimeout(async () => {
    const { messages, again } = await talk.staffReplies();
    if (messages.length) {
      if (!asking) busy("");
      await told(messages);
    }
    listenToStaff(again);
  }, seconds * 1000);
}

/** Fetches words of another language, and the names of layers this page does not know yet (the resident changed city). */
async function learn(messages) {
  for (const message of messages) await learnWords(message.lang, talk.kept);
  const seen = messages.flatMap((m) => m.answers ?? []).map((a) => String(a.jurisdiction));
  const unknown = [...new Set(seen)].filter((id) => id && !(id in places)).slice(0, 10);
  if (!unknown.length) return;
  try {
    const response = await fetch(`/widget/places?${new URLSearchParams(unknown.map((id) => ["id", id]))}`, { signal: AbortSignal.timeout(2000) });
    if (response.ok) Object.assign(places, await response.json());
  } catch { /* the answer is shown without its layer's name */ }
}

function keep(turn) {
  turns.push(turn);
  turns.splice(0, Math.max(0, turns.length - KEPT_TURNS));
  talk.kept.write("turns", turns);
}

function submit() {
  const text = input.value.trim();
  if (!text || asking) { input.focus(); return; }
  input.value = "";
  measure();
  input.focus();
  ask(text);
}

function measure() {
  const left = limit - input.value.length;
  count.hidden = left > limit / 5;
  count.classList.toggle("near", left <= 20);
  const words = count.hidden ? "" : _("Characters left: {count}", { count: left });
  // Announced at the threshold and near the end, not at each key.
  if (count.textContent !== words) count.textContent = words;
  count.setAttribute("aria-live", left <= 20 || left === Math.floor(limit / 5) ? "polite" : "off");
}

/* --- the page around ------------------------------------------------------------------- */

function tell(kind) {
  if (framed) window.parent.postMessage({ townclerk: kind }, parentOrigin);
}

const DARK = { "": "(prefers-color-scheme: dark)", light: "not all", dark: "all" };

function listen(event) {
  if (!framed || event.source !== window.parent || event.origin !== parentOrigin) return;
  const { townclerk: kind, text, questions, greeting, inline, scheme } = Object(event.data);
  if (kind === "focus") input.focus();
  if (kind === "scheme") for (const sheet of document.querySelectorAll("[data-dark]")) sheet.media = DARK[scheme];
  if (kind === "suggest") {
    if (greeting) document.getElementById("greeting").textContent = String(greeting);
    closer.hidden = Boolean(inline);
    if (Array.isArray(questions)) suggest(questions);
  }
  if (kind === "ask" && typeof text === "string" && text.trim() && !asking) { input.focus(); ask(text.trim().slice(0, limit)); }
}

function suggest(questions) {
  if (turns.length || !questions.length) return;
  const group = element("div", "choices starters");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", _("Questions others ask"));
  for (const one of questions.slice(0, 4)) group.append(choiceButton(String(one), String(one)));
  welcome.append(group);
}

function restart() {
  listenToStaff(0);
  talk.forget();
  turns.length = 0;
  log.replaceChildren(welcome);
  welcome.querySelector(".choices")?.remove();
  busy("");
  input.focus();
}

/* --- start ----------------------------------------------------------------------------- */

for (const turn of turns) for (const message of turn.messages ?? []) await learnWords(message.lang, talk.kept);
log.setAttribute("aria-busy", "true"); // what was said before is not announced again
turns.forEach((turn, at) => show(turn, { live: at === turns.length - 1 }));
log.removeAttribute("aria-busy");
log.scrollTop = log.scrollHeight;

listenToStaff(talk.session && talk.kept.read("listening") ? 1 : 0);
form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
input.addEventListener("input", measure);
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && framed) tell("close"); });
document.getElementById("restart").addEventListener("click", restart);
closer.hidden = !framed;
closer.addEventListener("click", () => tell("close"));
window.addEventListener("message", listen);
window.visualViewport?.addEventListener("resize", () => { if (document.activeElement === input) log.scrollTop = log.scrollHeight; });
send.disabled = false; // until here the browser would have sent the form itself, to nowhere
measure();
if (/\S\s*\n$/.test(input.value)) submit(); // Enter, pressed before this script had come
tell("ready");
