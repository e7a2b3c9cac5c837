"""Decodes pictures by other programs than Cameo and compares Cameo's renditions with them.

Reads lines of JSON, {"picture": path, "renditions": [path]}, and answers each with a line: {"renditions":
[{"error", "coding"}]} in levels of 255, {"size": text} if a rendition has a size that it should not have, or {"unreadable": why}. JPEG, PNG, WebP and
GIF are decoded by Pillow, AVIF by avifdec, HEIC by heif-convert. The order of the steps is that of docs/image.md. Without
renditions only the picture is decoded.
"""
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import warnings

import numpy
from PIL import Image, ImageCms, ImageOps

Image.MAX_IMAGE_PIXELS = 60_000_000
warnings.simplefilter("ignore")
SRGB = ImageCms.createProfile("sRGB")
RELATIVE_COLORIMETRIC = 1
LANCZOS = Image.Resampling.LANCZOS
BT709 = [0.3127, 0.3290, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060]
# White and primaries of H.273, table 2.
PRIMARIES = {
    1: BT709,
    4: [0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08],
    5: [0.3127, 0.3290, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06],
    6: [0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070],
    7: [0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070],
    8: [0.310, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049],
    9: [0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046],
    11: [0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060],
    12: [0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060],
    22: [0.3127, 0.3290, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077],
}
BRADFORD = numpy.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def xyz(x, y):
    return numpy.array([x / y, 1.0, (1 - x - y) / y])


def to_xyz(chromaticity):
    """The matrix from linear RGB to XYZ, adapted to D65."""
    white = xyz(*chromaticity[:2])
    primaries = numpy.stack([xyz(*chromaticity[at : at + 2]) for at in (2, 4, 6)], axis=1)
    matrix = primaries * numpy.linalg.solve(primaries, white)
    scale = (BRADFORD @ xyz(*BT709[:2])) / (BRADFORD @ white)
    return numpy.linalg.inv(BRADFORD) @ numpy.diag(scale) @ BRADFORD @ matrix


def srgb_to_linear(v):
    return numpy.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(v):
    return numpy.where(v <= 0.0031308, v * 12.92, 1.055 * numpy.maximum(v, 1e-9) ** (1 / 2.4) - 0.055)


def pq_to_linear(v):
    p = v ** (32 / 2523)
    return 10_000 / 203 * (numpy.maximum(p - 0.8359375, 0) / (18.8515625 - 18.6875 * p)) ** (16384 / 2610)


def hlg_to_scene(v):
    return numpy.where(v <= 0.5, v * v / 3, (numpy.exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12)


CURVES = {4: lambda v: v**2.2, 5: lambda v: v**2.8, 8: lambda v: v, 16: pq_to_linear, 18: hlg_to_scene}


def convert_by_numbers(image, chromaticity, curve):
    levels = curve(numpy.arange(256) / 255).astype("float32")
    linear = levels[numpy.asarray(image)]
    if curve is hlg_to_scene:  # the OOTF of a display of 1,000 cd/m2, BT.2100 table 5
        luminance = linear @ to_xyz(chromaticity)[1].astype("float32")
        linear = linear * (numpy.maximum(luminance, 1e-6) ** 0.2)[..., None] * (1000 / 203)
    matrix = numpy.linalg.inv(to_xyz(BT709)) @ to_xyz(chromaticity)
    linear = numpy.clip(linear @ matrix.T.astype("float32"), 0, 1)
    return Image.fromarray((linear_to_srgb(linear) * 255 + 0.5).astype("uint8"))


def convert_coded(image, codes):
    primaries, transfer = codes
    if primaries not in PRIMARIES and transfer not in CURVES:
        return image
    return convert_by_numbers(image, PRIMARIES.get(primaries, BT709), CURVES.get(transfer, srgb_to_linear))


def convert_by_profile(image, grey, profile):
    try:
        space = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip()
        source = {"RGB": image.convert("RGB"), "GRAY": grey, "CMYK": image if image.mode == "CMYK" else None}.get(space)
        if source is None:
            return image
        if source.mode == "CMYK" or space != "CMYK":
            return ImageCms.profileToProfile(source, io.BytesIO(profile), SRGB, RELATIVE_COLORIMETRIC, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        pass  # a damaged profile is left out
    return image


def png_cicp(data):
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"cICP" and length == 4:
            return tuple(data[at + 8 : at + 10])
        at += length + 12
    return None


def over_white(image):
    if image.mode.startswith("I"):  # 16 bits of grey
        levels = numpy.asarray(image).astype("int64")
        grey = (levels >> 8).clip(0, 255).astype("uint8")
        grey[levels == image.info.get("transparency", -1)] = 255
        return Image.fromarray(grey)
    if image.mode in ("L", "RGB", "CMYK") and "transparency" not in image.info:
        return image
    image = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def colours(image, data, coded):
    """The picture in sRGB, without alpha."""
    info = image.info
    profile = info.get("icc_profile")
    grey_in_file = image.mode in ("1", "L", "LA", "I", "I;16", "I;16B")
    image = over_white(image)
    if coded and not (profile and coded[2]):
        return convert_coded(image.convert("RGB"), coded[:2])
    if profile:
        return convert_by_profile(image, image.convert("L") if grey_in_file else None, profile).convert("RGB")
    image = image.convert("RGB")
    if "srgb" in info or not ("gamma" in info or "chromaticity" in info):
        return image
    gamma = info.get("gamma", 0)
    curve = (lambda v: v ** (1 / gamma)) if 0.1 <= gamma <= 10 else srgb_to_linear
    try:
        return convert_by_numbers(image, info.get("chromaticity", BT709), curve)
    except (numpy.linalg.LinAlgError, ZeroDivisionError):
        return convert_by_numbers(image, BT709, curve)


def run(*command):
    done = subprocess.run(command, capture_output=True, timeout=50, check=False)
    text = (done.stdout + done.stderr).decode("utf8", "replace").strip()
    if done.returncode != 0:
        raise OSError(f"{command[0]}: {text.splitlines()[-1] if text else done.returncode}")
    return text


def open_heif(path, data, folder):
    """The primary picture, upright."""
    out = os.path.join(folder, "out.png")
    if data[8:12] in (b"avif", b"avis"):
        described = run("avifdec", "--info", path)
        # avifdec writes the picture as it is stored.
        if re.search(r"Transformations\s*: None", described):
            run("avifdec", path, out)
            return Image.open(out)
    # Its name since libheif 1.19 is heif-dec.
    run(shutil.which("heif-dec") or "heif-convert", path, out)
    if os.path.exists(out):
        return Image.open(out)
    images = re.findall(r"^image: .*$", run("heif-info", path), re.MULTILINE)
    primary = next(at for at, line in enumerate(images) if "primary" in line)
    return Image.open(os.path.join(folder, f"out-{primary + 1}.png"))


def decode(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[4:8] == b"ftyp":
        with tempfile.TemporaryDirectory() as folder:
            image = open_heif(path, data, folder)
            image.load()
        boxes = {at.groups() for at in re.finditer(rb"colrnclx(..)(..)", data, re.DOTALL)}
        codes = tuple(int.from_bytes(code, "big") for code in boxes.pop()) if len(boxes) == 1 else None
        for name in ("gamma", "chromaticity", "srgb"):  # from the program that wrote the PNG
            image.info.pop(name, None)
        return colours(image, data, codes and (*codes, True))
    image = Image.open(path)
    image.load()
    if image.format == "PNG" and image.mode == "L" and data[24] < 8 and "transparency" in image.info:
        image.info["transparency"] *= 255 // (2 ** data[24] - 1)  # Pillow scales the pixels alone
    codes = png_cicp(data) if image.format == "PNG" else None
    converted = colours(image, data, codes and (*codes, False))
    if image.format == "GIF":
        return converted
    orientation = image.getexif().get(0x0112, 1)
    converted.info = {}
    exif = Image.Exif()
    exif[0x0112] = orientation
    converted.info["exif"] = exif.tobytes()
    return ImageOps.exif_transpose(converted)


def with_lanczos_chroma(source, size):
    """That size in YCbCr, chroma directly from the source. Each chroma sample fills four pixels: the encoder averages them."""
    luma, *chroma = source.convert("YCbCr").split()
    half = [(side + 1) // 2 for side in size]
    if source.size == size:  # an odd side is continued
        edges = ((0, size[1] % 2), (0, size[0] % 2))
        chroma = [Image.fromarray(numpy.pad(numpy.asarray(plane), edges, "edge")) for plane in chroma]
    else:
        luma = luma.resize(size, LANCZOS)
    doubled = [2 * side for side in half]
    chroma = [plane.resize(half, LANCZOS).resize(doubled, Image.Resampling.NEAREST).crop((0, 0, *size)) for plane in chroma]
    return Image.merge("YCbCr", (luma, *chroma))


def coded(image):
    """As Cameo codes its renditions: quality 82, 4:2:0."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, subsampling=2)
    return Image.open(out).convert("RGB")


def expected(image, size):
    """That size of the picture, exact and coded in two ways of reducing chroma, which 4:2:0 leaves open."""
    if size[0] == size[1] and image.width != image.height:
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    exact = image if image.size == size else image.resize(size, LANCZOS)
    return [exact, coded(exact), coded(with_lanczos_chroma(image, size))]


def difference(one, other):
    """The mean of the channel that differs most."""
    levels = numpy.abs(numpy.asarray(one, dtype="int16") - numpy.asarray(other, dtype="int16"))
    return round(float(levels.mean(axis=(0, 1)).max()), 2)


def compare(image, path):
    """{"error": from the nearest of the expected pictures, "coding": what Pillow's coding at the same quality loses}."""
    rendition = Image.open(path)
    width, height = rendition.size
    whole = abs(width * image.height - height * image.width) <= max(image.size)
    if not whole and width != height:
        raise ValueError(f"{width}x{height} of {image.width}x{image.height}")
    pictures = expected(image, rendition.size)
    pixels = rendition.convert("RGB")
    return {"error": min(difference(pixels, one) for one in pictures), "coding": difference(*pictures[:2])}


def answer(request):
    try:
        image = decode(request["picture"])
    except Exception as error:  # the decoders raise errors of many kinds
        return {"unreadable": f"{type(error).__name__}: {error}"[:200]}
    try:
        return {"renditions": [compare(image, path) for path in request["renditions"]]}
    except ValueError as error:
        return {"size": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
