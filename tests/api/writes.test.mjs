// Creating, replacing and removing a photo; valid uploads; the state after a rejected upload.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, put, remove } from './lib/http.mjs';
import { assertColour, assertWhole, colourAt, decode } from './lib/jpeg_inspection.mjs';
import {
    blue,
    bmp,
    green,
    jpeg,
    jpegOfBytes,
    png,
    pngBomb,
    red,
    svg,
    webp,
} from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    assertMentions,
    givePhoto,
    makeUser,
    strongEtag,
    unknownId,
} from './lib/world.mjs';

let server, user, token;
before(async () => {
    server = await Server.start({
        config: '[limits]\nupload_bytes = 200000\nside = 2000\nbaseline_jpeg_pixels = 1000000\nother_pixels = 500000\ndirectory_side = 700\n',
    });
    user = await makeUser(server);
    token = server.userToken(user.id, 'User.ReadWrite');
});
after(() => server.stop());

const etagOf = async (owner) => (await get(server, owner.photo, server.admin)).headers.etag;

function assertEmpty(answer, status = 200) {
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.body.length, 0);
    assert.equal(answer.headers['content-length'], '0');
    assert.equal(answer.headers['content-type'], undefined);
}

for (const method of ['PUT', 'PATCH']) {
    test(`${method} answers 200 with no body and no content type, new or replaced (docs/http.md)`, async () => {
        const owner = await makeUser(server);
        for (const colour of [red, blue]) {
            const answer = await call(server, method, owner.photo, {
                token: server.admin,
                body: jpeg(64, 64, colour),
            });
            assertEmpty(answer);
        }
        const picture = assertWhole((await get(server, owner.photo, server.admin)).body, 64);
        assertColour(colourAt(picture, 0.5, 0.5), blue, method);
    });
}

for (const path of ['photo/$value', 'photo']) {
    test(`DELETE on ${path} answers 200 and the photo is removed on every path (docs/http.md)`, async () => {
        const owner = await makeUser(server, { picture: jpeg(64, 64) });
        assertEmpty(await remove(server, `${owner.path}/${path}`, server.admin));
        for (const gone of [
            'photo',
            'photo/$value',
            'photos',
            'photos/48x48',
            'photos/48x48/$value',
        ]) {
            assertError(
                await get(server, `${owner.path}/${gone}`, server.admin),
                404,
                'ImageNotFound',
            );
        }
    });
}

test('DELETE without a photo is 404 ImageNotFound (docs/http.md)', async () => {
    const owner = await makeUser(server);
    assertError(await remove(server, owner.photo, server.admin), 404, 'ImageNotFound');
    assertError(await remove(server, `${owner.path}/photo`, server.admin), 404, 'ImageNotFound');
    await givePhoto(server, owner, jpeg(64, 64));
    await remove(server, owner.photo, server.admin);
    assertError(await remove(server, owner.photo, server.admin), 404, 'ImageNotFound');
});

test('writes under /me and /beta reach the same photo (docs/http.md)', async () => {
    assertEmpty(await put(server, '/beta/me/photo/$value', token, jpeg(64, 64)));
    assertWhole((await get(server, user.photo, server.admin)).body, 64);
    assertEmpty(await remove(server, '/beta/me/photo', token));
    assertError(await get(server, '/v1.0/me/photo', token), 404, 'ImageNotFound');
});

test('a write to an owner who does not exist is 404 Request_ResourceNotFound (docs/http.md)', async () => {
    const path = `/v1.0/users/${unknownId}/photo`;
    assertError(
        await put(server, `${path}/$value`, server.admin, jpeg(64, 64)),
        404,
        'Request_ResourceNotFound',
    );
    assertError(await remove(server, path, server.admin), 404, 'Request_ResourceNotFound');
});

test('new bytes get a new ETag, identical bytes keep photo and ETag (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64, red) });
    const first = await etagOf(owner);
    assert.match(first, strongEtag);
    await givePhoto(server, owner, jpeg(64, 64, red));
    assert.equal(await etagOf(owner), first, 'identical bytes');
    await givePhoto(server, owner, jpeg(64, 64, blue));
    assert.notEqual(await etagOf(owner), first, 'other bytes');
});

test('equal pictures of two people have different ETags (docs/http.md)', async () => {
    const [one, other] = [
        await makeUser(server, { picture: jpeg(64, 64) }),
        await makeUser(server, { picture: jpeg(64, 64) }),
    ];
    assert.notEqual(await etagOf(one), await etagOf(other));
});

// A rejection has a status and a code, and does not change the photo.
function refused(name, status, code, body, { headers, mentions = [] } = {}) {
    test(`${name} (docs/http.md)`, async () => {
        const owner = await makeUser(server, { picture: jpeg(64, 64, green) });
        const before = await etagOf(owner);
        const bytes = typeof body === 'function' ? body() : body;
        const answer = await put(server, owner.photo, server.admin, bytes, headers);
        assertError(answer, status, code);
        assertMentions(answer, ...mentions);
        assert.equal(await etagOf(owner), before, 'the old photo stays');
    });
}

refused(
    'a width under 48 is 400 ValidationWidthTooSmall with value and limit',
    400,
    'ValidationWidthTooSmall',
    jpeg(47, 100),
    { mentions: [47, 48] },
);
refused(
    'a height under 48 is 400 ValidationHeightTooSmall with value and limit',
    400,
    'ValidationHeightTooSmall',
    jpeg(100, 47),
    { mentions: [47, 48] },
);
refused('a small PNG is measured too', 400, 'ValidationHeightTooSmall', png(100, 9), {
    mentions: [9, 48],
});
refused('one pixel is too small', 400, 'ValidationWidthTooSmall', jpeg(1, 1), {
    mentions: [1, 48],
});

const whole = jpeg(300, 300, (x, y) => [x % 256, y % 256, (x * y) % 256]);
refused(
    'half a JPEG is 400 ValidationInvalidImage',
    400,
    'ValidationInvalidImage',
    whole.subarray(0, whole.length >> 1),
);
refused(
    'a JPEG without its last rows is 400 ValidationInvalidImage',
    400,
    'ValidationInvalidImage',
    whole.subarray(0, whole.length - 2000),
);
refused(
    'a JPEG that ends after its header is 400 ValidationInvalidImage',
    400,
    'ValidationInvalidImage',
    whole.subarray(0, 400),
);
refused(
    'the first three bytes of a JPEG are 400 ValidationInvalidImage',
    400,
    'ValidationInvalidImage',
    Buffer.from([0xff, 0xd8, 0xff]),
);
refused(
    'a JPEG with a broken Huffman table is 400 ValidationInvalidImage',
    400,
    'ValidationInvalidImage',
    () => {
        const broken = Buffer.from(whole);
        const table = broken.indexOf(Buffer.from([0xff, 0xc4]));
        return broken.fill(0xff, table + 5, table + 40);
    },
);
refused('half a PNG is 400 ValidationInvalidImage', 400, 'ValidationInvalidImage', () => {
    const picture = png(200, 200, red, { level: 0 });
    return picture.subarray(0, picture.length >> 1);
});
refused(
    'a PNG whose data are noise is 400 ValidationInvalidImage',
    400,
    'ValidationInvalidImage',
    () => {
        const picture = png(200, 200, red, { level: 0 });
        return picture.fill(0xa5, 41, picture.length - 16);
    },
);

refused(
    'text is 415',
    415,
    'UnsupportedMediaType',
    Buffer.from('I am no picture, whatever my header says.'),
);
refused('SVG is 415', 415, 'UnsupportedMediaType', svg);
refused('BMP is 415', 415, 'UnsupportedMediaType', bmp());
refused(
    'PDF is 415',
    415,
    'UnsupportedMediaType',
    Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'),
);
refused(
    'HTML that calls itself image/png is 415',
    415,
    'UnsupportedMediaType',
    Buffer.from('<!doctype html><script>alert(1)</script>'),
    { headers: { 'Content-Type': 'image/png' } },
);
refused(
    'base64 of a JPEG is not a JPEG: 415',
    415,
    'UnsupportedMediaType',
    Buffer.from(jpeg(64, 64).toString('base64')),
);

refused(
    'a JPEG with too many pixels is 400 ValidationImageTooLarge with value and limit',
    400,
    'ValidationImageTooLarge',
    () => jpeg(1100, 1000),
    { mentions: [1100, 1000000] },
);
refused(
    'a PNG has the limit of the other formats',
    400,
    'ValidationImageTooLarge',
    () => png(800, 700),
    {
        mentions: [500000],
    },
);
refused(
    'too long a side is 400 ValidationImageTooLarge with value and limit',
    400,
    'ValidationImageTooLarge',
    () => jpeg(2001, 64),
    { mentions: [2001, 2000] },
);
refused(
    'a bomb of 60000x60000 in a few bytes is 400 ValidationImageTooLarge',
    400,
    'ValidationImageTooLarge',
    () => pngBomb(60000, 60000),
);
refused('a side of 2^31-1 is 400', 400, 'ValidationImageTooLarge', () =>
    pngBomb(0x7fffffff, 0x7fffffff),
);

refused(
    'a WebP bomb of 16383x16383 in 40 bytes is 400 ValidationImageTooLarge',
    400,
    'ValidationImageTooLarge',
    webp(16383, 16383),
);

test('the limit of pixels depends on the format: a baseline JPEG may be larger (docs/http.md)', async () => {
    const owner = await makeUser(server);
    assertEmpty(await put(server, owner.photo, server.admin, jpeg(800, 700)));
});

test('one byte over the limit is 413 RequestEntityTooLarge, the limit itself is fine (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64) });
    const before = await etagOf(owner);
    const over = jpegOfBytes(200_001);
    assert.equal(over.length, 200_001);
    assertError(await put(server, owner.photo, server.admin, over), 413, 'RequestEntityTooLarge');
    assert.equal(await etagOf(owner), before);
    assertEmpty(await put(server, owner.photo, server.admin, jpegOfBytes(200_000)));
    assert.notEqual(await etagOf(owner), before);
});

test('an empty body is 400 (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64) });
    const before = await etagOf(owner);
    for (const method of ['PUT', 'PATCH']) {
        for (const options of [
            { body: '' },
            {},
            { headers: { 'Content-Type': 'image/jpeg', 'Content-Length': '0' } },
        ]) {
            const answer = await call(server, method, owner.photo, {
                token: server.admin,
                ...options,
            });
            assert.equal(answer.status, 400, answer.text);
            assert.ok(
                ['BadRequest', 'ValidationInvalidImage'].includes(answer.json().error.code),
                answer.text,
            );
        }
    }
    assert.equal(await etagOf(owner), before);
});

test('a rejected upload to an owner without a photo leaves no photo (docs/http.md)', async () => {
    const owner = await makeUser(server);
    assertError(await put(server, owner.photo, server.admin, svg), 415, 'UnsupportedMediaType');
    assertError(await get(server, owner.photo, server.admin), 404, 'ImageNotFound');
});

test('a directory photo longer than directory_side is kept at that side, uncropped (docs/http.md)', async () => {
    const owner = await makeUser(server, { photoStorage: 'directory', picture: jpeg(1200, 600) });
    const { id } = (await get(server, `${owner.path}/photo`, server.admin)).json();
    assert.equal(id, '700x350');
    assertWhole((await get(server, owner.photo, server.admin)).body, 700, 350);
});

test('a HEIC or TIFF of only a header is rejected, never 5xx (docs/http.md)', async () => {
    const owner = await makeUser(server);
    const heicHead = Buffer.concat([
        Buffer.from([0, 0, 0, 24]),
        Buffer.from('ftypheic\0\0\0\0mif1heic'),
        Buffer.alloc(300),
    ]);
    const tiff = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), Buffer.alloc(200)]);
    for (const body of [heicHead, tiff]) {
        const { status } = await put(server, owner.photo, server.admin, body);
        assert.ok(
            [400, 415].includes(status),
            `${body.subarray(0, 12).toString('latin1')}: ${status}`,
        );
    }
});

test('two hundred damaged pictures never cause a 5xx (docs/http.md)', async () => {
    const owner = await makeUser(server);
    const sources = [jpeg(64, 64), png(64, 64, red, { level: 0 })];
    let seed = 12345;
    const random = (limit) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % limit;
    const uploads = Array.from({ length: 200 }, (_, i) => {
        const scratched = Buffer.from(sources[i % 2]);
        for (let n = 0; n < 5; n++) scratched[random(scratched.length)] = random(256);
        return scratched;
    });
    for (const body of uploads) {
        const { status, text } = await put(server, owner.photo, server.admin, body);
        assert.ok([200, 400, 415].includes(status), `${status} ${text}`);
        if (status === 200) decode((await get(server, owner.photo, server.admin)).body);
    }
});
