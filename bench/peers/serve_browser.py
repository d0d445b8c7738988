"""Chromium for serve_page.py: what the page requested, what its console said, screenshots, axe."""

import base64
import json

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

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
const common = {bubbles: true, cancelable: true};
if (event === 'paste') document.dispatchEvent(new ClipboardEvent('paste', {...common, clipboardData: moved}));
else document.getElementById('stage').dispatchEvent(new DragEvent('drop', {...common, dataTransfer: moved}));
"""

PAINTED = """
const {width, height} = document.getElementById('overlay');
const context = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
context.drawImage(document.getElementById('overlay'), 0, 0);
const data = context.getImageData(0, 0, width, height).data;
let sum = 0, painted = 0;
for (let i = 0; i < data.length; i += 4) {
  painted += data[i + 3] > 0;
  sum = (sum * 31 + data[i] + data[i + 1] + data[i + 3]) % 1e9;
}
return [painted / (data.length / 4), sum];
"""

AXE = """
const [done] = arguments;
axe.run(document, {resultTypes: ['violations']}).then(found => done(found.violations));
"""


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
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

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
                    for rule in found:
                        places = [node["target"] for node in rule["nodes"]][:3]
                        self.check(f"axe, {name}, {width}, {scheme}", False, f"{rule['id']} {places}")
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

    def asked(self, path):
        """Addresses of the requests so far that contain a path."""
        sent = [event for event in self.requests() if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent if path in event["params"]["request"]["url"]]

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
