/* Townclerk chat for a city's page.
 *
 *   <script async src="https://ask.example.gov/widget.js" data-city="alder-falls"></script>
 *
 * Attributes: data-city (id), data-language (a tag such as "es"; otherwise the page's own lang, or the browser's), data-color
 * (any CSS color), data-logo (address of an image), data-greeting (first words), data-position ("right" | "left" | "inline"), data-open
 * (opens it at once), data-label (text of the button), data-scheme ("light" | "dark"). The same names without "data-" in
 * window.townclerkSettings hold for all tags; there, suggestions are up to 4 questions to start with.
 * Later: Townclerk.open("How do I pay my water bill?", "alder-falls") and Townclerk.close().
 *
 * The button lives in a shadow root beside <body>, in the top layer, and the chat in a frame of our own origin: the page's styles
 * cannot break it, its scripts cannot read it, and it outlives a new body. A page with a
 * Content-Security-Policy needs our origin in script-src and frame-src, nothing else.
 */
(() => {
  "use strict";
  if (window.Townclerk) return; // what runs already sees new tags

  const known = Object(/* filled in by the server: */ {}); // telephone numbers by city, origins that may show the chat, our own hosts
  // What is said before anything is loaded, or instead: the button, and why there is no chat.
  const LABELS = {
    en: "Ask a question|The chat cannot open right now.", es: "Haga una pregunta|El chat no se puede abrir ahora.",
    fr: "Posez une question|Le chat ne peut pas s’ouvrir pour le moment.", vi: "Đặt câu hỏi|Hiện không mở được cửa sổ trò chuyện.",
    "zh-Hans": "提问|聊天窗口暂时无法打开。", "zh-Hant": "提問|聊天視窗暫時無法開啟。", tl: "Magtanong|Hindi mabuksan ang chat ngayon.",
    ar: "اطرح سؤالاً|تعذّر فتح المحادثة الآن.", ht: "Poze yon kesyon|Chat la pa ka louvri kounye a.",
  };
  const narrow = matchMedia("(max-width: 480px)");
  const page = document;

  const STYLE = `
    * { box-sizing: border-box; }
    .box { --brand: #0d5563; --on: #fff; font: 1em/1.4 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    .launcher, .panel { position: fixed; left: auto; right: 20px; z-index: 2147483647; }
    .left .launcher, .left .panel { right: auto; left: 20px; }
    .launcher {
      bottom: calc(max(20px, env(safe-area-inset-bottom)) + var(--row) * 4em); max-width: calc(100vw - 40px);
      display: inline-flex; align-items: center; gap: .6em; min-height: 3.25em; padding: .3em 1.3em .3em 1.1em;
      border: 2px solid var(--on); border-radius: 1.7em; background: var(--brand); color: var(--on); cursor: pointer;
      font: inherit; font-weight: 600; line-height: 1.2; box-shadow: 0 2px 6px rgb(10 35 40 / .22), 0 8px 24px rgb(10 35 40 / .18);
    }
    .launcher:hover { text-decoration: underline; }
    :focus-visible { outline: 3px solid #ffbe2e; outline-offset: 2px; box-shadow: 0 0 0 7px #16262b; }
    .launcher svg, .launcher img { flex: none; width: 1.5em; height: 1.5em; object-fit: contain; }
    .panel {
      inset-block: auto calc(max(20px, env(safe-area-inset-bottom)) + 4.2em); margin: 0; padding: 0; border: 1px solid #8b9ea3; border-radius: 14px; overflow: hidden;
      width: min(25em, calc(100vw - 40px)); height: min(40em, calc(100vh - 7em)); max-height: none; background: Canvas; color: CanvasText;
      box-shadow: 0 4px 12px rgb(10 35 40 / .16), 0 18px 48px rgb(10 35 40 / .24);
    }
    .panel[open] { display: block; animation: rise .18s ease-out; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .inline .panel { position: static; width: 100%; height: min(40em, 90vh); box-shadow: none; }
    .away { display: none; padding: 1em 1.2em; }
    .away * { margin: 0 0 .6em; color: inherit; }
    .away a { display: block; font-size: 1.15em; font-weight: 600; }
    .failed iframe { display: none; }
    .failed .away { display: block; }
    .box.failed .panel { height: auto; }
    @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
    @media (max-width: 480px) {
      .box:not(.failed, .inline) .panel { inset: 0 auto auto 0; width: 100vw; max-width: 100vw; height: 100vh; height: 100dvh; border: 0; border-radius: 0; }
    }
    @media (prefers-reduced-motion: reduce) { .panel[open] { animation: none; } }
    @media (forced-colors: active) { .launcher { border-color: ButtonText; } }
    @media print { .box:not(.inline) * { display: none !important; } }
  `;

  const asText = (value, limit) => (typeof value === "string" ? value.slice(0, limit) : "");

  function wordsOf(language) {
    const primary = language.split("-")[0].toLowerCase();
    const chinese = /-(hant|tw|hk|mo)\b/i.test(language) ? "zh-Hant" : "zh-Hans";
    return (LABELS[primary === "zh" ? chinese : primary === "fil" ? "tl" : primary] ?? LABELS.en).split("|");
  }

  function make(name, attributes, ...children) {
    const made = page.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function icon() {
    const ns = "http://www.w3.org/2000/svg";
    const svg = page.createElementNS(ns, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = page.createElementNS(ns, "path");
    path.setAttribute("fill", "currentColor");
    path.setAttribute("d", "M2 3h20v14H11l-6 5v-5H2Zm5 4v2h10V7Zm0 4v2h7v-2Z");
    svg.append(path);
    return svg;
  }

  /** Relative luminance (WCAG 2.2) of [red, green, blue], each 0 to 255. */
  function luminance(rgb) {
    const [r, g, b] = rgb.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  /** [red, green, blue] of a color as the browser computes it; null for none, and for one that lets through what is below. */
  const channels = (color) => /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color)?.slice(1).map(Number) ?? null;

  /** "dark" or "light" when the page says so, or is painted dark; else it is the visitor's choice. */
  function schemeOf(wanted) {
    const roots = [page.documentElement, page.body];
    const said = roots.flatMap((one) => [one.dataset.theme, one.dataset.bsTheme, getComputedStyle(one).colorScheme]);
    const painted = roots.some((one) => luminance(channels(getComputedStyle(one).backgroundColor) ?? [255, 255, 255]) < 0.1);
    return [wanted, ...said].find((one) => one === "light" || one === "dark") ?? (painted ? "dark" : "");
  }

  /** The chat of one tag: its button and panel. `given` are its settings. */
  function chatOf(tag, given, row) {
    const { origin } = new URL(tag.src);
    const city = asText(given.city, 63);
    const language = asText([given.language, page.documentElement.lang, navigator.language].find((one) => typeof one === "string" && one), 35);
    const [name, sorry] = wordsOf(language);
    const label = asText(given.label, 60) || name;
    const inline = given.position === "inline";
    const query = new URLSearchParams({ city, origin: location.origin, lang: language });
    const waiting = []; // messages for the frame until it says that it listens
    let frame, ready, timer, opener, blocked;

    const host = make("div", { "data-townclerk": city });
    // Inline and important: rules such as `div { display: none !important }` do not reach it.
    const fixed = inline ? [["position", "static"]] : [["position", "fixed"], ["inset", "auto"], ["overflow", "visible"]];
    for (const [key, value] of [["all", "initial"], ["display", "block"], ...fixed]) host.style.setProperty(key, value, "important");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];

    const phone = asText(given.phone, 40) || known.phones?.[city];
    const away = make("div", { class: "away", role: "alert" });
    const panel = make(inline ? "section" : "dialog", { class: "panel", "aria-label": label }, away);
    const button = make("button", { class: "launcher", type: "button", dir: "auto", "aria-expanded": "false", "aria-haspopup": "dialog" }, icon(), label);
    const box = make("div", { class: "box", lang: language }, panel);
    if (!inline) box.append(button);
    box.style.setProperty("--row", row);
    root.append(box);

    function attach() {
      ready = false; // a frame that is moved loads again
      if (inline) tag.after(host);
      else {
        page.documentElement.append(host);
        if (host.showPopover) { host.popover = "manual"; host.showPopover(); } // above the page's own z-index, outside its transform
      }
      if (panel.open) { panel.close(); show(); }
    }

    function dress() {
      const left = given.position === "left" || (given.position !== "right" && getComputedStyle(page.documentElement).direction === "rtl");
      box.classList.toggle("left", left);
      box.classList.toggle("inline", inline);
      box.style.color = asText(given.color, 60);
      const rgb = box.style.color && channels(getComputedStyle(box).color);
      box.style.color = "";
      if (rgb) {
        box.style.setProperty("--brand", `rgb(${rgb})`);
        box.style.setProperty("--on", 1.05 / (luminance(rgb) + 0.05) < 4.5 ? "#000" : "#fff");
        query.set("color", rgb.map((one) => one.toString(16).padStart(2, "0")).join(""));
      }
      try {
        const logo = given.logo && new URL(asText(given.logo, 2000), page.baseURI);
        if (!logo || !/^https?:$/.test(logo.protocol)) return;
        const image = make("img", { src: logo, alt: "" });
        image.addEventListener("error", () => image.replaceWith(icon()));
        button.firstChild.replaceWith(image);
        query.set("logo", logo);
      } catch { /* no address */ }
    }

    function paint() {
      const scheme = schemeOf(given.scheme);
      if (frame && query.get("scheme") !== scheme) tell({ townclerk: "scheme", scheme });
      query.set("scheme", scheme);
      box.style.colorScheme = scheme || "light dark";
    }

    function load() {
      paint();
      if (frame && !box.classList.contains("failed")) return;
      frame?.remove();
      ready = false;
      frame = make("iframe", { title: label, src: `${origin}/widget/frame?${query}`, referrerpolicy: "origin", allow: "clipboard-write" });
      if (inline) frame.loading = "lazy";
      else timer = setTimeout(fail, 15_000);
      frame.addEventListener("load", () => { clearTimeout(timer); timer = setTimeout(fail, 1000); }); // an error page loads, too, but it says nothing
      panel.append(frame);
    }

    function fail() {
      if (ready) return;
      const why = blocked ? `this page's Content-Security-Policy does not allow it: add ${origin} to frame-src`
        : known.origins && !known.origins.includes(location.origin) ? `${location.origin} may not show it: add it to TOWNCLERK_WIDGET_ORIGINS`
        : `${origin} does not answer`;
      console.error(`Townclerk: the chat could not be opened, as ${why}.`);
      const held = root.activeElement === frame;
      box.classList.add("failed");
      const ways = [make("a", { href: `${origin}/ask?${new URLSearchParams({ ...(city && { city }), lang: language })}` }, name)];
      if (phone) ways.unshift(make("a", { href: `tel:${phone.replace(/[^\d+]/g, "")}` }, phone));
      away.replaceChildren(make("p", {}, sorry), ...ways);
      if (panel.open) { panel.close(); show(); }
      if (held) ways[0].focus();
    }

    function show() {
      // On a phone the chat covers the page, so the page behind it must be out of reach: a modal dialog.
      if (narrow.matches && !box.classList.contains("failed")) panel.showModal(); else panel.show();
      button.setAttribute("aria-expanded", "true");
      fit();
    }

    function open(question) {
      if (!inline && !panel.open) {
        chats.forEach((one) => one.close());
        opener = page.activeElement;
      }
      load();
      if (!inline && !panel.open) show();
      (box.classList.contains("failed") ? away.querySelector("a") : frame).focus();
      const text = asText(question, 2000);
      tell(text ? { townclerk: "ask", text } : { townclerk: "focus" });
    }

    function close() {
      if (!panel.open) return;
      const back = opener?.isConnected && opener !== page.body && opener !== host ? opener : button;
      panel.close();
      button.setAttribute("aria-expanded", "false");
      back.focus();
    }

    function fit() {
      // The on-screen keyboard shrinks the visual viewport only; without this it would hide the input.
      const view = window.visualViewport;
      const cover = panel.matches(":modal") && view?.scale === 1;
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
      if (kind === "here") clearTimeout(timer);
      if (kind === "close") close();
      if (kind !== "ready" || ready) return;
      ready = true;
      if (box.classList.contains("failed")) {
        box.classList.remove("failed");
        if (panel.open) { panel.close(); show(); frame.focus(); }
      }
      const questions = (Array.isArray(given.suggestions) ? given.suggestions : []).slice(0, 4).map((one) => asText(one, 120)).filter(Boolean);
      tell({ townclerk: "suggest", questions, greeting: asText(given.greeting, 300), inline });
      waiting.splice(0).forEach(tell);
    }

    button.addEventListener("click", () => (panel.open ? close() : open()));
    panel.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
    root.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    page.addEventListener("securitypolicyviolation", (event) => { if (/frame|child/.test(event.effectiveDirective) && event.blockedURI.startsWith(origin)) blocked = true; });
    attach();
    dress();
    if (inline) load();
    else if (given.open === true || given.open === "" || given.open === "true") { load(); show(); } // opened by the page: leave the reader's focus alone
    return { tag, host, city, inline, open, close, attach, listen, fit, refit: () => { if (panel.open) { panel.close(); show(); } } };
  }

  /* --- all tags of the page ------------------------------------------------------------ */

  const chats = new Map(); // by city and place, as one city may stand in the page and at its corner
  const seen = new WeakSet();
  const own = page.currentScript;
  const each = (work) => [...chats.values()].forEach(work);

  const ours = (tag) => tag === own || (/\/widget\.js(\?|$)/.test(tag.src) && known.hosts?.includes(new URL(tag.src).host));

  function scan() {
    for (const [key, chat] of chats) {
      if (chat.inline && !chat.tag.isConnected) { chat.host.remove(); chats.delete(key); }
      else if (!chat.host.isConnected) chat.attach();
    }
    for (const tag of own ? [own, ...page.scripts] : [...page.scripts]) if (!seen.has(tag) && ours(tag)) add(tag);
  }

  function add(tag) {
    seen.add(tag);
    const given = { ...Object(window.townclerkSettings), ...tag.dataset };
    const key = JSON.stringify([given.city, given.position === "inline"]);
    const before = chats.get(key);
    const settings = JSON.stringify(given) + page.documentElement.lang;
    if (before?.settings === settings) return; // a second tag for the same adds nothing
    before?.host.remove();
    const row = [...chats.values()].filter((one) => one !== before && !one.inline).length;
    chats.set(key, { ...chatOf(tag, given, row), settings });
  }

  function start() {
    scan();
    new MutationObserver(scan).observe(page, { childList: true, subtree: true });
    narrow.addEventListener("change", () => each((one) => one.refit()));
    window.addEventListener("message", (event) => each((one) => one.listen(event)));
    for (const kind of ["resize", "scroll"]) window.visualViewport?.addEventListener(kind, () => each((one) => one.fit()));
  }

  window.Townclerk = Object.freeze({
    open: (question, city) => ([...chats.values()].find((one) => one.city === city) ?? chats.values().next().value)?.open(question),
    close: () => each((one) => one.close()),
  });
  if (page.body) start(); else page.addEventListener("DOMContentLoaded", start);
})();
