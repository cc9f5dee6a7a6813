/* A phone that texts a city through the carrier simulator: POST /phone/send, GET /phone/messages. */

const WAIT = 1000; // ms between two looks; none while the page is hidden
const SLOW = 5000; // after a minute without a change, or when the simulator does not answer
const STEADY = 60; // looks without a change before it slows down

const byId = (id) => document.getElementById(id);
const phone = byId("phone");
const city = byId("city");
const texts = byId("texts");
const body = byId("body");
const status = byId("status");
const size = byId("size");
const shown = new Map(); // message id -> element
let timer = 0;
let idle = 0;

function say(words, bad = false) {
  status.textContent = words;
  status.classList.toggle("bad", bad);
}

async function read(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error?.message ?? `The simulator answered ${response.status}.`);
  return answer;
}

async function send(text) {
  if (!text.trim()) return;
  say("Sending…");
  try {
    const message = { from: phone.value, to: city.value, body: text };
    await read(await fetch("/phone/send", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(message), signal: AbortSignal.timeout(20_000) }));
    say("");
    look();
  } catch (error) {
    say(reason(error), true);
    if (!body.value) body.value = text; // nothing typed is lost
  }
}

const reason = (error) => (error instanceof TypeError || error.name === "TimeoutError" ? "The simulator does not answer. Is Townclerk running?" : error.message);

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  const mine = phone.value;
  let wait = WAIT;
  try {
    const answer = await read(await fetch(`/phone/messages?${new URLSearchParams({ number: mine })}`, { signal: AbortSignal.timeout(5000) }));
    if (mine !== phone.value) return;
    idle = show(answer.messages) ? 0 : idle + 1;
    if (status.classList.contains("bad") && !body.value) say("");
    if (idle > STEADY) wait = SLOW;
  } catch (error) {
    say(reason(error), true);
    wait = SLOW;
  }
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

function show(messages) {
  const talk = messages.filter((m) => m.from === city.value || m.to === city.value).slice(-200);
  let changed = false;
  if (talk.length) texts.querySelector(".empty")?.remove();
  for (const message of talk) {
    const state = footnote(message);
    const known = shown.get(message.id);
    if (known) {
      if (known.lastChild.textContent !== state) { note(known, message, state); changed = true; }
      continue;
    }
    const made = bubble(message, state);
    shown.set(message.id, made);
    texts.append(made);
    changed = true;
  }
  if (changed) texts.scrollTop = texts.scrollHeight;
  return changed;
}

function bubble(message, state) {
  const made = document.createElement("div");
  made.className = `text ${message.direction === "out" ? "out" : "in"}`;
  const said = document.createElement("p");
  said.dir = "auto";
  const who = document.createElement("span");
  who.className = "vh";
  who.textContent = message.direction === "out" ? "You: " : "City: ";
  said.append(who, String(message.body));
  made.append(said, document.createElement("small"));
  note(made, message, state);
  return made;
}

function note(made, message, state) {
  made.lastChild.textContent = state;
  made.lastChild.classList.toggle("failed", ["failed", "undelivered"].includes(message.status));
}

function footnote(message) {
  const count = message.segments;
  const parts = [message.status, count && `${count} segment${count === 1 ? "" : "s"}`];
  return parts.filter(Boolean).join(" · ");
}

function change() {
  const chosen = city.selectedOptions[0];
  byId("with").textContent = chosen?.dataset.name ?? "No city number is set";
  byId("number").textContent = chosen?.value ?? "";
  shown.clear();
  const empty = document.createElement("p");
  empty.className = "empty";
  empty.textContent = "No messages yet. Send one below.";
  texts.replaceChildren(empty);
  idle = 0;
  look();
}

function submit() {
  const text = body.value;
  body.value = "";
  measure();
  send(text);
  body.focus();
}

function measure() {
  const count = Array.from(body.value).length;
  size.textContent = `${count} character${count === 1 ? "" : "s"}`;
}

byId("send").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
body.addEventListener("input", measure);
body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
});
for (const button of document.querySelectorAll("[data-text]")) button.addEventListener("click", () => send(button.dataset.text));
phone.addEventListener("change", change);
city.addEventListener("change", change);
document.addEventListener("visibilitychange", () => { idle = 0; look(); });
change();
