import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { readBulk } = await load('bulk_reply.ts');

const part = (id, status, body, more = '') =>
    Buffer.concat([
        Buffer.from(`--b\r\nContent-ID: ${encodeURIComponent(id)}\r\nStatus: ${status}\r\nContent-Length: ${body.length}${more}\r\n\r\n`),
        body,
        Buffer.from('\r\n'),
    ]);
const picture = Buffer.from('\xff\xd8--b--\r\n\r\n\x00', 'latin1'); // bytes that look like a boundary
const whole = Buffer.concat([
    part('ada@example.org', 200, picture, '\r\nContent-Type: image/jpeg\r\nETag: "A1"'),
    part('b', 304, Buffer.alloc(0)),
    part('c', 404, Buffer.from('{"error":{}}')),
    Buffer.from('--b--\r\n'),
]);

/** The reply in pieces of `size` bytes. */
async function read(bytes, size) {
    const pieces = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(new Uint8Array(bytes.subarray(at, at + size)));
    const photos = [];
    for await (const photo of readBulk(ReadableStream.from(pieces))) photos.push(photo);
    return photos;
}

test('the parts are the same however the reply is cut', async () => {
    for (const size of [1, 2, 7, 64, 1000]) {
        const [one, two, three] = await read(whole, size);
        assert.deepEqual([one.id, one.status, one.etag, one.type], ['ada@example.org', 200, '"A1"', 'image/jpeg']);
        assert.deepEqual(Buffer.from(one.bytes), picture);
        assert.deepEqual([two.id, two.status, two.bytes.length], ['b', 304, 0]);
        assert.deepEqual([three.id, three.status], ['c', 404]);
    }
});

test('a reply that ends early is an error, wherever it ends', async () => {
    for (let end = 0; end < whole.length; end++) {
        await assert.rejects(read(whole.subarray(0, end), 50), /broke off/, `after ${end} bytes`);
    }
});
