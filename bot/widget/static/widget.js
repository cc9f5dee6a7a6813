/* Townclerk chat for a city's page.
 *
 *   <script>window.townclerkSettings = { city: "alder-falls" };</script>
 *   <script async src="https://ask.example.gov/widget.js"></script>
 *
 * Settings: city (id), language (a tag such as "es"; otherwise data-language of the tag, the page's own lang, or the browser's), position ("right" | "left"), label (text of the button),
 * suggestions (up to 4 questions to start with), open (true opens it at once).
 * Later: Townclerk.open("How do I pay my water bill?") and Townclerk.close().
 *
 * The button lives in a shadow root and the chat in a frame of our own origin, so the
 * page's styles cannot break it and the page's scripts cannot read it. A page with a
 * Content-Security-Policy needs our origin in script-src and frame-src, nothing else.
 */
(() => {
  "use strict";
  if (window.Townclerk || !document.currentScript) return; // a second tag adds nothing

  const origin = new URL(document.currentScript.src).origin;
  const settings = Object(window.townclerkSettings);
  const tag = document.currentScript.dataset.language;
  const languages = [settings.language, tag, document.documentElement.lang, navigator.language].filter((one) => typeof one === "string" && one);
  // What the button says, before anything is loaded.
  const LABELS = {
    en: "Ask a question", es: "Haga una pregunta", fr: "Posez une question", vi: "Đặt câu hỏi", "zh-Hans": "提问", "zh-Hant": "提問",
    tl: "Magtanong", ar: "اطرح سؤالاً", ht: "Poze yon kesyon",
  };
  const narrow = window.matchMedia("(max-width: 480px)");

  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    .launcher {
      position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); inset-inline-end: 20px; z-index: 2147483000;
      display: inline-flex; align-items: center; gap: 10px; min-height: 52px; padding: 0 22px 0 18px;
      border: 2px solid #fff; border-radius: 26px; background: #0d5563; color: #fff; cursor: pointer;
      font: 600 16px/1.2 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
      box-shadow: 0 2px 6px rgb(10 35 40 / .22), 0 8px 24px rgb(10 35 40 / .18);
    }
    .left .launcher, .left .panel { inset-inline: 20px auto; }
    .launcher:hover { background: #093f4a; }
    .launcher:focus-visible { outline: 3px solid #ffbe2e; outline-offset: 2px; }
    .launcher svg { flex: none; width: 24px; height: 24px; }
    .panel {
      position: fixed; z-index: 2147483000; inset: auto 20px 88px auto; margin: 0; padding: 0; border: 1px solid #b9c6c9;
      width: min(400px, calc(100vw - 40px)); height: min(640px, calc(100vh - 112px)); border-radius: 14px; overflow: hidden;
      background: #fff; box-shadow: 0 4px 12px rgb(10 35 40 / .16), 0 18px 48px rgb(10 35 40 / .24);
    }
    .panel[open] { display: block; animation: rise .18s ease-out; }
    .panel::backdrop { background: #fff; }
    iframe { display: block; width: 100%; height: 100%; border: 0; background: #fff; color-scheme: light; }
    @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
    @media (max-width: 480px) {
      .panel, .left .panel { inset: 0 auto auto 0; width: 100vw; max-width: 100vw; height: 100dvh; max-height: 100dvh; border: 0; border-radius: 0; }
    }
    @media (prefers-reduced-motion: reduce) { .panel[open] { animation: none; } }
    @media (forced-colors: active) { .launcher { border-color: ButtonText; } .panel { border-color: CanvasText; } }
    @media print { .launcher, .panel { display: none !important; } }
  `;

  let button, panel, frame;
  let ready = false;
  const waiting = []; // messages for the frame until it says that it listens

  const asText = (value, limit) => (typeof value === "string" ? value.slice(0, limit) : "");

  function labelOf(language) {
    const primary = language.split("-")[0].toLowerCase();
    const chinese = /-(hant|tw|hk|mo)\b/i.test(language) ? "zh-Hant" : "zh-Hans";
    return LABELS[primary === "zh" ? chinese : primary === "fil" ? "tl" : primary] ?? LABELS.en;
  }

  function make(name, attributes) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function icon() {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(ns, "path");
    path.setAttribute("fill", "currentColor");
    path.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8.6L6 21.4A.6.6 0 0 1 5 21v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Zm3 4.2v1.6h10V7.2H7Zm0 4v1.6h7v-1.6H7Z");
    svg.append(path);
    return svg;
  }

  function mount() {
    const host = make("div", { "data-townclerk": "" });
    // Inline and important: rules such as `div { display: none !important }` do not reach it.
    for (const [name, value] of [["all", "initial"], ["display", "block"], ["position", "static"]]) host.style.setProperty(name, value, "important");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];

    const label = asText(settings.label, 60) || labelOf(languages[0] ?? "en");
    const box = make("div", { class: settings.position === "left" ? "left" : "right" });
    button = make("button", { class: "launcher", type: "button", "aria-expanded": "false", "aria-haspopup": "dialog" });
    button.append(icon(), label);
    panel = make("dialog", { class: "panel", "aria-label": label });
    box.append(panel, button);
    root.append(box);
    document.body.append(host);

    button.addEventListener("click", () => (panel.open ? close() : open()));
    panel.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
    root.addEventListener("keydown", (event) => { if (event.key === "Escape" && panel.open) close(); });
    narrow.addEventListener("change", () => { if (panel.open) { panel.close(); show(); } });
    window.addEventListener("message", listen);
    window.visualViewport?.addEventListener("resize", fit);
    window.visualViewport?.addEventListener("scroll", fit);
    if (settings.open === true) { load(); show(); } // opened by the page: leave the reader's focus alone
  }

  function load() {
    if (frame) return;
    const query = new URLSearchParams({ city: asText(settings.city, 63), origin: window.location.origin, lang: asText(languages[0], 35) });
    frame = make("iframe", { title: panel.getAttribute("aria-label"), src: `${origin}/widget/frame?${query}`, referrerpolicy: "origin" });
    panel.append(frame);
  }

  function show() {
    // On a phone the chat covers the page, so the page behind it must be out of reach: a modal dialog.
    if (narrow.matches) panel.showModal(); else panel.show();
    button.setAttribute("aria-expanded", "true");
    fit();
  }

  function open(question) {
    load();
    if (!panel.open) show();
    frame.focus();
    const text = asText(question, 2000);
    tell(text ? { townclerk: "ask", text } : { townclerk: "focus" });
  }

  function close() {
    if (!panel?.open) return;
    panel.close();
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  function fit() {
    // The on-screen keyboard shrinks the visual viewport only; without this it would hide the input.
    const view = window.visualViewport;
    const cover = narrow.matches && view && panel.open && view.scale === 1;
    panel.style.height = cover ? `${view.height}px` : "";
    panel.style.top = cover ? `${view.offsetTop}px` : "";
  }

  function tell(message) {
    if (ready) frame.contentWindow.postMessage(message, origin);
    else waiting.push(message);
  }

  function listen(event) {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow) return;
    const kind = Object(event.data).townclerk;
    if (kind === "close") close();
    if (kind === "ready" && !ready) {
      ready = true;
      const given = Array.isArray(settings.suggestions) ? settings.suggestions : [];
      tell({ townclerk: "suggest", questions: given.slice(0, 4).map((one) => asText(one, 120)).filter(Boolean) });
      waiting.splice(0).forEach(tell);
    }
  }

  window.Townclerk = Object.freeze({ open, close });
  if (document.body) mount(); else document.addEventListener("DOMContentLoaded", mount);
})();
