// The lines for the user: the error line, the status line, the question for the token.
import { Failure, hasToken } from './api.js';

const byId = (id) => document.getElementById(id);

/** Shows a line that says what is wrong; an empty one hides it. */
export function say(line) {
  byId('error').textContent = line;
  byId('error').hidden = line === '';
}

/** Shows what the page does, or the result in a few words. */
export function report(text) {
  byId('status').textContent = text;
}

export const overloaded = (seconds) => report(`The server is overloaded. Trying again in ${seconds} s.`);

/** Runs one request and shows its failure. Returns false if the next ones make no sense. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (failure) {
    if (failure.name === 'AbortError') return true;
    report('');
    if (failure.status === 401) {
      byId('token-form').hidden = false;
      byId('token').focus();
      say(hasToken() ? 'The token is wrong.' : '');
    } else if (failure instanceof Failure) {
      say(failure.message);
    } else {
      console.error(failure);
      say(`The page failed: ${failure.message}`);
    }
    return false;
  }
}
