/* Words in the resident's language. A missing translation is said in English. */

const known = new Map([[document.documentElement.lang, read(document.body.dataset.texts)]]);
let spoken = document.documentElement.lang;

/** Speaks this language from now on, as far as its words are here; gives the one that is spoken. */
export function speak(language) {
  spoken = known.has(language) ? language : document.documentElement.lang;
  return spoken;
}

/** `message` in the language spoken, with its `{placeholders}` filled. */
export function _(message, values = {}) {
  const translated = known.get(spoken)[message] ?? message;
  return translated.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The language spoken, as a tag. */
export const language = () => spoken;

/** Fetches the words of a language that this page was not made with; `kept` saves asking for them on the next page. */
export async function learnWords(language, kept) {
  if (!language || known.has(language)) return;
  const before = kept.read(`texts:${language}`);
  if (before) { known.set(language, before); return; }
  try {
    const response = await fetch(`/widget/texts?${new URLSearchParams({ lang: language })}`, { signal: AbortSignal.timeout(2000) });
    if (!response.ok) return;
    known.set(language, await response.json());
    kept.write(`texts:${language}`, known.get(language));
  } catch { /* the words stay in the language of the page */ }
}

function read(json) {
  try {
    return JSON.parse(json ?? "{}");
  } catch {
    return {};
  }
}
