// The camera on the page: its buttons, the live image, and the requests about one frame after the other.
import { Camera } from './camera.js';

const byId = (id) => document.getElementById(id);
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

export class Live {
  #camera = new Camera();
  #stage;
  #calls;
  #isFollowing = false;

  /**
   * `opened()` is called when the camera shows its image; `frame(file)` asks about a frame and resolves to false if no more are
   * wanted; `taken(file)` gets the image that the user takes; `closed()` is called when the user stops the camera; `say(line)`
   * gets what is wrong.
   */
  constructor(stage, calls) {
    this.#stage = stage;
    this.#calls = calls;
    byId('camera').addEventListener('click', () => (this.isOpen ? this.#stop() : this.#open()));
    byId('shot').addEventListener('click', async () => {
      const frame = await this.#camera.frame();
      if (frame) calls.taken(frame);
    });
    byId('continuous').addEventListener('change', () => this.#follow());
  }

  get isOpen() {
    return this.#camera.isOpen;
  }

  close() {
    this.#camera.close();
    this.#show();
  }

  #show() {
    byId('camera').textContent = this.isOpen ? 'Stop camera' : 'Camera';
    byId('camera-tools').hidden = !this.isOpen;
    // A line for each frame is too much for a screen reader.
    for (const id of ['status', 'caption']) byId(id).setAttribute('aria-live', this.isOpen ? 'off' : 'polite');
  }

  #stop() {
    this.close();
    this.#calls.closed();
  }

  async #open() {
    this.#calls.say('');
    try {
      await this.#camera.open(() => {
        this.#stop();
        this.#calls.say('The camera was disconnected.');
      });
    } catch (failure) {
      this.#calls.say(failure.message);
      return;
    }
    this.#calls.opened();
    this.#camera.draw(this.#stage.picture);
    this.#stage.live();
    this.#show();
    this.#paint();
    this.#follow();
  }

  #paint() {
    if (!this.isOpen) return;
    const { picture } = this.#stage;
    const before = `${picture.width} ${picture.height}`;
    this.#camera.draw(picture);
    if (before !== `${picture.width} ${picture.height}`) this.#stage.draw();
    requestAnimationFrame(() => this.#paint());
  }

  /** Asks about one frame after the other, each when the last one was answered. */
  async #follow() {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    const continuous = byId('continuous');
    while (this.isOpen && continuous.checked) {
      const frame = document.hidden ? null : await this.#camera.frame();
      if (!frame) await pause(200);
      else if (this.isOpen && !await this.#calls.frame(frame)) continuous.checked = false;
    }
    this.#isFollowing = false;
  }
}
