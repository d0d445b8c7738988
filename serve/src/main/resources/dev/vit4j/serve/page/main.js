// The page: the models, the image, and what the user does.
import { ask, useToken } from './api.js';
import { startInput } from './input.js';
import { Live } from './live.js';
import { answer, can, clear, labelsChanged, look, pickNothing, searchText, stage, subject } from './questions.js';
import { attempt, overloaded, say } from './report.js';
import { startTabs } from './repeat.js';

const TYPING_PAUSE = 250;
const SOME_LABELS = 'dog\ncat\npizza\nperson';

const byId = (id) => document.getElementById(id);
const live = new Live(stage, {
  say,
  opened() {
    subject.file = null;
    clear();
    byId('name').textContent = '';
  },
  frame(frame) {
    subject.file = frame;
    showControls();
    return answer(true);
  },
  taken: take,
  closed: () => subject.file && take(subject.file),
});
let models = [];

/** Shows an image and asks about it. */
async function take(file) {
  live.close();
  clear();
  subject.file = file;
  byId('name').textContent = file.name;
  const shown = stage.show(file);
  showControls();
  answer();
  if (!await shown && subject.file === file) byId('name').textContent = `${file.name} (no preview)`;
}

function showControls() {
  look.show(subject.file !== null);
  const hasResults = ['predict', 'zeroshot', 'segment'].some(can);
  byId('nothing').textContent = hasResults
    ? (subject.file ? '' : 'The results for the image appear here.')
    : 'This model has no classes. It computes feature vectors: POST /v1/embeddings returns them.';
}

function setModel(model) {
  subject.model = model;
  clear();
  look.setModel(model);
  byId('zeroshot').hidden = !can('zeroshot');
  byId('labels').value = can('predict') ? '' : SOME_LABELS;
  byId('labels-help').textContent = `One label per line, or separated by commas.${can('predict') ? ' None: the classes of the model.' : ''}`;
  byId('search-form').hidden = !(can('search') && can('zeroshot'));
  const { architecture, task, input_size: size, classes, dim } = model;
  byId('about').textContent = [architecture, task, size && `${size[1]} × ${size[2]} pixels`,
    classes && `${classes.toLocaleString('en')} classes`, dim && `${dim.toLocaleString('en')} features`].filter(Boolean).join(' · ');
  showControls();
  if (!live.isOpen) answer();
}

async function loadModels() {
  const { data, failed = {} } = await ask('models', { method: 'GET', path: '/v1/models' }, overloaded);
  models = data;
  byId('token-form').hidden = true;
  say(Object.entries(failed).map(([name, line]) => `The model ${name} cannot be used: ${line}`).join(' '));
  byId('model').replaceChildren(...models.map(({ id }) => new Option(id, id)));
  byId('model').disabled = models.length === 0;
  if (models.length) setModel(models[0]);
  else if (byId('error').hidden) say('The server has no model.');
}

function tokenGiven(event) {
  event.preventDefault();
  useToken(byId('token').value);
  byId('token').value = '';
  if (models.length === 0) {
    attempt(loadModels);
    return;
  }
  byId('token-form').hidden = true;
  say('');
  answer();
}

function start() {
  startTabs();
  startInput(take, say);
  byId('model').addEventListener('change', (event) => setModel(models[event.target.selectedIndex]));
  byId('token-form').addEventListener('submit', tokenGiven);
  byId('unpick').addEventListener('click', pickNothing);
  byId('zeroshot').addEventListener('submit', (event) => event.preventDefault());
  byId('search-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = byId('search-text').value.trim();
    if (text) attempt(() => searchText(text));
  });
  let typing = 0;
  byId('zeroshot').addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      say('');
      labelsChanged();
    }, TYPING_PAUSE);
  });
  attempt(loadModels);
}

start();
