// The page: which model, which image, and which requests follow from them.
import { Failure, abort, ask, useToken } from './api.js';
import { drawBars, drawLegend, drawNearest, markArea, percent } from './answers.js';
import { startInput } from './input.js';
import { Live } from './live.js';
import { Look } from './look.js';
import { Mask } from './mask.js';
import { forget, remember, startTabs } from './repeat.js';
import { Stage } from './stage.js';

const TOP_K = 5;
const TYPING_PAUSE = 250;
const MASK_LONGEST = 1600;

const byId = (id) => document.getElementById(id);
const look = new Look(() => step(explain));
const stage = new Stage({ pick, unpick: () => pickNothing(), over: markArea });
const live = new Live(stage, { opened: openCamera, frame: takeFrame, taken: take, closed: () => file && take(file), say });

let models = [];
let model = null;
let file = null;
/** The number of the newest image; what belongs to an older one is not shown. */
let turn = 0;
let patch = null;
/** The prediction that the user chose to explain, and the most probable one. */
let chosen = null;
let best = null;
let shownPredictions = [];

const can = (capability) => model?.capabilities.includes(capability);

function say(line) {
  byId('error').textContent = line;
  byId('error').hidden = line === '';
}

const report = (text) => { byId('status').textContent = text; };

function askForToken() {
  byId('token-form').hidden = false;
  byId('token').focus();
}

/** Sends one request about the image, or about `more.body`, and shows it in the tabs. */
async function question(slot, title, path, params, more = { body: file, type: file?.type || 'application/octet-stream', file: file?.name || 'image' }) {
  const request = { path, params: [['model', model.id], ...params], ...more };
  remember(slot, title, request);
  const response = await ask(slot, request, (seconds) => report(`The server is overloaded. Trying again in ${seconds} s.`));
  remember(slot, title, request, response);
  return response;
}

/** Runs one request and shows its failure. Returns false if the next ones make no sense. */
async function step(action) {
  try {
    await action();
    return true;
  } catch (failure) {
    if (failure.name === 'AbortError') return true;
    report('');
    if (!(failure instanceof Failure)) console.error(failure);
    if (failure.status === 401) {
      askForToken();
      say('This server needs a token, or the token is wrong.');
    } else {
      say(failure instanceof Failure ? failure.message : `The page failed: ${failure.message}`);
    }
    return false;
  }
}

function only(results) {
  const [result] = results;
  if (result.error) throw new Failure(result.error, result.status ?? 400);
  return result;
}

/** All requests about the image, one after the other: what is read first comes first. */
async function answer(isLive = false) {
  if (!file || !model) return false;
  const mine = ++turn;
  abort();
  if (!isLive) report('Waiting for the server.');
  const start = performance.now();
  for (const action of [predict, zeroshot, segment, explain, isLive ? null : search]) {
    if (!action) continue;
    const works = await step(action);
    if (mine !== turn || !works) return false;
    if (byId('status').textContent === 'Waiting for the server.') report('');
  }
  if (isLive) report(`${(performance.now() - start).toFixed(0)} ms for each image`);
  return true;
}

function showPredictions(predictions) {
  shownPredictions = predictions;
  best = predictions[0] ?? null;
  if (chosen) chosen = predictions.find(({ label, index }) => label === chosen.label && index === chosen.index) ?? null;
  redrawBars();
  if (best && !live.isOpen) report(`Most probable: ${best.label}, ${percent(best.probability)}.`);
}

function redrawBars() {
  const target = look.isOfClass ? (chosen ?? best)?.index : undefined;
  drawBars(shownPredictions, target, look.hasClassFigure && file ? (prediction) => {
    chosen = prediction;
    look.chooseOfClass();
    redrawBars();
    step(explain);
  } : null);
}

async function predict() {
  if (!can('predict')) return;
  const { results } = await question('predict', 'Predictions', '/v1/predict', [['top_k', TOP_K]]);
  showPredictions(only(results).predictions);
}

const labelsTyped = () => [...new Set(byId('labels').value.split(/[\n,]/).map((label) => label.trim()).filter(Boolean))];

async function zeroshot() {
  if (!can('zeroshot')) return;
  const labels = labelsTyped();
  if (!labels.length || !file) {
    abort('zeroshot');
    best = chosen = null;
    byId('predictions').hidden = true;
    report(file ? 'Type labels to compare them with the image.' : '');
    return;
  }
  const template = byId('template').value.trim();
  const { results } = await question('zeroshot', 'Zero-shot predictions', '/v1/zeroshot',
    [['top_k', labels.length], ['template', template], ...labels.map((label) => ['labels', label])]);
  showPredictions(only(results).predictions);
}

async function segment() {
  if (!can('segment')) return;
  const mine = turn;
  const { results } = await question('segment', 'Mask', '/v1/segment', []);
  const result = only(results);
  const mask = await Mask.of(result, MASK_LONGEST);
  if (mine !== turn) return;
  stage.setMask(mask);
  drawLegend(result.areas, (area) => {
    mask.only(area);
    stage.draw();
  });
  markArea(undefined);
  if (!live.isOpen) {
    const [first] = [...result.areas].sort((a, b) => b.share - a.share);
    report(`${result.areas.length} classes. Largest: ${first.label}, ${percent(first.share)}.`);
  }
}

async function explain() {
  redrawTarget();
  const target = look.isOfClass ? chosen ?? best : null;
  const isText = can('zeroshot');
  if (!can('explain') || !look.figure || !file || (look.isOfClass && isText && !target)) {
    abort('explain');
    stage.setHeat(null);
    look.say(can('explain') && file && look.isOfClass && isText ? 'Type a label to see where the model finds it.' : '', false);
    return;
  }
  const template = byId('template').value.trim();
  const text = target && (/\{c?\}/.test(template) ? template.replace(/\{c?\}/, target.label) : target.label);
  const of = !target ? [] : isText ? [['text', text]] : [['class', target.index]];
  const response = await question('explain', 'Figure', '/v1/explain', [...look.params(patch), ...of]);
  stage.setHeat(response);
  look.describe(response, target?.label);
}

/** Marks the row of the bars that the figure explains. */
function redrawTarget() {
  if (shownPredictions.length && !byId('predictions').hidden) redrawBars();
}

async function search() {
  if (!can('search') || !file) return;
  const { results } = await question('search', 'Nearest images', '/v1/search', [['k', 12]]);
  drawNearest(results);
}

async function searchText(text) {
  const { results } = await question('search', 'Nearest images', '/v1/search', [['k', 12], ['text', text]], {});
  drawNearest(results);
  report(`${results.length} images found for “${text}”.`);
}

function pick(row, column) {
  if (!look.choosePatched()) return;
  patch = [row, column];
  step(explain);
}

function pickNothing() {
  if (!patch) return;
  patch = null;
  step(explain);
}

/** Removes all answers, for another image or another model. */
function clearAnswers() {
  abort();
  turn++;
  patch = chosen = best = null;
  shownPredictions = [];
  forget();
  stage.clear();
  look.say('', false);
  byId('bars').replaceChildren();
  byId('predictions').hidden = true;
  byId('masks').hidden = true;
  byId('nearest').replaceChildren();
  byId('search').hidden = !(can('search') && can('zeroshot'));
  report('');
}

/** Shows an image and asks about it. */
async function take(image) {
  live.close();
  clearAnswers();
  file = image;
  byId('name').textContent = image.name;
  const shown = stage.show(image);
  nothingToSay();
  answer();
  if (!await shown) byId('name').textContent = `${image.name} (no preview)`;
}

/** Makes room for the images of the camera. */
function openCamera() {
  file = null;
  clearAnswers();
  byId('name').textContent = '';
}

/** Asks about a frame of the camera. Returns false if that failed. */
async function takeFrame(frame) {
  file = frame;
  nothingToSay();
  const mine = turn + 1;
  return await answer(true) || turn !== mine;
}

function nothingToSay() {
  look.show(file !== null || live.isOpen);
  const answers = ['predict', 'zeroshot', 'segment'].some(can);
  byId('nothing').textContent = answers
    ? (file || can('zeroshot') ? '' : 'The predictions for the image appear here.')
    : model ? 'This model has no classes. It computes feature vectors: POST /v1/embeddings returns them.' : '';
}

function setModel(next) {
  model = next;
  clearAnswers();
  look.setModel(model);
  byId('zeroshot').hidden = !can('zeroshot');
  byId('search-form').hidden = !(can('search') && can('zeroshot'));
  const { architecture, task, input_size: size, classes, dim } = model;
  byId('about').textContent = [architecture, task, size && `${size[1]} × ${size[2]} pixels`,
    classes && `${classes.toLocaleString('en')} classes`, dim && `${dim.toLocaleString('en')} features`].filter(Boolean).join(' · ');
  nothingToSay();
  if (!live.isOpen) answer();
}

async function loadModels() {
  const { data } = await ask('models', { method: 'GET', path: '/v1/models' }, (seconds) => report(`The server is overloaded. Trying again in ${seconds} s.`));
  models = data;
  byId('token-form').hidden = true;
  say('');
  const select = byId('model');
  select.replaceChildren(...models.map(({ id }) => new Option(id, id)));
  select.disabled = models.length === 0;
  if (models.length) setModel(models[0]);
  else say('The server has no model.');
}

function start() {
  startTabs();
  startInput(take, say);
  byId('model').addEventListener('change', (event) => setModel(models[event.target.selectedIndex]));
  byId('token-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    useToken(byId('token').value);
    byId('token').value = '';
    if (models.length === 0) {
      step(loadModels);
    } else {
      byId('token-form').hidden = true;
      say('');
      answer();
    }
  });
  byId('unpick').addEventListener('click', pickNothing);
  byId('zeroshot').addEventListener('submit', (event) => event.preventDefault());
  byId('search-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = byId('search-text').value.trim();
    if (text) step(() => searchText(text));
  });
  let typing = 0;
  byId('zeroshot').addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(async () => {
      say('');
      if (await step(zeroshot)) step(explain);
    }, TYPING_PAUSE);
  });
  step(loadModels);
}

start();
