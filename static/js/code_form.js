// A code from the clinic, pasted or typed: how the installed app is let in, and how anybody comes back.
import { element } from "./dom.js";
import { turnTo } from "./person.js";
import { redeem } from "./redeem.js";
import { standalone } from "./where.js";
import { words } from "./words.js";

/** The form. Paste code comes first where the app was installed: the code was copied a moment ago. */
export function codeForm() {
  const error = element("p", { class: "error", id: "join-error", role: "alert", hidden: true });
  const field = element("input", {
    id: "join-code",
    class: "code",
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    enterkeyhint: "go",
    maxlength: "300",
    placeholder: "XXXX-XXX-XXX",
    "aria-describedby": "join-error",
  });
  const first = standalone() && Boolean(navigator.clipboard?.readText);
  const paste = navigator.clipboard?.readText && element("button", { type: "button", class: first ? "button primary big" : "button" }, words.pasteCode);
  const start = element("button", { class: first ? "button" : "button primary big" }, words.start);
  const form = element(
    "form",
    { class: "form join-form", novalidate: true },
    first && paste,
    element("div", { class: "field" }, element("label", { for: "join-code" }, words.clinicsCode), field),
    error,
    element("div", { class: "actions" }, start, !first && paste),
  );
  const complain = (text) => {
    error.textContent = text;
    error.hidden = false;
    field.focus();
  };
  const join = async (text) => {
    if (!text) return complain(words.codeFirst);
    start.disabled = true;
    const answer = await redeem(text);
    start.disabled = false;
    if (answer.state !== "joined") return complain(answer.state === "unsent" ? words.checkSignal : answer.message);
    await turnTo(answer.told.person).catch(() => location.assign("/app"));
  };
  paste?.addEventListener("click", async () => {
    const text = await navigator.clipboard.readText().catch(() => "");
    field.value = text.trim();
    return text.trim() ? join(text.trim()) : complain(words.nothingCopied);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    join(field.value.trim());
  });
  return form;
}
