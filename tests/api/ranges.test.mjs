// Range and If-Range on bytes (docs/http.md, Bytes; RFC 9110 section 14).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, head } from './lib/http.mjs';
import { blue, jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { givePhoto, makeUser } from './lib/world.mjs';

let server, user, whole, etag;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(200, 200, (x, y) => [x, y, 100]) });
    const answer = await get(server, user.photo, server.admin);
    whole = answer.body;
    etag = answer.headers.etag;
});
after(() => server.stop());

const ranged = (range, headers = {}) =>
    get(server, user.photo, server.admin, { Range: range, ...headers });

function assertPart(answer, from, to) {
    assert.equal(answer.status, 206);
    assert.equal(answer.headers['content-range'], `bytes ${from}-${to}/${whole.length}`);
    assert.equal(Number(answer.headers['content-length']), to - from + 1);
    assert.equal(answer.headers['content-type'], 'image/jpeg');
    assert.equal(answer.headers.etag, etag);
    assert.deepEqual(answer.body, whole.subarray(from, to + 1));
}

function assertAll(answer) {
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-range'], undefined);
    assert.deepEqual(answer.body, whole);
}

test('a single range is 206 with Content-Range (docs/http.md)', async () => {
    assertPart(await ranged('bytes=0-99'), 0, 99);
    assertPart(await ranged('bytes=0-0'), 0, 0);
    assertPart(await ranged('bytes=100-'), 100, whole.length - 1);
    assertPart(await ranged(`bytes=${whole.length - 1}-`), whole.length - 1, whole.length - 1);
});

test('an end after the last byte is shortened (RFC 9110 14.1.2)', async () => {
    assertPart(await ranged('bytes=10-99999999'), 10, whole.length - 1);
    assertPart(await ranged('bytes=10-99999999999999999999999999'), 10, whole.length - 1);
});

test('a suffix range counts from the end (RFC 9110 14.1.2)', async () => {
    assertPart(await ranged('bytes=-50'), whole.length - 50, whole.length - 1);
    assertPart(await ranged('bytes=-99999999'), 0, whole.length - 1);
});

test('the unit is case-insensitive (RFC 9110 14.1)', async () => {
    assertPart(await ranged('Bytes=0-9'), 0, 9);
});

test('Range is only for GET: HEAD ignores it (RFC 9110 14.2)', async () => {
    const answer = await head(server, user.photo, server.admin, { Range: 'bytes=0-9' });
    assert.equal(answer.status, 200);
    assert.equal(Number(answer.headers['content-length']), whole.length);
});

test('sized bytes have ranges too (docs/http.md)', async () => {
    const path = `${user.path}/photos/48x48/$value`;
    const all = (await get(server, path, server.admin)).body;
    const part = await get(server, path, server.admin, { Range: 'bytes=2-5' });
    assert.equal(part.status, 206);
    assert.deepEqual(part.body, all.subarray(2, 6));
});

test('a range that cannot be satisfied is 416 with Content-Range: bytes */length (docs/http.md)', async () => {
    for (const range of [
        `bytes=${whole.length}-`,
        `bytes=${whole.length}-${whole.length + 5}`,
        'bytes=99999999-',
        'bytes=-0',
        'bytes=99999999999999999999999999-',
    ]) {
        const answer = await ranged(range);
        assert.equal(answer.status, 416, range);
        assert.equal(answer.headers['content-range'], `bytes */${whole.length}`);
    }
});

test('several ranges get the whole photo (docs/http.md)', async () => {
    for (const range of [
        'bytes=0-9,20-29',
        'bytes=0-0, -1',
        'bytes=0-9,99999999-',
        `bytes=${Array.from({ length: 500 }, (_, i) => `${i}-${i}`).join(',')}`,
    ]) {
        assertAll(await ranged(range));
    }
});

test('a malformed range or another unit is ignored (RFC 9110 14.2)', async () => {
    for (const range of [
        'bytes=5-2',
        'bytes=a-b',
        'bytes=',
        'bytes=-',
        'bytes 0-9',
        'items=0-9',
        'bytes=0x0-9',
        'bytes=1.5-9',
        'bytes=0-9-12',
        'bytes=--5',
    ]) {
        assertAll(await ranged(range));
    }
});

test('If-Range with the ETag keeps the range, with another ETag it gets the whole photo (docs/http.md)', async () => {
    assertPart(await ranged('bytes=0-9', { 'If-Range': etag }), 0, 9);
    assertAll(await ranged('bytes=0-9', { 'If-Range': '"00000000000000000000000000000000"' }));
});

test('If-Range compares strongly: a weak tag gets the whole photo (RFC 9110 13.1.5)', async () => {
    assertAll(await ranged('bytes=0-9', { 'If-Range': `W/${etag}` }));
});

test('If-Range with a date before the photo gets the whole photo (RFC 9110 13.1.5)', async () => {
    assertAll(await ranged('bytes=0-9', { 'If-Range': 'Sat, 29 Oct 1994 19:43:31 GMT' }));
});

test('a failed If-Range gets the whole photo, also with an impossible range (RFC 9110 13.2.2)', async () => {
    assertAll(await ranged('bytes=99999999-', { 'If-Range': '"x"' }));
});

test('If-Range without Range is ignored (RFC 9110 13.1.5)', async () => {
    assertAll(await get(server, user.photo, server.admin, { 'If-Range': '"x"' }));
});

test('If-Range detects a new photo: never halves of two photos (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64) });
    const old = await get(server, owner.photo, server.admin);
    await givePhoto(server, owner, jpeg(64, 64, blue));
    const rest = await get(server, owner.photo, server.admin, {
        Range: 'bytes=100-',
        'If-Range': old.headers.etag,
    });
    assert.equal(rest.status, 200);
    assert.equal(rest.body.readUInt16BE(0), 0xffd8);
});

test('metadata has no ranges: a Range there is ignored (docs/http.md)', async () => {
    const answer = await get(server, `${user.path}/photo`, server.admin, { Range: 'bytes=0-3' });
    assert.equal(answer.status, 200);
    assert.equal(answer.json().width, 120);
});
