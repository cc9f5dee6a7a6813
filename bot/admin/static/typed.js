/* What was typed into a form comes back after a log-in, should the session have ended meanwhile. It is kept in this tab alone, for half
   an hour at most, for the same account, without passwords and files; and it is never sent by itself. */
"use strict";
(() => {
  const KEY = "typed", MOST = 200000, LASTS = 30 * 60 * 1000, NEVER = ["password", "file", "submit", "button"];
  const account = document.querySelector(".who a")?.textContent;
  const drop = () => sessionStorage.removeItem(KEY);
  const keep = (typed) => { const text = JSON.stringify(typed); if (text.length <= MOST) sessionStorage.setItem(KEY, text); };
  const fields = (form) => [...form.elements].filter(
    (one) => one.name && one.name !== "form_token" && !NEVER.includes(one.type));
  const place = (form) => `${form.getAttribute("action")} ${form.querySelector("[type=hidden][name=id]")?.value ?? ""}`;

  document.addEventListener("submit", ({ target: form }) => {
    if (!account || form.method !== "post") return;
    drop();
    if (fields(form).every((one) => one.type === "hidden") || form.querySelector("[type=password]")) return;
    const values = fields(form).map((one) => [one.name, one.value, one.checked === true]);
    keep({ at: Date.now(), account, place: place(form), values });
  });

  const typed = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (!typed) return;
  if (document.body.matches(".login, [data-keep]")) {
    keep({ ...typed, back: true });
    for (const note of document.querySelectorAll("[data-kept]")) note.hidden = false;
    return;
  }
  if (!typed.back || typed.account !== account || Date.now() - typed.at > LASTS) return drop();
  const form = [...document.forms].find((one) => place(one) === typed.place);
  if (!form) return;
  drop();
  const targets = fields(form);
  typed.values.forEach(([name, value, checked], number) => {
    const field = targets[number]?.name === name ? targets[number] : undefined;
    if (!field) return;
    if (field.type === "checkbox" || field.type === "radio") field.checked = checked; else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  });
  const note = document.createElement("p");
  note.className = "note good";
  note.setAttribute("role", "status");
  note.textContent = "You had been logged out, so this was not sent. What you typed is back: look it over, then send it.";
  form.prepend(note);
  note.scrollIntoView({ block: "center" });
})();
