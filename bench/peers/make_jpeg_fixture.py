"""Writes JPEGs of all kinds that the native decoder decodes, with Pillow's pixels as PNG.

usage: make_jpeg_fixture.py opencv/src/test/resources/jpeg
"""
import io
import math
import random
import sys

from PIL import Image

folder = sys.argv[1]
random.seed(0)


def picture(width, height):
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            noise = random.randrange(24)
            image.putpixel((x, y), (int(120 + 110 * math.sin(x / 7)) + noise, (x * y) % 200 + noise, (3 * y + noise) % 256))
    return image


def save(name, image, **options):
    data = io.BytesIO()
    image.save(data, "JPEG", quality=85, **options)
    store(name, data.getvalue())


def store(name, data):
    with open(f"{folder}/{name}.jpg", "wb") as out:
        out.write(data)
    Image.open(io.BytesIO(data)).save(f"{folder}/{name}.png")


def resample(name, sampling, luma, **options):
    """Pillow does not write all sampling factors: a file of 64 x 64 has as many blocks with others."""
    data = io.BytesIO()
    picture(64, 64).save(data, "JPEG", quality=85, subsampling=sampling, **options)
    data = bytearray(data.getvalue())
    frame = data.index(b"\xff\xc2" if options else b"\xff\xc0")
    data[frame + 11] = luma
    store(name, bytes(data))


image = picture(77, 61)
for sampling in ("4:4:4", "4:2:2", "4:2:0"):
    name = sampling.replace(":", "")
    save(name, image, subsampling=sampling)
    save(name + "_progressive", image, subsampling=sampling, progressive=True)
resample("440", "4:2:2", 0x12)
resample("440_progressive", "4:2:2", 0x12, progressive=True)
resample("411", "4:2:0", 0x41)
resample("411_progressive", "4:2:0", 0x41, progressive=True)
save("gray", image.convert("L"))
save("gray_progressive", image.convert("L"), progressive=True)
save("rgb", image, keep_rgb=True)
save("rgb_progressive", image, keep_rgb=True, progressive=True)
save("restart_blocks", image, restart_marker_blocks=2)
save("restart_rows", image, restart_marker_rows=1, progressive=True)
save("optimized", image, optimize=True)
for side in ((1, 1), (8, 8), (9, 7), (16, 17), (3, 130)):
    save("%dx%d" % side, picture(*side), subsampling="4:2:0")
    save("%dx%d_progressive" % side, picture(*side), subsampling="4:2:0", progressive=True)
