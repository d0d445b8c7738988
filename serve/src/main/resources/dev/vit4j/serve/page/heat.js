// The values of a figure as colors: viridis, more opaque where the value is high.

/** Viridis at 0, 1/8, … 1, as in the figures of vit4j. */
const VIRIDIS = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50],
  [253, 231, 37],
];

function colorOf(value) {
  const at = Math.min(Math.max(value, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[low].map((channel, i) => channel + (at - low) * (VIRIDIS[low + 1][i] - channel));
}

/** A canvas with one pixel for each value; `values` are rows * columns numbers from 0 to 1. */
export function heatCanvas([rows, columns], values) {
  const canvas = Object.assign(document.createElement('canvas'), { width: columns, height: rows });
  const pixels = new ImageData(columns, rows);
  values.forEach((value, i) => {
    const known = Number.isFinite(value) ? value : 0;
    pixels.data.set([...colorOf(known), 255 * (0.3 + 0.7 * known)], 4 * i);
  });
  canvas.getContext('2d').putImageData(pixels, 0, 0);
  return canvas;
}
