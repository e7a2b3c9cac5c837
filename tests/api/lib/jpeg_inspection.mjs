// Inspects JPEG answers: markers, dimensions, colours.
import assert from 'node:assert/strict';
import jpegjs from 'jpeg-js';

/** Marker segments up to the first scan: [{ marker, payload }…]. */
export function segments(bytes) {
    assert.equal(bytes.readUInt16BE(0), 0xffd8, 'a JPEG begins with SOI');
    const found = [];
    for (let at = 2; bytes[at + 1] !== 0xda;) {
        assert.equal(bytes[at], 0xff, `a marker at ${at}`);
        const length = bytes.readUInt16BE(at + 2);
        found.push({ marker: bytes[at + 1], payload: bytes.subarray(at + 4, at + 2 + length) });
        at += 2 + length;
    }
    return found;
}

export function dimensions(bytes) {
    const frame = segments(bytes).find(({ marker }) => marker >= 0xc0 && marker <= 0xc2);
    return { width: frame.payload.readUInt16BE(3), height: frame.payload.readUInt16BE(1) };
}

/** Decodes strictly: throws when anything is missing or invalid. */
export const decode = (bytes) => jpegjs.decode(bytes, { useTArray: true, tolerantDecoding: false });

/** The colour at a place given as fractions of width and height. */
export function colourAt({ width, height, data }, fx, fy) {
    const at = (Math.floor(fy * height) * width + Math.floor(fx * width)) * 4;
    return [...data.subarray(at, at + 3)];
}

export function assertColour(actual, wanted, text) {
    const far = Math.max(...actual.map((value, i) => Math.abs(value - wanted[i])));
    assert.ok(far <= 30, `${text}: wanted about ${wanted}, got ${actual}`);
}

/** Asserts a whole JPEG of exactly this size. */
export function assertWhole(bytes, width, height = width) {
    assert.deepEqual(dimensions(bytes), { width, height });
    assert.equal(bytes.readUInt16BE(bytes.length - 2), 0xffd9, 'a whole JPEG ends with EOI');
    const picture = decode(bytes);
    assert.deepEqual([picture.width, picture.height], [width, height]);
    return picture;
}
