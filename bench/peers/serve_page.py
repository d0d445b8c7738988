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
import json
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from serve_browser import Browser

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
    ActionChains(page.driver).move_to_element_with_offset(grid, 30, 20).click().perform()
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
    ActionChains(page.driver).send_keys(Keys.ARROW_UP, Keys.ARROW_LEFT, Keys.ENTER).perform()
    page.wait("patch by keyboard", lambda: "patch in row" in page.text("#caption") and page.text("#caption") != first)
    page.check("patch by keyboard", True, page.text("#caption"))
    ActionChains(page.driver).send_keys(Keys.ESCAPE).perform()
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
    ActionChains(page.driver).move_to_element(page.get("#grid")).perform()
    page.wait("class below the pointer", lambda: page.all("#legend .under"))
    page.check("class below the pointer", page.text("#under").endswith(page.text("#legend .under .label")), page.text("#under"))
    page.get("#legend button").click()
    page.check("one class alone", page.painted()[0] < whole[0])
    page.get("#legend button").click()
    page.check("all classes again", page.painted() == whole)


def nearest(page, model):
    page.wait("nearest images", lambda: page.all("#nearest li"))
    images = page.driver.execute_script("return [...document.querySelectorAll('#nearest img')].map(i => i.naturalWidth)")
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
    path = next((f"/v1/{can}" for can in ("segment", "zeroshot") if can in model["capabilities"]), "/v1/predict")
    start = len(page.asked(path))
    page.wait("frames of the camera", lambda: len(page.asked(path)) >= start + 4)
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
    asked = page.asked("")
    off = [address for address in asked if not address.startswith(own)]
    page.check("no request off origin", not off, f"{len(asked)} requests {off[:3]}")
    # Chromium logs every response with status 4xx as an error: those that this test provokes are no fault of the page.
    said = [entry["message"] for entry in page.driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING") and "/v1/" not in entry["message"]]
    page.check("no error in the console", not said, said[:3] or "")


def server(page, url, options):
    headers = {"Authorization": f"Bearer {options.token}"} if options.token else {}
    request = urllib.request.Request(url + "/v1/models", headers=headers)
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
