// The tabs with the curl commands that repeat the requests and the JSON of their responses.
import { hasToken, pathOf } from './api.js';

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The command for a POSIX shell that repeats a request; $TOKEN stands for the token. */
export function curlOf(request) {
  const words = ['curl'];
  if (hasToken()) words.push('-H "Authorization: Bearer $TOKEN"');
  if (request.type) words.push(`-H ${quote(`Content-Type: ${request.type}`)}`);
  if (request.body) words.push(`--data-binary ${quote(request.file ? `@${request.file}` : request.body)}`);
  else if ((request.method ?? 'POST') === 'POST') words.push('-X POST');
  words.push(quote(location.origin + pathOf(request)));
  return words.join(' \\\n  ');
}

/** JSON with a line for each key; arrays of numbers are on one line, long strings are cut. */
export function pretty(value, indent = '') {
  if (typeof value === 'string' && value.length > 160) {
    return JSON.stringify(`${value.slice(0, 60)}… (${value.length} characters)`);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = indent + '  ';
  if (Array.isArray(value)) {
    if (value.every((item) => item === null || typeof item !== 'object')) return `[${value.map((item) => pretty(item)).join(', ')}]`;
    return `[\n${value.map((item) => inner + pretty(item, inner)).join(',\n')}\n${indent}]`;
  }
  const lines = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${pretty(item, inner)}`);
  return lines.length ? `{\n${lines.join(',\n')}\n${indent}}` : '{}';
}

/** A heading, a text and a button that copies `copied`. */
function block(title, text, copied = text) {
  const section = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = title;
  const code = document.createElement('pre');
  code.textContent = text;
  code.tabIndex = 0;
  code.setAttribute('role', 'region');
  code.setAttribute('aria-label', title);
  const copy = document.createElement('button');
  copy.textContent = 'Copy';
  copy.className = 'small';
  copy.setAttribute('aria-label', `Copy: ${title}`);
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(copied);
      copy.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(code);
      copy.textContent = 'Selected';
    }
    setTimeout(() => { copy.textContent = 'Copy'; }, 1500);
  });
  const head = document.createElement('div');
  head.className = 'row between';
  head.append(heading, copy);
  section.append(head, code);
  return section;
}

const panels = { curl: document.getElementById('panel-curl'), json: document.getElementById('panel-json') };
const seen = new Map();
/** What a panel shows: a button that is pressed is not replaced by an equal one. */
const shown = { curl: null, json: null };

function draw() {
  const all = [...seen.values()];
  show('curl', all.map(({ title, request }) => [title, curlOf(request)]), 'The commands that repeat the requests of this page appear here.');
  show('json', all.filter(({ response }) => response)
    .map(({ title, response }) => [title, pretty(response), JSON.stringify(response, null, 2)]), 'The responses of the server appear here.');
}

function show(name, texts, otherwise) {
  const key = JSON.stringify(texts);
  if (panels[name].hidden || shown[name] === key) return;
  shown[name] = key;
  const empty = document.createElement('p');
  empty.className = 'quiet';
  empty.textContent = otherwise;
  panels[name].replaceChildren(...texts.length ? texts.map((text) => block(...text)) : [empty]);
}

/** Remembers the newest request of a slot, with its response as soon as there is one. */
export function remember(slot, title, request, response) {
  seen.set(slot, { title, request, response });
  draw();
}

export function forget() {
  seen.clear();
  draw();
}

/** Makes the tabs work: click, arrow keys, Home and End. */
export function startTabs() {
  const tabs = [...document.querySelectorAll('[role=tab]')];
  const select = (tab) => {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute('aria-selected', String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute('aria-controls')).hidden = !chosen;
    }
    draw();
  };
  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (event) => {
      const next = { ArrowRight: i + 1, ArrowLeft: i - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      const other = tabs[next % tabs.length];
      other.focus();
      select(other);
    });
  }
}
