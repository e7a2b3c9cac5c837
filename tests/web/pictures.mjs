// Pictures whose pixels tell where they are, so that a crop can be compared with the one that was asked for.
import jpegjs from 'jpeg-js';
import assert from 'node:assert/strict';
import { exif, jpeg } from '../api/lib/pictures.mjs';

/** A grey that depends on the block of 6 x 6 pixels. */
function greyAt(x, y) {
    const mixed = Math.imul(Math.floor(x / 6) * 374761393 + Math.floor(y / 6) * 668265263, 2246822519);
    return 40 + ((mixed ^ (mixed >>> 15)) >>> 8) % 176;
}

/** A picture of this size as a file for the page; `orientation` is that of its Exif. */
export function marked(width, height, { name = 'marked.jpg', orientation } = {}) {
    const segments = orientation ? [exif({ orientation })] : [];
    const buffer = jpeg(width, height, (x, y) => Array(3).fill(greyAt(x, y)), { segments, quality: 95 });
    return { name, mimeType: 'image/jpeg', buffer, width, height };
}

/** `at` of the picture turned clockwise by `rotate` degrees. */
function turned({ width, height }, rotate) {
    if (rotate === 90) return (x, y) => greyAt(y, height - 1 - x);
    if (rotate === 180) return (x, y) => greyAt(width - 1 - x, height - 1 - y);
    if (rotate === 270) return (x, y) => greyAt(width - 1 - y, x);
    return greyAt;
}

/** The pixels of the crop, moved by (dx, dy): what a square of `crop.side` pixels should be. */
function difference(picture, { x, y, side, rotate }, shown, dx, dy) {
    const at = turned(picture, rotate);
    let sum = 0;
    let count = 0;
    for (let v = 4; v < side - 4; v += 5) {
        for (let u = 4; u < side - 4; u += 5, count++) {
            sum += Math.abs(shown.data[(v * side + u) * 4] - at(x + u + dx, y + v + dy));
        }
    }
    return sum / count;
}

/** The JPEG is this square of the picture to the pixel: any other place, one pixel away or more, fits worse. */
export function assertCrop(picture, crop, bytes) {
    const shown = jpegjs.decode(bytes, { useTArray: true });
    assert.deepEqual([shown.width, shown.height], [crop.side, crop.side]);
    const here = difference(picture, crop, shown, 0, 0);
    assert.ok(here < 8, `the crop differs from the picture by ${here} at ${JSON.stringify(crop)}`);
    for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
            if (dx === 0 && dy === 0) continue;
            const there = difference(picture, crop, shown, dx, dy);
            assert.ok(there > here + 3, `moved by ${dx}, ${dy} it differs by ${there}, in its place by ${here}`);
        }
    }
}

/** { x, y, side, rotate } of a header Cameo-Crop. */
export const parseCrop = (text) =>
    Object.fromEntries([...text.matchAll(/(\w+)=(\d+)/g)].map(([, name, value]) => [name, Number(value)]));
