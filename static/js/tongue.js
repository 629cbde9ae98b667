// Tongue: every sentence a person reads goes through t(). The English sentence is its own key; a language is a table
// from it to the translation, with the same {names} in it.

let sentences = {};

/** Take over a language's sentences: { "English": "translation" }, a plural's translations as a list in its order. */
export const speak = (table) => (sentences = table);

/** t("Saved: {scores}.", { scores }): the sentence in the person's language, its {names} filled in. */
export const t = (english, values = {}) => filled(sentences[english] ?? english, values);

/** tn(2, "1 answer", "{n} answers"): the form that the number asks for in this language. */
export function tn(n, one, many, values = {}) {
  const forms = sentences[many] ?? [one, many];
  const order = new Intl.PluralRules(document.documentElement.lang).resolvedOptions().pluralCategories;
  const form = new Intl.PluralRules(document.documentElement.lang).select(n);
  return filled(forms[Math.min(order.indexOf(form), forms.length - 1)] ?? many, { n, ...values });
}

const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
