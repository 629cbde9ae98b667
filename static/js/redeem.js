// Redeeming: a code, or the link that carries one, becomes a phone that is signed in. Only POST uses a code up.

/** → { state: "joined", told } | { state: "refused", code, message } | { state: "unsent" } (no answer: nothing was used up, or try again and see). */
export async function redeem(path, typed) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ code: typed }),
    });
  } catch {
    return { state: "unsent" };
  }
  if (answer.status >= 500) return { state: "unsent" };
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return { state: "joined", told };
  return { state: "refused", code: told.code ?? "", message: told.detail ?? "" };
}
