/* The console works without this. It reloads a page that shows work under way, while nobody is using it. */
"use strict";
const seconds = Number(document.body.dataset.reload);
if (seconds > 0) {
  setTimeout(() => {
    const idle = document.activeElement === document.body || document.activeElement === null;
    if (idle && !document.hidden) location.reload();
  }, seconds * 1000);
}
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.sure[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
