// The mask of a segmenter: its colors over the image, the class below the pointer, one class alone.

const keyOf = (color) => Number.parseInt(color.slice(1), 16);

export class Mask {
  #data;
  #areas;
  #canvas;

  constructor(data, areas) {
    this.#data = data;
    this.#areas = new Map(areas.map((area) => [keyOf(area.color), area]));
    this.#canvas = Object.assign(document.createElement('canvas'), { width: data.width, height: data.height });
    this.only(null);
  }

  /** Decodes a result of /v1/segment, no larger than `longest` pixels. */
  static async of({ mask, areas }, longest) {
    const bytes = Uint8Array.from(atob(mask), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }), { colorSpaceConversion: 'none' });
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.imageSmoothingEnabled = false;
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    return new Mask(context.getImageData(0, 0, width, height), areas);
  }

  get canvas() {
    return this.#canvas;
  }

  /** The area at a place from 0 to 1 in both directions, or undefined. */
  at(x, y) {
    const { width, height, data } = this.#data;
    const column = Math.min(Math.floor(x * width), width - 1);
    const row = Math.min(Math.floor(y * height), height - 1);
    const i = 4 * (row * width + column);
    return this.#areas.get((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  }

  /** Shows one area alone, or all if it is null. */
  only(area) {
    const { width, height, data } = this.#data;
    const shown = new ImageData(new Uint8ClampedArray(data), width, height);
    const key = area && keyOf(area.color);
    for (let i = 0; area && i < data.length; i += 4) {
      if (((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]) !== key) shown.data[i + 3] = 0;
    }
    this.#canvas.getContext('2d').putImageData(shown, 0, 0);
  }
}
