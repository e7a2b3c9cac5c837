// Generated pictures, so that the repository contains none.
import jpegjs from 'jpeg-js';
import { crc32, deflateSync } from 'node:zlib';

export const red = [220, 30, 30];
export const green = [30, 190, 40];
export const blue = [30, 40, 220];
export const white = [240, 240, 240];

const kept = new Map();

/**
 * A baseline JPEG. `paint` is a colour or (x, y) => colour; `segments` are whole marker segments inserted after SOI.
 * One-colour pictures are cached, since the encoder is slow and the tests use the same ones.
 */
export function jpeg(width, height, paint = red, { segments = [], quality = 85 } = {}) {
    const key = Array.isArray(paint) ? `${width}x${height} ${paint} ${quality}` : undefined;
    const plain =
        kept.get(key) ??
        jpegjs.encode({ data: pixels(width, height, paint), width, height }, quality).data;
    if (key) kept.set(key, plain);
    return Buffer.concat([plain.subarray(0, 2), ...segments, plain.subarray(2)]);
}

function pixels(width, height, paint) {
    const data = Buffer.alloc(width * height * 4, 255);
    const colour = Array.isArray(paint) ? () => paint : paint;
    for (let y = 0, at = 0; y < height; y++) {
        for (let x = 0; x < width; x++, at += 4) {
            const [r, g, b] = colour(x, y);
            data[at] = r;
            data[at + 1] = g;
            data[at + 2] = b;
        }
    }
    return data;
}

/** The same picture padded with comments to exactly this many bytes. */
export function jpegOfBytes(total, width = 100, height = 100) {
    let missing = total - jpeg(width, height).length;
    const segments = [];
    while (missing > 0) {
        // A segment is at least 4 bytes and at most 65537; never leave a remainder that is too small for the next one.
        const size = missing > 65_537 + 4 ? 65_537 : missing > 65_537 ? missing - 4 : missing;
        segments.push(segment(0xfe, Buffer.alloc(size - 4, 0x2e)));
        missing -= size;
    }
    return jpeg(width, height, red, { segments });
}

export function segment(marker, payload) {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(payload.length + 2, 2);
    return Buffer.concat([head, payload]);
}

export const secret = 'SECRET-HOME-ADDRESS';

/** An APP1 segment with orientation, a description and a GPS position, as phones write them. */
export function exif({ orientation = 1, gps = false } = {}) {
    const tiff = Buffer.alloc(200);
    tiff.write('II*\0\x08\0\0\0', 0, 'latin1');
    let at = 8;
    const entry = (tag, type, count, value) => {
        tiff.writeUInt16LE(tag, at);
        tiff.writeUInt16LE(type, at + 2);
        tiff.writeUInt32LE(count, at + 4);
        tiff.writeUInt32LE(value, at + 8);
        at += 12;
    };
    tiff.writeUInt16LE(gps ? 3 : 2, at);
    at += 2;
    entry(0x010e, 2, secret.length + 1, 150);
    entry(0x0112, 3, 1, orientation);
    if (gps) entry(0x8825, 4, 1, 60);
    at = 60;
    tiff.writeUInt16LE(2, at);
    at += 2;
    entry(0x0001, 2, 2, 'N'.charCodeAt(0));
    entry(0x0002, 5, 3, 100);
    for (const [i, n] of [52, 1, 31, 1, 12, 1].entries()) tiff.writeUInt32LE(n, 100 + 4 * i);
    tiff.write(secret, 150, 'latin1');
    return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]));
}

export const comment = segment(0xfe, Buffer.from(secret));
export const xmp = segment(
    0xe1,
    Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${secret}</x:xmpmeta>`),
);
export const photoshop = segment(0xed, Buffer.from(`Photoshop 3.0\0${secret}`));

/** An RGB PNG; `chunks` are [type, payload] pairs put before the picture data. `level` 0 to 9 as in zlib. */
export function png(width, height, [r, g, b] = green, { chunks = [], level = 6 } = {}) {
    const row = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x++) row.set([r, g, b], 1 + x * 3);
    const data = Buffer.alloc(row.length * height, row);
    return pngOf(width, height, deflateSync(data, { level }), chunks);
}

/** A few bytes with the header of a picture of any size. */
export const pngBomb = (width, height) => pngOf(width, height, deflateSync(Buffer.alloc(1000)), []);

/** One mid-grey PNG of every colour type of PNG, by name. */
export function pngKinds(width, height) {
    const flat = (rowBytes, value = 0x80) => {
        const rows = Buffer.alloc((1 + rowBytes) * height, value);
        for (let y = 0; y < height; y++) rows[y * (1 + rowBytes)] = 0;
        return deflateSync(rows);
    };
    const make = (depth, type, data, chunks = []) =>
        pngOf(width, height, data, chunks, [depth, type]);
    return {
        'grey of 1 bit': make(1, 0, flat(Math.ceil(width / 8), 0x55)),
        'grey of 8 bits': make(8, 0, flat(width)),
        'grey of 16 bits': make(16, 0, flat(width * 2)),
        'colour of 16 bits': make(16, 2, flat(width * 6)),
        palette: make(8, 3, flat(width, 1), [['PLTE', Buffer.from([0, 0, 0, 128, 128, 128])]]),
        'grey with alpha': make(8, 4, flat(width * 2)),
        'colour with alpha': make(8, 6, flat(width * 4)),
    };
}

function pngOf(width, height, data, chunks, [depth, type] = [8, 2]) {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([depth, type, 0, 0, 0], 8);
    const all = [['IHDR', header], ...chunks, ['IDAT', data], ['IEND', Buffer.alloc(0)]];
    return Buffer.concat([
        Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
        ...all.map(([t, p]) => pngChunk(t, p)),
    ]);
}

function pngChunk(type, payload) {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), payload]);
    const length = Buffer.alloc(4);
    const sum = Buffer.alloc(4);
    length.writeUInt32BE(payload.length);
    sum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, sum]);
}

/** A one-colour GIF. A clear code every 100 pixels keeps all LZW codes at 8 bits, so a byte is a code. */
export function gif(width, height, [r, g, b] = red) {
    const head = Buffer.from('GIF89a\0\0\0\0\xf6\0\0', 'latin1');
    head.writeUInt16LE(width, 6);
    head.writeUInt16LE(height, 8);
    const palette = Buffer.alloc(128 * 3);
    palette.set([r, g, b], 3);
    const frame = Buffer.from(',\0\0\0\0\0\0\0\0\0', 'latin1');
    frame.writeUInt16LE(width, 5);
    frame.writeUInt16LE(height, 7);
    const codes = [];
    for (let pixel = 0; pixel < width * height; pixel++)
        codes.push(...(pixel % 100 === 0 ? [128, 1] : [1]));
    codes.push(129);
    const blocks = [];
    for (let at = 0; at < codes.length; at += 255) {
        const block = codes.slice(at, at + 255);
        blocks.push(Buffer.from([block.length, ...block]));
    }
    return Buffer.concat([
        head,
        palette,
        frame,
        Buffer.from([7]),
        ...blocks,
        Buffer.from([0, 0x3b]),
    ]);
}

/** A one-colour lossless WebP: every prefix code has a single symbol, so that pixels need no bits at all. */
export function webp(width, height, [r, g, b] = red) {
    const bits = [];
    const put = (value, count) => {
        for (let i = 0; i < count; i++) bits.push((value >> i) & 1);
    };
    put(0x2f, 8);
    put(width - 1, 14);
    put(height - 1, 14);
    put(0, 1 + 3 + 3);
    for (const value of [g, r, b, 255]) {
        put(0b101, 3);
        put(value, 8);
    }
    put(0b0001, 4);
    put(0, 24);
    const data = Buffer.alloc(Math.ceil(bits.length / 16) * 2);
    bits.forEach((bit, i) => (data[i >> 3] |= bit << (i & 7)));
    const head = Buffer.from('RIFF\0\0\0\0WEBPVP8L\0\0\0\0', 'latin1');
    head.writeUInt32LE(12 + data.length, 4);
    head.writeUInt32LE(data.length, 16);
    return Buffer.concat([head, data]);
}

export const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="9"/></svg>',
);

export function bmp(width = 64, height = 64) {
    const data = Buffer.alloc(54 + width * height * 3, 99);
    data.fill(0, 0, 54).write('BM', 0);
    data.writeUInt32LE(data.length, 2);
    data.writeUInt32LE(54, 10);
    data.writeUInt32LE(40, 14);
    data.writeInt32LE(width, 18);
    data.writeInt32LE(height, 22);
    data.writeUInt16LE(1, 26);
    data.writeUInt16LE(24, 28);
    return data;
}
