// The camera: single images, or one after the other, each as soon as the last one was answered.

const LONGEST = 640;

const REASONS = {
  NotAllowedError: 'The browser refused the camera. Allow it for this page (in the address bar) and try again.',
  SecurityError: 'The browser refused the camera. Allow it for this page (in the address bar) and try again.',
  NotFoundError: 'No camera was found on this device.',
  OverconstrainedError: 'No camera was found on this device.',
  NotReadableError: 'The camera cannot be read. Close other programs that use it and try again.',
  AbortError: 'The camera stopped. Try again.',
};

/** Why the browser offers no camera to this page; empty if it does. */
function missing() {
  if (!window.isSecureContext) {
    return 'The browser gives the camera only to pages from localhost or over https. Open this page as localhost on the machine '
      + 'of the server, or put a proxy with https before the server.';
  }
  return navigator.mediaDevices?.getUserMedia ? '' : 'This browser has no access to a camera.';
}

export class Camera {
  #video = document.createElement('video');
  #stream = null;

  constructor() {
    this.#video.muted = true;
    this.#video.playsInline = true;
  }

  get isOpen() {
    return this.#stream !== null;
  }

  /** Opens the camera; `ended()` is called if it goes away. @throws Error with one line for the user */
  async open(ended) {
    const reason = missing();
    if (reason) throw new Error(reason);
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
      this.#stream.getVideoTracks()[0].addEventListener('ended', ended);
      this.#video.srcObject = this.#stream;
      await this.#video.play();
    } catch (failure) {
      this.close();
      throw new Error(REASONS[failure.name] ?? `The camera does not work: ${failure.message || failure.name}.`);
    }
  }

  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /** Draws the newest frame on a canvas; the canvas gets the size of the frame, at most 640 pixels. */
  draw(canvas) {
    const { videoWidth, videoHeight } = this.#video;
    if (!this.#stream || !videoWidth) return false;
    const scale = Math.min(1, LONGEST / Math.max(videoWidth, videoHeight));
    const width = Math.round(videoWidth * scale);
    const height = Math.round(videoHeight * scale);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.getContext('2d').drawImage(this.#video, 0, 0, width, height);
    return true;
  }

  /** The newest frame as a JPEG file, or null if the camera has none yet. */
  async frame() {
    const canvas = document.createElement('canvas');
    if (!this.draw(canvas)) return null;
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', 0.9); });
    return new File([blob], 'camera.jpg', { type: 'image/jpeg' });
  }
}
