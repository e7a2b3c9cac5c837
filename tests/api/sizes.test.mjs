// Which sizes a photo has, and how a size may be written.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, put } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, givePhoto, hdSizes, makeUser } from './lib/world.mjs';

let server, mailbox, directory;
before(async () => {
    server = await Server.start();
    mailbox = await makeUser(server);
    directory = await makeUser(server, { photoStorage: 'directory' });
});
after(() => server.stop());

const square = (size) => `${size}x${size}`;
const upTo = (limit) => hdSizes.filter((size) => size <= limit).map(square);
async function idsAfter(owner, picture) {
    await givePhoto(server, owner, picture);
    const list = (await get(server, `${owner.path}/photos`, server.admin)).json().value;
    for (const { id, width, height } of list) assert.equal(id, `${width}x${height}`);
    return list.map(({ id }) => id);
}
async function largest(owner) {
    return (await get(server, `${owner.path}/photo`, server.admin)).json().id;
}

const mailboxCases = [
    [48, 48, 48],
    [49, 300, 48],
    [64, 64, 64],
    [119, 121, 96],
    [240, 240, 240],
    [359, 359, 240],
    [600, 400, 360],
    [400, 600, 360],
    [504, 504, 504],
    [503, 2000, 432],
    [647, 647, 504],
    [648, 648, 648],
    [900, 800, 648],
];
for (const [width, height, most] of mailboxCases) {
    test(`an upload of ${width}x${height} gives every HD size up to ${most} (docs/http.md)`, async () => {
        assert.deepEqual(await idsAfter(mailbox, jpeg(width, height)), upTo(most));
        assert.equal(await largest(mailbox), square(most));
        assertWhole((await get(server, mailbox.photo, server.admin)).body, most);
    });
}

const directoryCases = [
    [10, 10, ['10x10']],
    [1, 1, ['1x1']],
    [47, 300, ['47x300']],
    [300, 200, [...upTo(120), '300x200']],
    [100, 1000, [...upTo(96), '100x1000']],
    [240, 240, upTo(240)],
    [700, 700, [...upTo(648), '700x700']],
    [649, 650, [...upTo(648), '649x650']],
];
for (const [width, height, ids] of directoryCases) {
    test(`a directory photo of ${width}x${height} has its own dimensions next to the smaller HD sizes (docs/http.md)`, async () => {
        assert.deepEqual(await idsAfter(directory, jpeg(width, height)), ids);
        assert.equal(await largest(directory), `${width}x${height}`);
        const bytes = await get(
            server,
            `${directory.path}/photos/${width}x${height}/$value`,
            server.admin,
        );
        assertWhole(bytes.body, width, height);
        assert.deepEqual((await get(server, directory.photo, server.admin)).body, bytes.body);
    });
}

test('fewer sizes after a smaller photo: no size of the old one stays (docs/http.md)', async () => {
    await givePhoto(server, mailbox, jpeg(648, 648));
    await givePhoto(server, mailbox, jpeg(64, 64));
    assertError(
        await get(server, `${mailbox.path}/photos/240x240/$value`, server.admin),
        404,
        'ImageNotFound',
    );
    assert.equal(await largest(mailbox), '64x64');
});

test('a size above what exists is 404 ImageNotFound and the message lists the sizes that exist (docs/http.md)', async () => {
    await givePhoto(server, mailbox, jpeg(100, 100));
    for (const path of ['photos/120x120', 'photos/648x648/$value', 'photos/5000x5000/$value']) {
        const answer = await get(server, `${mailbox.path}/${path}`, server.admin);
        assertError(answer, 404, 'ImageNotFound');
        for (const size of ['48x48', '64x64', '96x96'])
            assert.ok(answer.json().error.message.includes(size), answer.text);
        assert.ok(!answer.json().error.message.includes('432x432'), answer.text);
    }
});

test('a well-formed size that is not an HD size does not exist (docs/http.md)', async () => {
    await givePhoto(server, mailbox, jpeg(200, 200));
    for (const size of ['100x100', '48x64', '1x1', '200x200']) {
        assertError(
            await get(server, `${mailbox.path}/photos/${size}/$value`, server.admin),
            404,
            'ImageNotFound',
        );
        assertError(
            await get(server, `${mailbox.path}/photos/${size}`, server.admin),
            404,
            'ImageNotFound',
        );
    }
});

const malformed = [
    '48',
    '0x0',
    'axb',
    '-1x5',
    '48x',
    'x48',
    '48x48x48',
    '48%C3%9748',
    '48x0',
    '0x48',
    '4.8x48',
    '%2048x48',
    '+48x48',
];
for (const size of malformed) {
    test(`a malformed size ${size} is 400 BadRequest (docs/http.md)`, async () => {
        await givePhoto(server, mailbox, jpeg(64, 64));
        assertError(
            await get(server, `${mailbox.path}/photos/${size}`, server.admin),
            400,
            'BadRequest',
        );
        assertError(
            await get(server, `${mailbox.path}/photos/${size}/$value`, server.admin),
            400,
            'BadRequest',
        );
    });
}

test('a very long size is rejected, never 5xx (docs/http.md)', async () => {
    for (const size of [
        `${'9'.repeat(40)}x${'9'.repeat(40)}`,
        '4294967344x4294967344',
        '18446744073709551664x48',
    ]) {
        const answer = await get(server, `${mailbox.path}/photos/${size}/$value`, server.admin);
        assert.ok([400, 404].includes(answer.status), `${size}: ${answer.status}`);
    }
});

test('the size token is case-insensitive: 48X48 (docs/http.md)', async () => {
    await givePhoto(server, mailbox, jpeg(64, 64));
    const wanted = await get(server, `${mailbox.path}/photos/48x48/$value`, server.admin);
    for (const size of ['48X48', "('48X48')", "('48x48')"]) {
        const path = size.startsWith('(') ? `photos${size}` : `photos/${size}`;
        assert.deepEqual(
            (await get(server, `${mailbox.path}/${path}/$value`, server.admin)).body,
            wanted.body,
        );
        assert.equal(
            (await get(server, `${mailbox.path}/${path}`, server.admin)).json().id,
            '48x48',
        );
    }
});

test('a directory owner may upload what a mailbox owner may not: a side under 48 (docs/http.md)', async () => {
    const tiny = jpeg(40, 30);
    assert.equal((await put(server, directory.photo, server.admin, tiny)).status, 200);
    assertError(
        await put(server, mailbox.photo, server.admin, tiny),
        400,
        'ValidationWidthTooSmall',
    );
});
