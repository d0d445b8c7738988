// What the server said: bars, the legend of a mask, the nearest images.

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

/** A share as a percentage: one decimal, and never 0.0 or 100.0 for a share that is not. */
export function percent(share) {
  if (!Number.isFinite(share)) return '';
  if (share > 0 && share < 0.001) return '< 0.1 %';
  if (share < 1 && share > 0.999) return '> 99.9 %';
  return `${(100 * share).toFixed(1)} %`;
}

/** Draws the bars. If `choose` is given a row is a button that explains its class; `chosen` is the index of that class. */
export function drawBars(predictions, chosen, choose) {
  const list = document.getElementById('bars');
  const focused = [...list.children].findIndex((row) => row.contains(document.activeElement));
  list.replaceChildren(...predictions.map((prediction) => {
    const row = element('li');
    const inner = element(choose ? 'button' : 'div', 'bar-row');
    const track = element('span', 'track');
    const fill = element('span', 'fill');
    fill.style.width = `${100 * (prediction.probability || 0)}%`;
    track.append(fill);
    inner.append(element('span', 'label', prediction.label ?? `class ${prediction.index}`),
      element('span', 'value', percent(prediction.probability)), track);
    if (choose) {
      inner.setAttribute('aria-pressed', String(prediction.index === chosen));
      inner.title = 'Explain this class';
      inner.addEventListener('click', () => choose(prediction));
    }
    row.append(inner);
    return row;
  }));
  if (choose) list.children[focused]?.firstChild.focus();
}

/** Draws the legend, the largest area first; `only(area)` is called with the area that alone is to be shown, or null. */
export function drawLegend(areas, only) {
  const list = document.getElementById('legend');
  const sorted = [...areas].sort((a, b) => b.share - a.share);
  list.replaceChildren(...sorted.map((area) => {
    const button = element('button', 'legend-row');
    const swatch = element('span', 'swatch');
    swatch.style.backgroundColor = area.color;
    button.append(swatch, element('span', 'label', area.label), element('span', 'value', percent(area.share)));
    button.setAttribute('aria-pressed', 'false');
    button.dataset.index = area.index;
    button.title = 'Show this class alone';
    button.addEventListener('click', () => {
      const pressed = button.getAttribute('aria-pressed') !== 'true';
      for (const other of list.querySelectorAll('button')) other.setAttribute('aria-pressed', String(pressed && other === button));
      only(pressed ? area : null);
    });
    const row = element('li');
    row.append(button);
    return row;
  }));
  document.getElementById('masks').hidden = false;
}

/** Marks the class below the pointer in the legend and names it. */
export function markArea(area) {
  for (const button of document.querySelectorAll('#legend button')) {
    button.classList.toggle('under', area !== undefined && button.dataset.index === String(area.index));
  }
  document.getElementById('under').textContent = area ? `Below the pointer: ${area.label}` : 'Move over the image to read the class.';
}

/** Draws the nearest images. */
export function drawNearest(results) {
  document.getElementById('nearest').replaceChildren(...results.map(({ source, score, thumbnail }) => {
    const row = element('li');
    const name = source.split(/[\\/]/).pop();
    if (thumbnail?.startsWith('data:image/')) {
      const image = element('img');
      image.src = thumbnail;
      image.alt = '';
      row.append(image);
    } else {
      row.append(element('div', 'no-image', 'no preview'));
    }
    const label = element('span', 'label', name);
    label.title = source;
    row.append(label, element('span', 'value', score.toFixed(3)));
    return row;
  }));
  document.getElementById('search').hidden = false;
}
