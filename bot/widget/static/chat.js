/* Talks to the gateway: one question, one reply, or a reason in plain words. */
import { _ } from "./texts.js";

const PATIENCE = 20_000; // ms; the gateway itself answers within 8 s even when parts are down

/** Why there is no answer: `message` is for the resident, `again` says whether trying again can help. */
export class NoReply extends Error {
  constructor(message, { again = true } = {}) {
    super(message);
    this.again = again;
  }
}

/** A conversation of one browser tab: the signed session stays in the tab and goes away with it. */
export class Conversation {
  constructor(city) {
    this.city = city;
    this.kept = new Kept(`townclerk:${city}`);
    this.session = this.kept.read("session");
    this.staffAfter = 0; // seconds until staff's words are asked for; 0 while the bot alone answers
  }

  /** The messages that answer `text`. Throws NoReply. */
  async ask(text) {
    let response = await this.post(text);
    if (this.session && (response.status === 401 || response.status === 403)) {
      this.forget(); // expired or made with an older key: begin a new one, once
      response = await this.post(text);
    }
    if (!response.ok) throw await reason(response);
    const body = await response.json().catch(() => null);
    if (!body || !Array.isArray(body.messages)) throw new NoReply(_("The answer did not arrive whole."));
    this.session = typeof body.session === "string" ? body.session : this.session;
    this.kept.write("session", this.session);
    this.staffAfter = Number(body.staff_after) || 0;
    return body.messages;
  }

  /** What staff who have the talk wrote since the last time, and in how many seconds to ask `again`; 0 for never. */
  async staffReplies() {
    const headers = { "x-session": this.session };
    try {
      const response = await fetch(`/chat/staff?after=${this.kept.read("staff") ?? 0}`, { headers, credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
      if (!response.ok) return { messages: [], again: response.status === 401 ? 0 : 30 };
      const body = await response.json();
      if (body.messages.length) this.kept.write("staff", body.messages.at(-1).id);
      return body;
    } catch {
      return { messages: [], again: 10 }; // offline, perhaps for a moment
    }
  }

  async post(text) {
    const body = { text };
    if (this.session) body.session = this.session;
    if (this.city) body.city = this.city;
    if (document.documentElement.lang) body.lang = document.documentElement.lang;
    try {
      return await fetch("/chat", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch (error) {
      const late = error.name === "TimeoutError";
      throw new NoReply(late ? _("This is taking too long.") : _("The connection was lost. Check that you are online."));
    }
  }

  forget() {
    this.session = null;
    this.kept.clear();
  }
}

async function reason(response) {
  if (response.status === 429) {
    const seconds = Math.max(Number(response.headers.get("retry-after")) || 30, 2); // never "1 seconds"
    return new NoReply(_("That was a lot of questions in a short time. Please wait {seconds} seconds, then try again.", { seconds }));
  }
  if (response.status === 413) return new NoReply(_("That is too long. Please ask in fewer words."), { again: false });
  const body = await response.json().catch(() => null);
  if (response.status < 500 && body?.error?.message) return new NoReply(String(body.error.message), { again: false });
  return new NoReply(_("The service is busy or being restarted."));
}

/** sessionStorage under one prefix; memory where the browser forbids storage in frames. */
export class Kept {
  constructor(prefix) {
    this.prefix = prefix;
    this.memory = new Map();
  }

  read(name) {
    try {
      return JSON.parse(sessionStorage.getItem(`${this.prefix}:${name}`) ?? "null") ?? this.memory.get(name) ?? null;
    } catch {
      return this.memory.get(name) ?? null;
    }
  }

  write(name, value) {
    this.memory.set(name, value);
    try {
      sessionStorage.setItem(`${this.prefix}:${name}`, JSON.stringify(value));
    } catch { /* full or forbidden: memory has it */ }
  }

  clear() {
    this.memory.clear();
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(`${this.prefix}:`)) sessionStorage.removeItem(key);
    } catch { /* nothing was kept there */ }
  }
}
