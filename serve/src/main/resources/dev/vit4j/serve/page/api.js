// Requests to the server: one at a time for each slot, with the token, one retry when the server is overloaded.

/** A failure that is one line for the user; `status` is the HTTP status, 0 without a response. */
export class Failure extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

let token = '';
const running = new Map();

export const hasToken = () => token !== '';
export const useToken = (value) => { token = value.trim(); };

/** Aborts the requests of all slots, or of those given. */
export function abort(...slots) {
  for (const [slot, controller] of running) {
    if (slots.length === 0 || slots.includes(slot)) controller.abort();
  }
}

/** The message of the `error` of a response: a line, or OpenAI's object. */
async function messageOf(response) {
  let text = '';
  try {
    text = await response.text();
    const { error, results } = JSON.parse(text);
    const found = error?.message ?? error ?? results?.find((result) => result.error)?.error;
    if (found) return String(found);
  } catch {
    // Not JSON: the status says it.
  }
  return `The server responded with status ${response.status} ${response.statusText}`.trim() + '.';
}

const pause = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, seconds * 1000);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(signal.reason);
  }, { once: true });
});

/**
 * Sends a request and returns its JSON. An older request of the same slot is aborted. `waiting` is called with the seconds of
 * Retry-After before the one retry after a 503.
 *
 * @throws Failure if the server refuses or cannot be reached; an AbortError if a newer request of the slot was sent
 */
export async function ask(slot, request, waiting) {
  running.get(slot)?.abort();
  const controller = new AbortController();
  running.set(slot, controller);
  const { signal } = controller;
  const headers = { Accept: 'application/json' };
  if (request.type) headers['Content-Type'] = request.type;
  if (token) headers.Authorization = `Bearer ${token}`;
  const options = { method: request.method ?? 'POST', headers, body: request.body, signal, credentials: 'omit', cache: 'no-store' };
  const url = pathOf(request);
  try {
    let response = await fetch(url, options);
    if (response.status === 503) {
      const seconds = Math.min(Math.max(Number(response.headers.get('Retry-After')) || 1, 1), 30);
      waiting(seconds);
      await pause(seconds, signal);
      response = await fetch(url, options);
    }
    if (!response.ok) {
      const overloaded = response.status === 503 ? 'The server is overloaded. Try again later. ' : '';
      throw new Failure(overloaded + await messageOf(response), response.status);
    }
    return await response.json();
  } catch (failure) {
    if (failure instanceof Failure || signal.aborted) throw failure;
    throw new Failure(failure instanceof SyntaxError
      ? 'The server sent a response that is not JSON.'
      : 'The server cannot be reached, or it closed the connection. See whether it still runs.', 0);
  } finally {
    if (running.get(slot) === controller) running.delete(slot);
  }
}

/** The path with the query of a request; parameters are pairs, those without a value are left out. */
export function pathOf({ path, params = [] }) {
  const query = new URLSearchParams(params.filter(([, value]) => value !== undefined && value !== null && value !== ''));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
