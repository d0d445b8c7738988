// Where images come from: drop, paste, a file.

/**
 * Calls `take(file)` for an image that is dropped on the page, pasted, or chosen, and `say(line)` for what cannot be used.
 */
export function startInput(take, say) {
  const stage = document.getElementById('stage');
  const input = document.getElementById('file');

  const use = (files, without) => {
    const images = [...files].filter((file) => file.type.startsWith('image/') || file.type === '');
    if (!images.length) {
      say(files.length ? `${files[0].name} is not an image: give a JPEG or PNG file, for example.` : without);
      return;
    }
    if (files.length > 1) say(`The page shows one image at a time: this is ${images[0].name}, the first of ${files.length} files.`);
    else say('');
    take(images[0]);
  };

  document.getElementById('choose').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    if (input.files.length) use(input.files, '');
    input.value = '';
  });

  /** Whether text is moved to a field: the browser does that. */
  const isText = (event) => event.target.closest?.('input, textarea') && !event.dataTransfer.types.includes('Files');

  let depth = 0;
  const mark = () => stage.classList.toggle('over', depth > 0);
  document.addEventListener('dragenter', (event) => { event.preventDefault(); depth++; mark(); });
  document.addEventListener('dragleave', () => { depth = Math.max(0, depth - 1); mark(); });
  document.addEventListener('dragover', (event) => {
    if (isText(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  document.addEventListener('drop', (event) => {
    depth = 0;
    mark();
    if (isText(event)) return;
    event.preventDefault();
    use(event.dataTransfer.files, 'This is not a file. Save the image and drop its file: the page loads nothing from other addresses.');
  });
  document.addEventListener('paste', (event) => {
    const files = event.clipboardData?.files ?? [];
    if (files.length) {
      event.preventDefault();
      use(files, '');
    } else if (!event.target.closest?.('input, textarea')) {
      say('The clipboard holds no image.');
    }
  });
}
