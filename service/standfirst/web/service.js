// The client of the service: requests, answers and errors.

const KEY = "standfirst-key";

/** An error of the service: `message` is for the reader, `code` is stable. */
export class Problem extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Send this key from now on, until the tab is closed. */
export function useKey(key) {
  sessionStorage.setItem(KEY, key);
}

/** The source in a request for a pasted text: a URL, a page or plain text. */
export function sourceOf(pasted) {
  const trimmed = pasted.trim();
  if (/^https?:\/\/\S+$/i.test(trimmed)) return { url: trimmed };
  if (/^<(!doctype html|html)[\s>]/i.test(trimmed)) return { html: pasted };
  return { text: pasted };
}

/** The JSON of the service's answer. Throws as `ask` does. */
export async function askJson(path, options) {
  const answer = await ask(path, options);
  return answer.json().catch((error) => {
    throw error.name === "AbortError" ? error : new Problem("broken_off", "The service broke off. Ask it again.");
  });
}

/** The service's answer to a request. Throws a `Problem` for an error, and if there is no answer. */
export async function ask(path, { accept = "application/json", body, signal } = {}) {
  const headers = { Accept: accept };
  const key = sessionStorage.getItem(KEY);
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method: body ? "POST" : "GET",
      headers,
      body: body && JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("unreachable", "The service does not answer. Is it running?");
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function problemOf(answer) {
  const told = await answer.json().catch(() => null);
  const wait = answer.headers.get("Retry-After");
  const message = told?.detail ?? `The service answered ${answer.status}.`;
  return new Problem(told?.code ?? "unknown", wait ? `${message} Try again in ${wait} seconds.` : message);
}

/**
 * The events of a briefing that is being made, as `[name, content]`.
 * Ends after `done`; throws a `Problem` for `error`, and if the stream ends before either.
 */
export async function* briefed(request, signal) {
  const answer = await ask("v1/briefings", { accept: "text/event-stream", body: request, signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      if (error.name === "AbortError") throw error;
      return { done: true }; // the connection is gone
    });
    if (done) throw new Problem("broken_off", "The service broke off. Send it again.");
    pending += value;
    const events = pending.split("\n\n");
    pending = events.pop();
    for (const event of events) {
      const name = /^event: ?(.*)$/m.exec(event)?.[1];
      const data = [...event.matchAll(/^data: ?(.*)$/gm)].map((line) => line[1]).join("\n");
      if (!name) continue; // a sign of life
      const content = JSON.parse(data);
      if (name === "error") throw new Problem(content.code, content.detail);
      yield [name, content];
      if (name === "done") return;
    }
  }
}
