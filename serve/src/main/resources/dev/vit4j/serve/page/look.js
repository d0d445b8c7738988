// The choice of a figure, a layer and a head, and the line below the image that says what is shown.

const NAMES = {
  relevance: 'Relevance',
  attention: 'Attention',
  rollout: 'Attention rollout',
  gradcam: 'Grad-CAM',
  'grad-cam': 'Grad-CAM',
};
/** Figures of one class or text. */
const OF_A_CLASS = ['relevance', 'gradcam', 'grad-cam'];
/** Figures that start at a patch or at the class token. */
const OF_A_PATCH = ['attention', 'rollout'];

const byId = (id) => document.getElementById(id);

function fill(select, options) {
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
}

export class Look {
  /** `changed()` is called after a choice of the user. */
  constructor(changed) {
    byId('look').addEventListener('submit', (event) => event.preventDefault());
    for (const id of ['figure', 'layer', 'head']) {
      byId(id).addEventListener('change', () => {
        this.#showFields();
        changed();
      });
    }
  }

  /** Offers the figures of a model. */
  setModel(model) {
    const figures = model.capabilities.includes('explain') ? model.figures ?? [] : [];
    this.figures = figures;
    const before = this.figure;
    fill(byId('figure'), [...figures.map((figure) => [figure, NAMES[figure] ?? figure]), ['', 'None']]);
    if (figures.includes(before)) byId('figure').value = before;
    const count = (n, word) => Array.from({ length: n ?? 0 }, (_, i) => [i, `${word} ${i}`]);
    fill(byId('layer'), count(model.layers, 'Layer'));
    byId('layer').value = String((model.layers ?? 1) - 1);
    fill(byId('head'), [['', 'Mean of all'], ...count(model.heads, 'Head')]);
    this.hasControls = figures.length > 0 || model.capabilities.includes('segment');
    byId('figure-field').hidden = byId('caption-row').hidden = !figures.length;
    this.#showFields();
    this.say('', false);
  }

  #showFields() {
    const attention = this.figure === 'attention';
    byId('layer-field').hidden = !attention || byId('layer').options.length === 0;
    byId('head-field').hidden = !attention || byId('head').options.length < 2;
  }

  get figure() {
    return byId('figure').value;
  }

  get isOfClass() {
    return OF_A_CLASS.includes(this.figure);
  }

  /** Chooses a figure that starts at a patch, if the model has one. */
  choosePatched() {
    if (OF_A_PATCH.includes(this.figure)) return true;
    const figure = OF_A_PATCH.find((name) => this.figures.includes(name));
    if (!figure) return false;
    byId('figure').value = figure;
    this.#showFields();
    return true;
  }

  /** Chooses a figure of a class, if the model has one. */
  chooseOfClass() {
    const figure = this.isOfClass ? this.figure : OF_A_CLASS.find((name) => this.figures.includes(name));
    if (!figure) return;
    byId('figure').value = figure;
    this.#showFields();
  }

  get hasClassFigure() {
    return OF_A_CLASS.some((name) => this.figures.includes(name));
  }

  get hasPatchFigure() {
    return OF_A_PATCH.some((name) => this.figures.includes(name));
  }

  /** Shows the controls, if the model has something to draw over an image. */
  show(isShown) {
    byId('look').hidden = !isShown || !this.hasControls;
  }

  /** The parameters of /v1/explain; `patch` is [row, column] or null. */
  params(patch) {
    const attention = this.figure === 'attention';
    return [
      ['figure', this.figure],
      ['layer', attention ? byId('layer').value : ''],
      ['head', attention ? byId('head').value : ''],
      ['patch', patch && OF_A_PATCH.includes(this.figure) ? patch.join(',') : ''],
    ];
  }

  /** Describes the figure that is shown; `target` is the label that it explains. */
  describe({ figure, layer, head, patch }, target) {
    const from = patch ? `the patch in row ${patch[0]}, column ${patch[1]}` : 'the whole image';
    const parts = {
      attention: [`Attention of ${from}`, `layer ${layer ?? byId('layer').value}`, Number.isInteger(head) ? `head ${head}` : 'mean of all heads'],
      rollout: [`Attention of ${from} through all layers`],
    }[figure] ?? [`${NAMES[figure] ?? figure}${target ? ` for “${target}”` : ''}`];
    this.say(parts.join(', '), true);
    byId('unpick').hidden = !patch;
  }

  /** Writes the line below the image. */
  say(text, hasScale) {
    if (byId('caption').textContent !== text) byId('caption').textContent = text;
    byId('scale').hidden = !hasScale;
    byId('unpick').hidden = true;
    byId('hint').textContent = hasScale && this.hasPatchFigure ? 'Click a patch to see what it attends to.' : '';
  }
}
