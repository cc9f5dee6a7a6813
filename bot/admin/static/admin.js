/* The console works without this. It renews the parts of a page that show work under way, and leaves the rest of the page,
   focus, scroll and what is typed, alone. */
"use strict";
const seconds = Number(document.body.dataset.reload);
const controls = (part) => [...part.querySelectorAll("a, button")];
const address = (control) => control.id || control.getAttribute("href");
function replace(old, now) {
  const all = controls(old), at = all.indexOf(document.activeElement);
  old.replaceWith(document.adoptNode(now));
  if (at < 0) return;
  const same = (control) => address(control) === address(all[at]);
  const likes = controls(now).filter(same);
  const like = likes[all.slice(0, at).filter(same).length] ?? likes.at(-1);
  like?.focus({ preventScroll: true });
}
function renew() {
  if (document.hidden && !("count" in document.body.dataset)) { setTimeout(renew, seconds * 1000); return; }
  const request = new XMLHttpRequest();  // fetch gives text, and a policy forbids to make markup of it
  request.responseType = "document";
  request.onloadend = () => {
    const fresh = request.status === 200 ? request.response : null;
    if (fresh) document.title = fresh.title; // on pages that count in it
    for (const old of fresh ? document.querySelectorAll("[data-live]") : []) {
      const now = fresh.getElementById(old.id);
      if (now && !old.isEqualNode(now)) replace(old, now);
    }
    if (!fresh || fresh.body.dataset.reload) setTimeout(renew, seconds * 1000);
  };
  request.open("GET", location.href);
  request.send();
}
if (seconds > 0) setTimeout(renew, seconds * 1000);
document.addEventListener("click", (event) => {
  const text = event.target.dataset?.insert;
  const field = text && document.getElementById("answer");
  if (field) { field.value = `${field.value} ${text}`.trim(); field.focus(); }
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.sure[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
