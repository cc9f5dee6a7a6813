/* Puts the chat on the demo page as a city would, and lets the page's own questions open it.
   Without JavaScript the same form and links lead to /ask. */
"use strict";
const page = document.body.dataset;
window.townclerkSettings = { city: page.city, label: page.label, suggestions: JSON.parse(page.questions) };

document.getElementById("ask").addEventListener("submit", (event) => {
  if (!window.Townclerk) return;
  event.preventDefault();
  const input = document.getElementById("q");
  window.Townclerk.open(input.value);
  input.value = "";
});
for (const link of document.querySelectorAll("[data-ask], [data-open]")) {
  link.addEventListener("click", (event) => {
    if (!window.Townclerk || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.Townclerk.open(link.dataset.ask ?? "");
  });
}
