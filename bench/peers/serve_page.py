"""Tests the page of `vit serve` in headless Chromium.

    pip install selenium                    # and Chromium with its chromedriver
    npm pack axe-core                       # its axe.min.js, for --axe
    python bench/peers/serve_page.py http://127.0.0.1:8080 --image photo.jpg --axe axe.min.js --out shots

Every model of every server is used as far as its capabilities go: an image is dropped, pasted and chosen; bars, figures, patches,
labels, masks, nearest images and the camera (Chromium's fake device) must appear. Fails if a request leaves the origin, the
console shows an error, axe finds a violation in light or dark mode, or the page scrolls sideways at 360 pixels. Screenshots are
written to the folder --out.
"""

import argparse
import base64
import json
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import Select, WebDriverWait

WIDTHS = {360: 780, 1280: 900}

DROP = """
const [name, type, data, event] = arguments;
const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
const moved = new DataTransfer();
moved.items.add(new File([bytes], name, {type}));
window.firstBars = 0;
const start = performance.now();
const watch = new MutationObserver(() => {
  if (document.querySelector('#bars li')) { window.firstBars = performance.now() - start; watch.disconnect(); }
});
watch.observe(document.getElementById('bars'), {childList: true});
if (event === 'paste') document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: moved, bubbles: true, cancelable: true}));
else document.getElementById('stage').dispatchEvent(new DragEvent('drop', {dataTransfer: moved, bubbles: true, cancelable: true}));
"""

PAINTED = """
const {width, height} = document.getElementById('overlay');
const context = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
context.drawImage(document.getElementById('overlay'), 0, 0);
const data = context.getImageData(0, 0, width, height).data;
let sum = 0, painted = 0;
for (let i = 0; i < data.length; i += 4) { painted += data[i + 3] > 0; sum = (sum * 31 + data[i] + data[i + 1] + data[i + 3]) % 1e9; }
return [painted / (data.length / 4), sum];
"""

BUSY = """
const real = window.fetch;
window.fetch = async () => {
  window.fetch = real;
  return new Response('{"error": "full"}', {status: 503, headers: {'Retry-After': '1'}});
};
"""

NO_CAMERA = "const [n] = arguments; navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', n));"

WAITED = """
const [first] = performance.getEntriesByType('resource').filter(entry => entry.name.includes('/v1/predict'));
return first.responseEnd - first.startTime;
"""

AXE = "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done(String(e)));"


class Browser:
    """Chromium with what it requested and what its console said."""

    def __init__(self, options):
        self.options = options
        chrome = webdriver.ChromeOptions()
        chrome.binary_location = options.chromium
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--use-fake-device-for-media-stream",
                     "--use-fake-ui-for-media-stream", "--disable-background-networking"):
            chrome.add_argument(word)
        chrome.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(options=chrome, service=Service(options.chromedriver))
        self.driver.set_script_timeout(60)
        self.events = []
        self.failed = []
        self.size(1280)

    def size(self, width):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": WIDTHS[width], "deviceScaleFactor": 1, "mobile": width < 600})

    def mode(self, scheme):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def get(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self, css):
        return self.driver.execute_script("return document.querySelector(arguments[0])?.innerText.trim() ?? ''", css)

    def wait(self, what, condition, seconds=20):
        try:
            return WebDriverWait(self.driver, seconds, 0.05).until(lambda _: condition())
        except Exception as failure:
            self.driver.save_screenshot(str(self.options.out / "failure.png"))
            raise AssertionError(f"no {what} after {seconds} s; error line: {self.text('#error')!r}") from failure

    def check(self, what, holds, figure=""):
        print(f"  {'ok ' if holds else 'BAD'} {what}{f': {figure}' if figure != '' else ''}", flush=True)
        if not holds:
            self.failed.append(what)

    def give(self, image, event="drop"):
        kind = "image/png" if image.suffix == ".png" else "image/jpeg"
        self.driver.execute_script(DROP, image.name, kind, base64.b64encode(image.read_bytes()).decode(), event)

    def painted(self):
        """The share of the overlay that is painted, and a number that changes with its pixels."""
        return self.driver.execute_script(PAINTED)

    def bars(self):
        return self.driver.execute_script("return [...document.querySelectorAll('#bars li .label')].map(l => l.textContent)")

    def shots(self, name):
        """Screenshots of the whole page at both widths in both modes, axe in both modes, no sideways scroll."""
        for width in WIDTHS:
            self.size(width)
            for scheme in ("light", "dark"):
                self.mode(scheme)
                self.driver.execute_script("document.activeElement?.blur()")
                shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
                (self.options.out / f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
                if self.options.axe:
                    if not self.driver.execute_script("return typeof axe === 'object'"):
                        self.driver.execute_script(self.options.axe.read_text())
                    found = self.driver.execute_async_script(AXE)
                    words = [f"{v['id']} {[n['target'] for n in v['nodes']][:3]}" for v in found] if isinstance(found, list) else [found]
                    if words:
                        self.check(f"axe, {name}, {width}, {scheme}", False, "; ".join(words))
            wide = self.driver.execute_script("return document.documentElement.scrollWidth")
            if wide > width:
                self.check(f"{name} scrolls sideways at {width}", False, wide)
        self.check(f"axe in light and dark mode, no sideways scroll: {name}", True)
        self.size(1280)
        self.mode("light")

    def requests(self):
        """Events of the network since the start."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"].startswith("Network."):
                self.events.append(message)
        return self.events

    def most_at_once(self, path):
        """The most requests with this path that ran at the same time."""
        running, most = set(), 0
        for event in self.requests():
            number = event["params"].get("requestId")
            if event["method"] == "Network.requestWillBeSent" and path in event["params"]["request"]["url"]:
                running.add(number)
                most = max(most, len(running))
            elif event["method"] in ("Network.loadingFinished", "Network.loadingFailed"):
                running.discard(number)
        return most


def figures(page, model):
    """Overlay, figure, layer, head, opacity, patches by pointer and keyboard."""
    page.wait("overlay", lambda: page.painted()[0] > 0.2)
    page.check("overlay", True, page.text("#caption"))
    known = page.painted()
    page.driver.execute_script("const o = document.getElementById('opacity'); o.value = 20; o.dispatchEvent(new Event('input'))")
    page.check("opacity changes the overlay", page.painted() != known)
    page.driver.execute_script("const o = document.getElementById('opacity'); o.value = 65; o.dispatchEvent(new Event('input'))")
    if "attention" not in model["figures"]:
        return
    before = page.painted()
    grid = page.get("#grid")
    webdriver.ActionChains(page.driver).move_to_element_with_offset(grid, 30, 20).click().perform()
    page.wait("attention of a patch", lambda: "patch in row" in page.text("#caption") and page.painted() != before)
    page.check("click on a patch", True, page.text("#caption"))
    if model["heads"] > 1:
        Select(page.get("#head")).select_by_index(2)
        page.wait("head 1", lambda: "head 1" in page.text("#caption"))
        Select(page.get("#layer")).select_by_index(0)
        page.wait("layer 0", lambda: "layer 0" in page.text("#caption"))
        page.check("layer and head", True, page.text("#caption"))
    first = page.text("#caption")
    page.driver.execute_script("arguments[0].focus()", grid)
    webdriver.ActionChains(page.driver).send_keys(Keys.ARROW_UP, Keys.ARROW_LEFT, Keys.ENTER).perform()
    page.wait("patch by keyboard", lambda: "patch in row" in page.text("#caption") and page.text("#caption") != first)
    page.check("patch by keyboard", True, page.text("#caption"))
    webdriver.ActionChains(page.driver).send_keys(Keys.ESCAPE).perform()
    page.wait("whole image after Escape", lambda: "whole image" in page.text("#caption"))


def predictions(page, model):
    page.wait("bars", lambda: page.bars())
    took = page.driver.execute_script("return window.firstBars")
    waited = page.driver.execute_script(WAITED)
    page.check("first bars under 1 s", 0 < took < 1000, f"{took:.0f} ms, {waited:.0f} of them for the server; {page.bars()[0]}")
    if any(figure in model.get("figures", []) for figure in ("relevance", "gradcam")):
        figures(page, model)
        page.all("#bars button")[1].click()
        label = page.bars()[1]
        page.wait("figure of the second class", lambda: f"“{label}”" in page.text("#caption"))
        page.check("a click on a bar explains its class", page.all("#bars button")[1].get_attribute("aria-pressed") == "true")


def labels(page, model):
    page.wait("bars", lambda: page.bars())
    box = page.get("#labels")
    box.clear()
    for word in ("a dog", "a cat", "a pizza"):
        box.send_keys(word, Keys.ENTER)
    page.wait("typed labels", lambda: sorted(page.bars()) == ["a cat", "a dog", "a pizza"])
    page.check("labels typed live", True, f"{page.bars()}, {page.most_at_once('/v1/zeroshot')} request at once")
    if model.get("figures"):
        page.wait("figure of the best label", lambda: f"“{page.bars()[0]}”" in page.text("#caption"))
        figures(page, model)


def masks(page, model):
    page.wait("legend", lambda: page.all("#legend button"))
    page.wait("mask", lambda: page.painted()[0] > 0.5)
    whole = page.painted()
    page.check("mask and legend", True, page.text("#legend").replace("\n", " "))
    webdriver.ActionChains(page.driver).move_to_element(page.get("#grid")).perform()
    page.wait("class below the pointer", lambda: page.all("#legend .under"))
    page.check("class below the pointer", page.text("#under").endswith(page.text("#legend .under .label")), page.text("#under"))
    page.get("#legend button").click()
    page.check("one class alone", page.painted()[0] < whole[0])
    page.get("#legend button").click()
    page.check("all classes again", page.painted() == whole)


def nearest(page, model):
    page.wait("nearest images", lambda: page.all("#nearest li"))
    images = page.driver.execute_script("return [...document.querySelectorAll('#nearest img')].map(i => i.complete && i.naturalWidth)")
    page.check("nearest images", all(images), f"{len(page.all('#nearest li'))}, {len(images)} with a preview")
    if "zeroshot" in model["capabilities"]:
        page.get("#search-text").send_keys("a street", Keys.ENTER)
        page.wait("search by text", lambda: "a street" in page.text("#status"))
        page.check("search by text", True, page.text("#status"))


def tabs(page):
    page.get("#tab-results").send_keys(Keys.ARROW_RIGHT)
    page.check("curl command", "curl" in page.text("#panel-curl pre") and "--data-binary '@" in page.text("#panel-curl pre"))
    page.shots(f"{page.name}-curl")
    page.get("#tab-curl").send_keys(Keys.ARROW_RIGHT)
    page.check("JSON", page.text("#panel-json pre").startswith("{"))
    page.shots(f"{page.name}-json")
    page.get("#tab-json").send_keys(Keys.HOME)


def camera(page, model):
    page.get("#camera").click()
    page.wait("camera", lambda: page.get("#camera-tools").is_displayed())
    path = "/v1/segment" if "segment" in model["capabilities"] else "/v1/zeroshot" if "zeroshot" in model["capabilities"] else "/v1/predict"
    sent = lambda: sum(e["method"] == "Network.requestWillBeSent" and path in e["params"]["request"]["url"] for e in page.requests())
    start = sent()
    page.wait("frames of the camera", lambda: sent() >= start + 4)
    page.wait("time for each image", lambda: "ms for each image" in page.text("#status"))
    page.check("camera, one request at a time", page.most_at_once(path) == 1, page.text("#status"))
    page.shots(f"{page.name}-camera")
    page.get("#shot").click()
    page.wait("single image", lambda: page.text("#name") == "camera.jpg" and not page.get("#camera-tools").is_displayed())
    page.wait("answer to the single image", lambda: page.all("#bars li") or page.all("#legend li"))
    page.check("single image of the camera", True)


def opened(page, url, options):
    """Opens the page, with the token if the server needs one."""
    page.driver.get(url)
    if options.token:
        page.wait("question for the token", lambda: page.get("#token").is_displayed())
        page.get("#token").send_keys(options.token, Keys.ENTER)
    page.wait("models", lambda: page.get("#model").is_enabled())


def refusals(page, url, options):
    """A full server, a broken image, a camera that is denied or that the browser forbids."""
    page.driver.execute_script(BUSY)
    page.give(options.image)
    page.wait("line about the full server", lambda: "overloaded" in page.text("#status"))
    busy = page.text("#status")
    page.wait("answer after one more try", lambda: "overloaded" not in page.text("#status") and page.all("#bars li, #legend li"))
    page.check("one more try after 503", not page.get("#error").is_displayed(), busy)
    for name, word in {"NotAllowedError": "refused", "NotFoundError": "No camera"}.items():
        page.driver.execute_script(NO_CAMERA, name)
        page.get("#camera").click()
        page.wait("reason", lambda: word in page.text("#error"))
        page.check(f"camera: {name}", True, page.text("#error"))
    broken = options.out / "broken.jpg"
    broken.write_bytes(b"this is no image")
    page.give(broken)
    page.wait("error line", lambda: page.get("#error").is_displayed())
    page.check("a broken image is one line", "\n" not in page.text("#error"), page.text("#error"))
    page.shots(f"{page.name}-error")
    broken.unlink()
    opened(page, url, options)
    page.driver.execute_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.get("#camera").click()
    page.wait("reason", lambda: page.get("#error").is_displayed())
    page.check("why there is no camera", "https" in page.text("#error"), page.text("#error"))


def quiet(page, url):
    """No request off origin, no error in the console."""
    own = (url, "data:", "blob:")
    asked = [e["params"]["request"]["url"] for e in page.requests() if e["method"] == "Network.requestWillBeSent"]
    off = [address for address in asked if not address.startswith(own)]
    page.check("no request off origin", not off, f"{len(asked)} requests {off[:3]}")
    # Chromium logs every response with status 4xx as an error: those that this test provokes are no fault of the page.
    said = [entry["message"] for entry in page.driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING") and "/v1/" not in entry["message"]]
    page.check("no error in the console", not said, said[:3] or "")


def server(page, url, options):
    request = urllib.request.Request(url + "/v1/models", headers={"Authorization": f"Bearer {options.token}"} if options.token else {})
    with urllib.request.urlopen(request) as response:
        models = json.load(response)["data"]
    if options.token:
        page.driver.get(url)
        page.wait("question for the token", lambda: page.get("#token").is_displayed())
        page.shots("token")
        page.get("#token").send_keys("wrong", Keys.ENTER)
        page.wait("line about the token", lambda: "token is wrong" in page.text("#error"))
        page.check("a wrong token is one line", True, page.text("#error"))
    opened(page, url, options)
    page.name = "start"
    page.shots("start")
    for number, model in enumerate(models):
        can = model["capabilities"]
        page.name = f"{urlsplit(url).port}-{model['id']}"
        print(f"{model['id']}: {', '.join(can)}")
        opened(page, url, options)
        Select(page.get("#model")).select_by_visible_text(model["id"])
        page.give(options.image, ["drop", "paste"][number % 2])
        if "predict" in can and "segment" not in can:
            predictions(page, model)
        if "zeroshot" in can:
            labels(page, model)
        if "segment" in can:
            masks(page, model)
        if "search" in can:
            nearest(page, model)
        page.shots(page.name)
        tabs(page)
        if number == 0:
            page.get("#file").send_keys(str(options.image.resolve()))
            page.wait("chosen file", lambda: page.text("#name") == options.image.name)
        if set(can) & {"predict", "zeroshot", "segment"}:
            camera(page, model)
    page.name = str(urlsplit(url).port)
    opened(page, url, options)
    refusals(page, url, options)
    quiet(page, url)


def picture(page, url, options):
    """Writes the picture of docs/serve.md: a model with a figure, in 256 colors."""
    import io

    from PIL import Image

    page.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 1080, "height": 700, "deviceScaleFactor": 1, "mobile": False})
    opened(page, url, options)
    Select(page.get("#model")).select_by_visible_text(options.model)
    page.give(options.image)
    page.wait("overlay", lambda: page.painted()[0] > 0.2)
    page.driver.execute_script("document.activeElement?.blur(); document.documentElement.style.overflow = 'hidden'")
    shot = Image.open(io.BytesIO(page.driver.get_screenshot_as_png())).convert("RGB")
    colors = shot.quantize(256, Image.Quantize.FASTOCTREE)
    shot.quantize(palette=colors, dither=Image.Dither.FLOYDSTEINBERG).save(options.picture, optimize=True)
    print(f"{options.picture}: {options.picture.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--image", type=Path, required=True)
    parser.add_argument("--axe", type=Path, help="axe.min.js")
    parser.add_argument("--token", help="the bearer token that the servers need")
    parser.add_argument("--out", type=Path, default=Path("serve-page"), help="folder of the screenshots")
    parser.add_argument("--picture", type=Path, help="write this picture instead, with --model (needs Pillow)")
    parser.add_argument("--model")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--chromedriver", default="/usr/bin/chromedriver")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    page = Browser(options)
    try:
        for url in options.urls:
            (picture if options.picture else server)(page, url.rstrip("/"), options)
    finally:
        page.driver.quit()
    print(f"{len(page.failed)} failed" if page.failed else "all passed")
    sys.exit(bool(page.failed))


if __name__ == "__main__":
    main()
