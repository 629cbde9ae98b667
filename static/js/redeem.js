// Redeeming: a code, or the link that carries one, becomes a phone that is signed in. Only POST uses a code up.

const PATH = "/api/v1/invitations/redeem";

/** → { state: "joined", told }, or why not as `tell` says it. */
export async function redeem(typed, path = PATH) {
  const answer = await tell(path, { body: { code: typed } });
  return answer.state === "done" ? { ...answer, state: "joined" } : answer;
}

/** Tell the clinic something. → { state: "done", told } | { state: "refused", code, message } | { state: "unsent" } (no answer). */
export async function tell(path, { method = "POST", person = null, body = null } = {}) {
  const headers = { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), ...(person && { "X-Person": person }) };
  try {
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(15_000) });
    if (answer.status === 204) return { state: "done", told: null };
    const told = await answer.json();
    if (answer.ok) return { state: "done", told };
    return answer.status >= 500 ? { state: "unsent" } : { state: "refused", code: told.code ?? "", message: told.detail ?? "" };
  } catch {
    return { state: "unsent" };
  }
}
