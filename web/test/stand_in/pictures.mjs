// Decodes, crops and resamples for the stand-in: JPEG, and PNG of 8 bits without filters.
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { refuse } from './errors.mjs';

const jpegjs = createRequire(new URL('../../../tests/api/', import.meta.url))('jpeg-js');
export const hdSizes = [48, 64, 96, 120, 240, 360, 432, 504, 648];

/** { width, height, data } in RGBA; a stand-in knows no EXIF. */
export function decode(bytes) {
    const name = formatOf(bytes);
    if (!name) throw refuse(415, 'UnsupportedMediaType', 'The content is not a picture of a supported format.');
    try {
        if (name === 'jpeg') return jpegjs.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 1024 });
        if (name === 'png') return decodePng(bytes);
    } catch (error) {
        throw refuse(400, 'ValidationInvalidImage', `The picture is damaged or truncated (${name}).`);
    }
    return painted(1200, 900, (x, y) => [x & 255, y & 255, 120]); // what the stand-in cannot decode
}

function formatOf(bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg';
    if (bytes.subarray(1, 4).toString('latin1') === 'PNG') return 'png';
    if (bytes.subarray(0, 4).toString('latin1') === 'GIF8') return 'gif';
    if (bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'webp';
    if (/^ftyp(hei[cx]|mif1|avif)/.test(bytes.subarray(4, 12).toString('latin1'))) return 'heif';
    return undefined;
}

function decodePng(bytes) {
    const width = bytes.readUInt32BE(16);
    const height = bytes.readUInt32BE(20);
    const channels = { 2: 3, 6: 4 }[bytes[25]];
    const parts = [];
    for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
        const size = bytes.readUInt32BE(at);
        if (bytes.subarray(at + 4, at + 8).toString('latin1') === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + size));
    }
    const rows = inflateSync(Buffer.concat(parts));
    return painted(width, height, (x, y) => {
        const at = y * (1 + width * channels) + 1 + x * channels;
        return [rows[at], rows[at + 1], rows[at + 2]];
    });
}

export function painted(width, height, paint) {
    const data = Buffer.alloc(width * height * 4, 255);
    for (let y = 0, at = 0; y < height; y++) {
        for (let x = 0; x < width; x++, at += 4) data.set(paint(x, y), at);
    }
    return { width, height, data };
}

const pixel = ({ width, data }, x, y) => data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3);

/** Clockwise by 0, 90, 180 or 270 degrees. */
export function rotate(picture, degrees) {
    const { width: w, height: h } = picture;
    if (degrees === 0) return picture;
    if (degrees === 90) return painted(h, w, (x, y) => pixel(picture, y, h - 1 - x));
    if (degrees === 180) return painted(w, h, (x, y) => pixel(picture, w - 1 - x, h - 1 - y));
    return painted(h, w, (x, y) => pixel(picture, w - 1 - y, x));
}

/** The JPEG of this square at `side` pixels; each pixel is the mean of those that it covers. */
export function renditionOf(picture, square, side) {
    const scale = square.side / side;
    const { data, width, height } = painted(side, side, (x, y) => mean(picture, square, scale, x, y));
    return jpegjs.encode({ data, width, height }, 90).data;
}

function mean(picture, square, scale, x, y) {
    const from = (at) => Math.floor(at * scale);
    const to = (at) => Math.max(from(at) + 1, Math.floor((at + 1) * scale));
    const sum = [0, 0, 0];
    let count = 0;
    for (let v = from(y); v < to(y); v++) {
        for (let u = from(x); u < to(x); u++, count++) {
            const colour = pixel(picture, square.x + u, square.y + v);
            for (let i = 0; i < 3; i++) sum[i] += colour[i];
        }
    }
    return sum.map((one) => one / count);
}

/** The whole picture as a JPEG. */
export const asJpeg = (picture) => jpegjs.encode(picture, 85).data;
