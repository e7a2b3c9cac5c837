// ETag, If-None-Match and If-Match (docs/http.md, Bytes and Writes; RFC 9110 section 13).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, head, post, put, remove } from './lib/http.mjs';
import { blue, jpeg, red } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, assertSameHead, givePhoto, makeUser } from './lib/world.mjs';

let server, user, token, etag, modified;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(100, 100) });
    token = server.userToken(user.id, 'User.ReadWrite');
    const { headers } = await get(server, user.photo, server.admin);
    etag = headers.etag;
    modified = Date.parse(headers['last-modified']);
});
after(() => server.stop());

const conditional = (value, path = '/v1.0/me/photo/$value') =>
    get(server, path, token, { 'If-None-Match': value });
const other = '"00000000000000000000000000000000"';

/** The three forms of a date (RFC 9110 5.6.7). */
function formsOf(time) {
    const fixed = new Date(time).toUTCString();
    const [day, date, month, year, clock] = fixed.replace(',', '').split(' ');
    const long = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
    return [
        fixed,
        `${long[new Date(time).getUTCDay()]}, ${date}-${month}-${year.slice(2)} ${clock} GMT`,
        `${day} ${month} ${date.replace(/^0/, ' ')} ${clock} ${year}`,
    ];
}

function assertNotModified(answer) {
    assert.equal(answer.status, 304);
    assert.equal(answer.body.length, 0);
    assert.equal(answer.headers.etag, etag);
    assert.equal(answer.headers['cache-control'], 'private, no-cache');
    assert.equal(answer.headers['content-type'], undefined);
    assert.ok(!(Number(answer.headers['content-length']) > 0 && answer.body.length > 0));
}

test('If-None-Match with the ETag is 304, in every size and under every path (docs/http.md)', async () => {
    for (const path of [
        'photo/$value',
        'photos/48x48/$value',
        'photos/96x96/$value',
        'photo/64x64/$value',
    ]) {
        assertNotModified(await conditional(etag, `/v1.0/me/${path}`));
    }
    assertNotModified(await get(server, user.photo, server.admin, { 'If-None-Match': etag }));
});

test('a 304 under /me varies by Authorization like the 200 (docs/http.md)', async () => {
    assert.match((await conditional(etag)).headers.vary ?? '', /\bAuthorization\b/i);
});

test('If-None-Match is a list and compares weakly (RFC 9110 13.1.2)', async () => {
    for (const value of [
        `W/${etag}`,
        `${other}, ${etag}`,
        `${other},${etag}`,
        `W/${other} ,\tW/${etag}, "x"`,
        `"a,b", ${etag}`,
        `, ,${etag}`,
        '*',
    ]) {
        assertNotModified(await conditional(value));
    }
});

test('If-None-Match in two headers is one list (RFC 9110 5.3)', async () => {
    assertNotModified(
        await get(server, '/v1.0/me/photo/$value', token, { 'If-None-Match': [other, etag] }),
    );
});

test('If-None-Match with other or malformed tags is 200 (RFC 9110 13.1.2)', async () => {
    for (const value of [
        other,
        `W/${other}`,
        etag.toLowerCase(),
        `"${etag.slice(1, 9)}"`,
        '""',
        '"*"',
        `w/${etag.slice(0, -1)}`,
    ]) {
        const answer = await conditional(value);
        assert.equal(answer.status, 200, value);
        assert.ok(answer.body.length > 0);
    }
});

test('If-Modified-Since is ignored beside If-None-Match (RFC 9110 13.1.3)', async () => {
    const later = new Date(Date.now() + 3_600_000).toUTCString();
    const headers = { 'If-None-Match': other, 'If-Modified-Since': later };
    assert.equal((await get(server, '/v1.0/me/photo/$value', token, headers)).status, 200);
});

test('If-Modified-Since of the photo or later is 304, in each form of a date (RFC 9110 13.1.3)', async () => {
    for (const path of ['photo/$value', 'photos/48x48/$value', 'photo/64x64/$value']) {
        for (const time of [modified, modified + 1000, modified + 86_400_000]) {
            for (const since of formsOf(time)) {
                const headers = { 'If-Modified-Since': since };
                assertNotModified(await get(server, `/v1.0/me/${path}`, token, headers));
            }
        }
    }
    assertSameHead(
        await get(server, '/v1.0/me/photo/$value', token, { 'If-Modified-Since': formsOf(modified)[0] }),
        await head(server, '/v1.0/me/photo/$value', token, { 'If-Modified-Since': formsOf(modified)[0] }),
    );
});

test('If-Modified-Since before the photo, invalid or sent twice is 200 (RFC 9110 13.1.3)', async () => {
    const now = new Date(modified).toUTCString();
    for (const since of [
        ...formsOf(modified - 1000),
        'yesterday',
        new Date(modified).toISOString(),
        `${Math.floor(modified / 1000)}`,
        now.replace('GMT', 'CET'),
        now.toLowerCase(),
        [now, now],
    ]) {
        const headers = { 'If-Modified-Since': since };
        const answer = await get(server, '/v1.0/me/photo/$value', token, headers);
        assert.equal(answer.status, 200, since);
        assert.ok(answer.body.length > 0);
    }
});

test('If-Unmodified-Since before the photo is 412, the photo itself is 200 (RFC 9110 13.1.4)', async () => {
    const asked = (since) =>
        get(server, '/v1.0/me/photo/$value', token, { 'If-Unmodified-Since': since });
    for (const since of formsOf(modified - 1000)) {
        assertError(await asked(since), 412, 'resourceModified');
    }
    for (const since of [...formsOf(modified), 'yesterday']) {
        assert.equal((await asked(since)).status, 200, since);
    }
});

test('If-Match of a GET is 412 for another version, before If-None-Match (RFC 9110 13.2.2)', async () => {
    const asked = (headers) => get(server, '/v1.0/me/photo/$value', token, headers);
    for (const value of [other, `W/${etag}`]) {
        const headers = { 'If-Match': value, 'If-None-Match': etag };
        assertError(await asked(headers), 412, 'resourceModified');
    }
    const early = { 'If-Unmodified-Since': new Date(0).toUTCString() };
    assert.equal((await asked({ 'If-Match': etag, ...early })).status, 200);
    assertNotModified(await asked({ 'If-Match': '*', 'If-None-Match': etag }));
});

test('conditions are not evaluated where the answer is no photo (RFC 9110 13.2.1)', async () => {
    const bare = await makeUser(server);
    for (const headers of [
        { 'If-Modified-Since': new Date().toUTCString() },
        { 'If-Unmodified-Since': new Date(0).toUTCString() },
        { 'If-Match': other },
    ]) {
        assertError(await get(server, bare.photo, server.admin, headers), 404, 'ImageNotFound');
    }
});

test('an ETag with the suffix of a compressing proxy is 304 (Apache DeflateAlterETag)', async () => {
    for (const suffix of ['-gzip', ';gzip', '--gzip', '-br', '-deflate', ';zstd']) {
        const marked = `${etag.slice(0, -1)}${suffix}"`;
        for (const value of [marked, `W/${marked}`, `${other}, ${marked}`]) {
            assertNotModified(await conditional(value));
        }
        const range = { Range: 'bytes=0-9', 'If-Range': marked };
        assert.equal((await get(server, '/v1.0/me/photo/$value', token, range)).status, 200);
    }
    assert.equal((await conditional(`${etag.slice(0, -1)}-xz"`)).status, 200);
});

test('HEAD answers 304 as GET does (docs/http.md)', async () => {
    const fromGet = await conditional(etag);
    assertSameHead(
        fromGet,
        await head(server, '/v1.0/me/photo/$value', token, { 'If-None-Match': etag }),
    );
});

test('If-None-Match: * without a photo is 404 (RFC 9110 13.1.2)', async () => {
    const bare = await makeUser(server);
    assertError(
        await get(server, bare.photo, server.admin, { 'If-None-Match': '*' }),
        404,
        'ImageNotFound',
    );
});

test('a size that does not exist is 404 although the ETag matches (docs/http.md)', async () => {
    assertError(await conditional(etag, '/v1.0/me/photos/648x648/$value'), 404, 'ImageNotFound');
});

test('a 304 needs the same permissions as a 200 (docs/http.md)', async () => {
    const weak = server.userToken(user.id, 'Mail.Read');
    assertError(
        await get(server, '/v1.0/me/photo/$value', undefined, { 'If-None-Match': etag }),
        401,
        'InvalidAuthenticationToken',
    );
    assertError(
        await get(server, '/v1.0/me/photo/$value', weak, { 'If-None-Match': etag }),
        403,
        'ErrorAccessDenied',
    );
});

test('If-None-Match wins over Range (RFC 9110 13.2.2)', async () => {
    assertNotModified(
        await get(server, '/v1.0/me/photo/$value', token, {
            'If-None-Match': etag,
            Range: 'bytes=0-9',
        }),
    );
});

test('an old ETag is 200 after a new photo (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64, red) });
    const old = (await get(server, owner.photo, server.admin)).headers.etag;
    await givePhoto(server, owner, jpeg(64, 64, blue));
    assert.equal(
        (await get(server, owner.photo, server.admin, { 'If-None-Match': old })).status,
        200,
    );
});

// Writes: each gets its own owner, since some succeed.
async function ownerWithEtag() {
    const owner = await makeUser(server, { picture: jpeg(64, 64, red) });
    const { headers } = await get(server, owner.photo, server.admin);
    return { owner, current: headers.etag, modified: Date.parse(headers['last-modified']) };
}
const writers = {
    PUT: (owner, headers) => put(server, owner.photo, server.admin, jpeg(64, 64, blue), headers),
    PATCH: (owner, headers) =>
        call(server, 'PATCH', owner.photo, {
            token: server.admin,
            body: jpeg(64, 64, blue),
            headers,
        }),
    DELETE: (owner, headers) => remove(server, owner.photo, server.admin, headers),
    'DELETE on photo': (owner, headers) =>
        remove(server, `${owner.path}/photo`, server.admin, headers),
};
for (const [name, write] of Object.entries(writers)) {
    test(`${name} with If-Match of another version is 412 resourceModified and changes nothing (docs/http.md)`, async () => {
        const { owner, current } = await ownerWithEtag();
        for (const value of [
            other,
            `W/${current}`,
            `${other}, "x"`,
            current.slice(1, -1),
            `${current.slice(0, -1)}-gzip"`,
        ]) {
            assertError(await write(owner, { 'If-Match': value }), 412, 'resourceModified');
        }
        assert.equal((await get(server, owner.photo, server.admin)).headers.etag, current);
    });

    test(`${name} with If-Match of this version is 200, alone, in a list or as * (docs/http.md)`, async () => {
        for (const value of [(tag) => tag, (tag) => `${other}, ${tag}`, () => '*']) {
            const { owner, current } = await ownerWithEtag();
            const answer = await write(owner, { 'If-Match': value(current) });
            assert.equal(answer.status, 200, answer.text);
        }
    });
}

for (const [name, write] of Object.entries(writers)) {
    test(`${name} with If-None-Match of this version is 412 and changes nothing, with others 200 (RFC 9110 13.1.2)`, async () => {
        const { owner, current } = await ownerWithEtag();
        const marked = `${current.slice(0, -1)}-gzip"`;
        for (const value of [current, `W/${current}`, `${other}, ${current}`, marked, '*']) {
            assertError(await write(owner, { 'If-None-Match': value }), 412, 'resourceModified');
        }
        assert.equal((await get(server, owner.photo, server.admin)).headers.etag, current);
        const answer = await write(owner, { 'If-None-Match': `${other}, W/"x"` });
        assert.equal(answer.status, 200, answer.text);
    });

    test(`${name} with If-Unmodified-Since before the photo is 412, in each form of a date (RFC 9110 13.1.4)`, async () => {
        const { owner, current, modified } = await ownerWithEtag();
        for (const value of formsOf(modified - 1000)) {
            const headers = { 'If-Unmodified-Since': value };
            assertError(await write(owner, headers), 412, 'resourceModified');
        }
        assert.equal((await get(server, owner.photo, server.admin)).headers.etag, current);
        const same = { 'If-Unmodified-Since': new Date(modified).toUTCString() };
        const answer = await write(owner, same);
        assert.equal(answer.status, 200, answer.text);
    });

    test(`${name} ignores If-Unmodified-Since beside If-Match, and dates that are none (RFC 9110 13.2.2)`, async () => {
        const early = new Date(0).toUTCString();
        for (const headers of [
            { 'If-Match': '*', 'If-Unmodified-Since': early },
            { 'If-Unmodified-Since': 'yesterday' },
            { 'If-Modified-Since': new Date(Date.now() + 60_000).toUTCString() },
        ]) {
            const { owner } = await ownerWithEtag();
            const answer = await write(owner, headers);
            assert.equal(answer.status, 200, answer.text);
        }
    });
}

test('a PUT without a photo passes If-None-Match and If-Unmodified-Since (RFC 9110 13.1)', async () => {
    const bare = await makeUser(server);
    const headers = { 'If-None-Match': other, 'If-Unmodified-Since': new Date(0).toUTCString() };
    const answer = await put(server, bare.photo, server.admin, jpeg(64, 64), headers);
    assert.equal(answer.status, 200, answer.text);
});

test('the conditions of an item of a batch are its own (docs/http.md)', async () => {
    const { owner, current, modified } = await ownerWithEtag();
    const item = (id, method, headers) => ({
        id,
        method,
        url: owner.photo.replace('/v1.0', ''),
        headers,
        body: method === 'PUT' ? jpeg(64, 64, blue).toString('base64') : undefined,
    });
    const date = new Date(modified).toUTCString();
    const early = new Date(modified - 1000).toUTCString();
    const answer = await post(server, '/v1.0/$batch', server.admin, {
        requests: [
            item('1', 'GET', { 'If-Modified-Since': date }),
            item('2', 'GET', { 'If-Unmodified-Since': early }),
            item('3', 'PUT', { 'If-None-Match': current }),
            item('4', 'PUT', { 'If-Unmodified-Since': early }),
            item('5', 'DELETE', { 'If-None-Match': `W/${current}` }),
        ],
    });
    const statuses = answer.json().responses.map(({ status }) => status);
    assert.deepEqual(statuses, [304, 412, 412, 412, 412]);
});

test('a PUT with If-Match without a photo is 412, also for * (RFC 9110 13.1.1)', async () => {
    const bare = await makeUser(server);
    for (const value of ['*', other]) {
        assertError(
            await put(server, bare.photo, server.admin, jpeg(64, 64), { 'If-Match': value }),
            412,
            'resourceModified',
        );
    }
    assertError(await get(server, bare.photo, server.admin), 404, 'ImageNotFound');
});

test('of many writers with the same ETag one succeeds (docs/http.md)', async () => {
    const { owner, current } = await ownerWithEtag();
    const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
            put(server, owner.photo, server.admin, jpeg(64, 64, [i * 30, 0, 0]), {
                'If-Match': current,
            }),
        ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, ...Array(7).fill(412)]);
});
