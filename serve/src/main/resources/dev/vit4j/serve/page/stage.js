// The image with what is drawn over it, and the choice of a patch with the pointer or the keyboard.
import { heatCanvas } from './heat.js';

const LONGEST = 1600;
const SHORTEST = 800;
/** Steps of the keyboard over a mask. */
const MASK_STEPS = [24, 24];

export class Stage {
  picture = document.getElementById('picture');
  #overlay = document.getElementById('overlay');
  #grid = document.getElementById('grid');
  #cursorText = document.getElementById('cursor');
  #opacity = document.getElementById('opacity');
  #heat = null;
  #mask = null;
  #cursor = null;
  #newest = null;

  /** `pick(row, column)` is called for a chosen patch, `unpick()` for Escape, `over(area)` for the class below the pointer. */
  constructor({ pick, unpick, over }) {
    this.#opacity.addEventListener('input', () => this.draw());
    const grid = this.#grid;
    grid.addEventListener('pointermove', (event) => this.#point(event, over));
    grid.addEventListener('pointerleave', () => {
      this.#cursor = null;
      over(undefined);
      this.draw();
    });
    grid.addEventListener('click', (event) => {
      this.#point(event, over);
      if (this.#heat && this.#cursor) pick(...this.#cursor);
    });
    grid.addEventListener('blur', () => {
      this.#cursor = null;
      this.draw();
    });
    grid.addEventListener('keydown', (event) => this.#key(event, { pick, unpick, over }));
  }

  /** Shows an image file, upright. Returns false if the browser cannot decode it. */
  async show(file) {
    this.clear();
    this.#newest = file;
    let bitmap;
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    } catch {
      if (this.#newest !== file) return false;
      const context = this.#resize(640, 360);
      context.font = '20px system-ui, sans-serif';
      context.textAlign = 'center';
      context.fillStyle = '#888';
      context.fillText('The browser cannot show this file.', 320, 184);
      this.#present();
      return false;
    }
    if (this.#newest !== file) return true;
    const { width, height } = bitmap;
    const longest = Math.max(width, height);
    const scale = longest > LONGEST ? LONGEST / longest : Math.max(1, SHORTEST / longest);
    const context = this.#resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    context.imageSmoothingEnabled = scale < 4;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, this.picture.width, this.picture.height);
    bitmap.close();
    this.#present();
    return true;
  }

  /** Shows what a camera draws on `picture`. */
  live() {
    this.#newest = null;
    this.clear();
    this.#present();
  }

  #present() {
    document.getElementById('invitation').hidden = true;
    document.getElementById('view').hidden = false;
    document.getElementById('stage').classList.remove('empty');
    this.draw();
  }

  #resize(width, height) {
    Object.assign(this.picture, { width, height });
    return this.picture.getContext('2d');
  }

  /** Removes what is drawn over the image. */
  clear() {
    this.#heat = null;
    this.#mask = null;
    this.#cursor = null;
    this.#reachable();
    this.draw();
  }

  /** Draws a response of /v1/explain; null removes the figure. */
  setHeat(response) {
    this.#heat = response && { ...response, canvas: heatCanvas(response.grid, response.values) };
    this.#reachable();
    this.draw();
  }

  /** Draws a Mask. */
  setMask(mask) {
    this.#mask = mask;
    this.#reachable();
    this.draw();
  }

  #reachable() {
    const used = this.#heat || this.#mask;
    if (used) this.#grid.tabIndex = 0;
    else this.#grid.removeAttribute('tabindex');
    this.#grid.setAttribute('aria-label', this.#heat ? 'Patches of the image' : this.#mask ? 'Image with mask' : 'Image');
    document.getElementById('grid-help').textContent = this.#heat
      ? 'Arrow keys choose a patch, Enter shows what it attends to, Escape returns to the whole image.'
      : this.#mask ? 'Arrow keys move over the image; the class is read out.' : '';
  }

  /** The part of the canvas that is divided into steps, and their numbers: [x, y, width, height, rows, columns]. */
  #area() {
    const { width, height } = this.#overlay;
    if (!this.#heat) return [0, 0, width, height, ...MASK_STEPS];
    const { size, crop = [0, 0, ...size], grid } = this.#heat;
    const [sx, sy] = [width / size[0], height / size[1]];
    return [crop[0] * sx, crop[1] * sy, crop[2] * sx, crop[3] * sy, ...grid];
  }

  #point(event, over) {
    const box = this.#grid.getBoundingClientRect();
    const [px, py] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const [x, y, width, height, rows, columns] = this.#area();
    const row = Math.floor(((py * this.#overlay.height - y) / height) * rows);
    const column = Math.floor(((px * this.#overlay.width - x) / width) * columns);
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    if (this.#mask) over(inside ? this.#mask.at(px, py) : undefined);
    if (!this.#heat) return;
    const changed = String(this.#cursor) !== String(inside ? [row, column] : null);
    this.#cursor = inside ? [row, column] : null;
    if (changed) this.draw();
  }

  #key(event, { pick, unpick, over }) {
    if (!this.#heat && !this.#mask) return;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === 'Escape') {
      this.#cursor = null;
      unpick();
    } else if ((event.key === 'Enter' || event.key === ' ') && this.#cursor) {
      if (this.#heat) pick(...this.#cursor);
    } else if (step) {
      const [, , , , rows, columns] = this.#area();
      const from = this.#cursor ?? this.#heat?.patch ?? [Math.floor(rows / 2), Math.floor(columns / 2)];
      const row = Math.min(Math.max(from[0] + step[0], 0), rows - 1);
      const column = Math.min(Math.max(from[1] + step[1], 0), columns - 1);
      this.#cursor = [row, column];
      const area = this.#mask?.at((column + 0.5) / columns, (row + 0.5) / rows);
      if (this.#mask) over(area);
      this.#cursorText.textContent = area ? area.label : `Row ${row}, column ${column}`;
    } else {
      return;
    }
    event.preventDefault();
    this.draw();
  }

  draw() {
    const { width, height } = this.picture;
    if (this.#overlay.width !== width || this.#overlay.height !== height) Object.assign(this.#overlay, { width, height });
    const context = this.#overlay.getContext('2d');
    context.clearRect(0, 0, width, height);
    const opacity = this.#opacity.value / 100;
    if (this.#mask) {
      context.globalAlpha = opacity;
      context.imageSmoothingEnabled = false;
      context.drawImage(this.#mask.canvas, 0, 0, width, height);
      context.globalAlpha = 1;
    }
    const [x, y, w, h] = this.#area();
    if (this.#heat) this.#drawHeat(context, opacity, [x, y, w, h]);
    if (this.#heat?.patch) this.#outline(context, this.#heat.patch, '#fff', 4);
    if (this.#cursor && (this.#heat || document.activeElement === this.#grid)) this.#outline(context, this.#cursor, '#ffb000', 3);
  }

  /** The figure over the part that the model saw; the rest of the image is dark. */
  #drawHeat(context, opacity, [x, y, w, h]) {
    const { width, height } = this.#overlay;
    if (x > 1 || y > 1 || x + w < width - 1 || y + h < height - 1) {
      context.beginPath();
      context.rect(0, 0, width, height);
      context.rect(x, y, w, h);
      context.fillStyle = 'rgb(0 0 0 / 0.5)';
      context.fill('evenodd');
    }
    context.save();
    context.beginPath();
    context.rect(x, y, w, h);
    context.clip();
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#heat.canvas, x, y, w, h);
    context.restore();
  }

  #outline(context, [row, column], color, thickness) {
    const [x, y, w, h, rows, columns] = this.#area();
    const line = thickness * (this.#overlay.width / (this.#grid.clientWidth || this.#overlay.width)) / 2;
    const box = [x + (column * w) / columns, y + (row * h) / rows, w / columns, h / rows];
    context.lineWidth = 2.2 * line;
    context.strokeStyle = 'rgb(0 0 0 / 0.7)';
    context.strokeRect(...box);
    context.lineWidth = line;
    context.strokeStyle = color;
    context.strokeRect(...box);
  }
}
