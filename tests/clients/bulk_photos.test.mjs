// examples/page/bulk_photos.js: an answer in pieces, split at every position.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { bulkPhotos } from '../../examples/page/bulk_photos.js';

const boundary = 'cameo-5f1c';
const misleading = Buffer.from(`\r\n\r\n--${boundary}--\r\nContent-Length: 3\r\n\r\n\xff\xd8\0`, 'latin1');
const sent = [
    { id: 'ada@example.org', status: 200, etag: '"5F1C"', type: 'image/jpeg', bytes: misleading },
    { id: "o'neil/ä b", status: 304, etag: '"BA09"', type: undefined, bytes: Buffer.alloc(0) },
    { id: 'unknown', status: 404, etag: undefined, type: 'application/json', bytes: Buffer.from('{"error":{}}') },
    { id: 'eve', status: 200, etag: '"00"', type: 'image/jpeg', bytes: Buffer.from('\r\n') },
];

function partOf({ id, status, etag, type, bytes }) {
    const lines = [`--${boundary}`, `Content-ID: ${encodeURIComponent(id)}`, `Status: ${status}`];
    lines.push(`Content-Length: ${bytes.length}`);
    if (type) lines.push(`Content-Type: ${type}`);
    if (etag) lines.push(`ETag: ${etag}`);
    return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes, Buffer.from('\r\n')]);
}
const whole = Buffer.concat([...sent.map(partOf), Buffer.from(`--${boundary}--\r\n`)]);

/** A replacement of fetch that records its calls. */
function answering(response) {
    mock.restoreAll();
    return mock.method(globalThis, 'fetch', async () => response).mock;
}

const streamOf = (pieces) =>
    new ReadableStream({
        start(controller) {
            for (const piece of pieces) controller.enqueue(piece);
            controller.close();
        },
    });

async function read(pieces) {
    answering(new Response(streamOf(pieces)));
    const found = [];
    for await (const photo of bulkPhotos('http://127.0.0.1', 'token', ['x'], '96x96'))
        found.push({ ...photo, bytes: Buffer.from(photo.bytes) });
    return found;
}

function cut(...places) {
    const ends = [...places, whole.length];
    return ends.map((end, i) => whole.subarray(ends[i - 1] ?? 0, end));
}

test('the parts are the same wherever the answer is split', async () => {
    for (let at = 0; at <= whole.length; at++) assert.deepEqual(await read(cut(at)), sent, `at ${at}`);
});

test('and in small pieces, down to single bytes', async () => {
    for (const length of [1, 2, 3, 5, 7, 64, 100]) {
        const places = Array.from({ length: Math.floor(whole.length / length) }, (_, i) => (i + 1) * length);
        assert.deepEqual(await read(cut(...places)), sent, `pieces of ${length}`);
    }
});

test('an answer that ends early, anywhere, is an error', async () => {
    for (let end = 0; end < whole.length; end++)
        await assert.rejects(read([whole.subarray(0, end)]), /broke off/, `after ${end} bytes`);
});

test('a part is available before the next has arrived, and a reader that stops ends the answer', async () => {
    let cancelled = false;
    const body = new ReadableStream({
        start: (controller) => controller.enqueue(whole.subarray(0, partOf(sent[0]).length)),
        cancel: () => void (cancelled = true),
    });
    answering(new Response(body));
    for await (const { id } of bulkPhotos('http://127.0.0.1', 'token', ['x'], '96x96')) {
        assert.equal(id, 'ada@example.org');
        break;
    }
    assert.equal(cancelled, true);
});

test('the request is as docs/bulk.md describes it', async () => {
    const asked = answering(new Response(streamOf([whole])));
    const etags = { eve: '"00"' };
    for await (const photo of bulkPhotos('http://127.0.0.1:8080', 'a.token', ['eve'], '48x48', etags)) assert.ok(photo);
    const [url, { method, headers, body }] = asked.calls[0].arguments;
    assert.equal(url, 'http://127.0.0.1:8080/cameo/v1/photos');
    assert.equal(method, 'POST');
    assert.deepEqual(headers, { Authorization: 'Bearer a.token', 'Content-Type': 'application/json' });
    assert.deepEqual(JSON.parse(body), { ids: ['eve'], size: '48x48', ifNoneMatch: etags });
    assert.equal(asked.calls.length, 1);
});

test('an error of the whole call is thrown with its code', async () => {
    answering(Response.json({ error: { code: 'InvalidAuthenticationToken' } }, { status: 401 }));
    await assert.rejects(bulkPhotos('http://127.0.0.1', 'x', ['x'], '96x96').next(), {
        message: '401 InvalidAuthenticationToken',
    });
});
