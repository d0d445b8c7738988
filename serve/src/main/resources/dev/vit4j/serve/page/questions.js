// The requests about an image, and what the page shows of their responses.
import { Failure, abort, ask } from './api.js';
import { drawBars, drawLegend, drawNearest, markArea, percent } from './answers.js';
import { Look } from './look.js';
import { Mask } from './mask.js';
import { forget, remember } from './repeat.js';
import { attempt, overloaded, report } from './report.js';
import { Stage } from './stage.js';

const TOP_K = 5;
const NEAREST = 12;
const MASK_LONGEST = 1600;
const WAITING = 'Waiting for the server.';

const byId = (id) => document.getElementById(id);

/** What is asked about: the model of /v1/models, the image file. */
export const subject = { model: null, file: null };

export const look = new Look(() => attempt(explain));
export const stage = new Stage({ pick, unpick: pickNothing, over: markArea });

/** The number of the newest image or model; what belongs to an older one is not shown. */
let turn = 0;
let isLive = false;
let patch = null;
let predictions = [];
/** The prediction that the user chose to explain; the most probable one otherwise. */
let chosen = null;

export const can = (capability) => subject.model?.capabilities.includes(capability);

/** Sends one request, about the image if no other content is given, and shows it in the tabs. */
async function question(slot, title, path, params, content) {
  const { model, file } = subject;
  const image = { body: file, type: file?.type || 'application/octet-stream', file: file?.name || 'image' };
  const request = { path, params: [['model', model.id], ...params], ...content ?? image };
  remember(slot, title, request);
  const response = await ask(slot, request, overloaded);
  remember(slot, title, request, response);
  return response;
}

/** The result of the one image of a request. */
function only({ results: [result] }) {
  if (result.error) throw new Failure(result.error, result.status ?? 400);
  return result;
}

/**
 * Sends all requests about the image, one after the other: what is read first comes first. Live images are not searched.
 * Returns false if one failed.
 */
export async function answer(live = false) {
  if (!subject.file || !subject.model) return true;
  const mine = ++turn;
  isLive = live;
  abort();
  if (!live) report(WAITING);
  const start = performance.now();
  for (const action of live ? [score, segment, explain] : [score, segment, explain, search]) {
    const works = await attempt(action);
    if (mine !== turn) return true;
    if (!works) return false;
  }
  if (live) report(`${(performance.now() - start).toFixed(0)} ms for each image`);
  else if (byId('status').textContent === WAITING) report('');
  return true;
}

const labelsTyped = () => [...new Set(byId('labels').value.split(/[\n,]/).map((label) => label.trim()).filter(Boolean))];

/** Scores the labels that the user typed, or the classes of the model. */
async function score() {
  const labels = can('zeroshot') ? labelsTyped() : [];
  if (!subject.file || can('segment')) return;
  if (labels.length) {
    const params = [['top_k', labels.length], ['template', byId('template').value.trim()], ...labels.map((label) => ['labels', label])];
    show(only(await question('score', 'Zero-shot predictions', '/v1/zeroshot', params)).predictions);
  } else if (can('predict')) {
    const result = only(await question('score', 'Predictions', '/v1/predict', [['top_k', TOP_K]]));
    show(result.predictions);
    if (!result.predictions) report('The page draws no results of this model. They are in the tab JSON.');
  } else {
    abort('score');
    show([]);
    if (can('zeroshot')) report('Type labels to compare them with the image.');
  }
}

function show(found = []) {
  predictions = found;
  chosen = chosen && (found.find(({ label, index }) => label === chosen.label && index === chosen.index) ?? null);
  byId('predictions').hidden = found.length === 0;
  redraw();
  if (found.length && !isLive) report(`Most probable: ${found[0].label}, ${percent(found[0].probability)}.`);
}

/** Draws the bars; the row of the class that the figure explains is marked. */
function redraw() {
  const target = look.isOfClass ? chosen ?? predictions[0] : null;
  drawBars(predictions, target?.index, look.hasClassFigure ? (prediction) => {
    chosen = prediction;
    look.chooseOfClass();
    attempt(explain);
  } : null);
}

async function segment() {
  if (!can('segment')) return;
  const mine = turn;
  const result = only(await question('segment', 'Mask', '/v1/segment', []));
  const mask = await Mask.of(result, MASK_LONGEST);
  if (mine !== turn) return;
  stage.setMask(mask);
  drawLegend(result.areas, (area) => {
    mask.only(area);
    stage.draw();
  });
  markArea(undefined);
  const [first] = [...result.areas].sort((a, b) => b.share - a.share);
  if (first && !isLive) report(`Largest class: ${first.label}, ${percent(first.share)}.`);
}

async function explain() {
  redraw();
  const target = chosen ?? predictions[0];
  const needsText = can('zeroshot');
  if (!can('explain') || !look.figure || !subject.file || (needsText && !target)) {
    abort('explain');
    stage.setHeat(null);
    look.say(needsText && subject.file ? 'Type a label to see where the model finds it.' : '', false);
    return;
  }
  const ofClass = look.isOfClass && target ? [['class', target.index]] : [];
  const of = needsText ? [['text', inTemplate(target.label)]] : ofClass;
  const from = look.isOfClass ? null : patch;
  const response = await question('explain', 'Figure', '/v1/explain', [...look.params(from), ...of]);
  const shown = { ...response, patch: from };
  stage.setHeat(shown);
  look.describe(shown, target?.label);
}

function inTemplate(label) {
  const template = byId('template').value.trim();
  return template.includes('{') ? template.replace(/\{c?\}/, () => label) : label;
}

function pick(row, column) {
  if (!look.choosePatched()) return;
  patch = [row, column];
  attempt(explain);
}

/** Returns from a patch to the whole image. */
export function pickNothing() {
  if (!patch) return;
  patch = null;
  attempt(explain);
}

async function search() {
  if (can('search')) drawNearest((await question('search', 'Nearest images', '/v1/search', [['k', NEAREST]])).results);
}

/** Shows the images nearest to a text. */
export async function searchText(text) {
  const { results } = await question('search', 'Nearest images', '/v1/search', [['k', NEAREST], ['text', text]], {});
  drawNearest(results);
  report(`${results.length} images found for “${text}”.`);
}

/** Scores the labels again, and explains again what depends on them. */
export async function labelsChanged() {
  if (await attempt(score) && look.isOfClass) attempt(explain);
}

/** Removes all results, for another image or another model. */
export function clear() {
  abort();
  turn++;
  patch = chosen = null;
  predictions = [];
  forget();
  stage.clear();
  look.say('', false);
  byId('predictions').hidden = true;
  byId('masks').hidden = true;
  byId('nearest').replaceChildren();
  byId('bars').replaceChildren();
  byId('search').hidden = !(can('search') && can('zeroshot'));
  report('');
}
