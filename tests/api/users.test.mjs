// Users in the directory: creation and reading (docs/directory.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, guid, head, post, put } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    assertSameHead,
    makeUser,
    missingOwner,
    unknownId,
    userBody,
} from './lib/world.mjs';

let server, person, token;
const full = {
    userPrincipalName: 'MeganB@contoso.example',
    displayName: 'Megan Bowen',
    givenName: 'Megan',
    surname: 'Bowen',
    jobTitle: 'Auditor',
    mail: 'megan@contoso.example',
    mobilePhone: '+1 555 0100',
    officeLocation: '12/1110',
    preferredLanguage: 'en-US',
    businessPhones: ['+1 412 555 0109'],
};
before(async () => {
    server = await Server.start();
    person = await makeUser(server, full);
    token = server.userToken(person.id, 'User.Read');
});
after(() => server.stop());

// Graph's default property set in Graph's order; id is first in the answer to POST and last in the answer to GET.
const properties = [
    'businessPhones',
    'displayName',
    'givenName',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
];
const context = (tail, base = 'v1.0') => `${server.origin}/${base}/$metadata#${tail}`;

function assertDefaultSet(user) {
    const names = Object.keys(user);
    assert.equal(names[0], '@odata.context');
    assert.deepEqual(
        names.filter((name) => name !== '@odata.context' && name !== 'id'),
        properties,
    );
    assert.match(user.id, guid);
}

test('POST /users answers 201 with the default property set and its context (docs/directory.md)', async () => {
    const body = userBody({ givenName: 'Ada', businessPhones: ['1'] });
    const answer = await post(server, '/v1.0/users', server.admin, body);
    assert.equal(answer.status, 201, answer.text);
    assert.match(answer.headers['content-type'], /^application\/json\b/);
    const user = answer.json();
    assertDefaultSet(user);
    assert.equal(user['@odata.context'], context('users/$entity'));
    assert.equal(user.displayName, body.displayName);
    assert.equal(user.userPrincipalName, body.userPrincipalName);
    assert.equal(user.givenName, 'Ada');
    assert.deepEqual(user.businessPhones, ['1']);
    assert.equal(user.surname, null, 'an unset property is null');
});

test('POST under /beta makes the same kind of user (docs/http.md)', async () => {
    const answer = await post(server, '/beta/users', server.admin, userBody());
    assert.equal(answer.status, 201);
    assert.equal((await get(server, `/v1.0/users/${answer.json().id}`, server.admin)).status, 200);
});

test("GET /users/{id} and /users/{UPN} answer the default property set in Graph's order (docs/directory.md)", async () => {
    for (const key of [
        person.id,
        person.upn,
        'meganb%40CONTOSO.example',
        person.id.toUpperCase(),
    ]) {
        const user = (await get(server, `/v1.0/users/${key}`, server.admin)).json();
        assertDefaultSet(user);
        assert.equal(user['@odata.context'], context('users/$entity'));
        const { '@odata.context': _, id, ...rest } = user;
        assert.equal(id, person.id);
        assert.deepEqual(rest, full);
    }
});

test('GET /me answers the same user and context (docs/directory.md)', async () => {
    const me = (await get(server, '/v1.0/me', token)).json();
    assert.deepEqual(me, (await get(server, person.path, server.admin)).json());
    const beta = (await get(server, '/beta/me', token)).json();
    assert.equal(beta['@odata.context'], context('users/$entity', 'beta'));
});

test('HEAD has the headers of GET for users (docs/http.md)', async () => {
    assertSameHead(await get(server, '/v1.0/me', token), await head(server, '/v1.0/me', token));
    assertSameHead(
        await get(server, person.path, server.admin),
        await head(server, person.path, server.admin),
    );
});

test('$select returns only these properties, and names them in the context (docs/http.md, docs/directory.md)', async () => {
    const user = (await get(server, `${person.path}?$select=displayName,id`, server.admin)).json();
    assert.deepEqual(Object.keys(user).sort(), ['@odata.context', 'displayName', 'id']);
    assert.equal(user['@odata.context'], context('users(displayName,id)/$entity'));
    const me = (await get(server, '/v1.0/me?%24select=mail%2Csurname', token)).json();
    assert.equal(me['@odata.context'], context('users(mail,surname)/$entity'));
    assert.equal(me.mail, full.mail);
});

test('$select reaches properties outside the default set (docs/directory.md)', async () => {
    const user = (
        await get(server, `${person.path}?$select=accountEnabled,mailNickname`, server.admin)
    ).json();
    assert.equal(user.accountEnabled, true);
    assert.match(user.mailNickname, /^person\d+$/);
});

test('photoStorage is mailbox by default, and shown on $select only (docs/http.md)', async () => {
    const shown = async (path) =>
        (await get(server, `${path}?$select=photoStorage`, server.admin)).json().photoStorage;
    assert.equal(await shown(person.path), 'mailbox');
    const directory = await makeUser(server, { photoStorage: 'directory' });
    assert.equal(await shown(directory.path), 'directory');
    assert.equal('photoStorage' in (await get(server, directory.path, server.admin)).json(), false);
});

test('photoStorage of another kind is 400 (docs/http.md)', async () => {
    for (const photoStorage of ['cupboard', 7, '']) {
        assert.equal(
            (await post(server, '/v1.0/users', server.admin, userBody({ photoStorage }))).status,
            400,
        );
    }
});

test('$expand=photo is 400 (docs/directory.md)', async () => {
    assert.equal((await get(server, '/v1.0/me?$expand=photo', token)).status, 400);
});

test('a user who does not exist is 404 Request_ResourceNotFound (docs/http.md)', async () => {
    for (const key of [unknownId, 'unknown@contoso.example', 'x']) {
        assertError(
            await get(server, `/v1.0/users/${key}`, server.admin),
            404,
            'Request_ResourceNotFound',
            missingOwner(key),
        );
    }
});

test('a body that is not a JSON object is 400 (docs/directory.md)', async () => {
    for (const body of [
        '',
        '{',
        'null',
        '[]',
        '7',
        '{"displayName":',
        '{} x',
        '\u0000',
        '['.repeat(20000),
    ]) {
        const answer = await call(server, 'POST', '/v1.0/users', {
            token: server.admin,
            body,
            headers: { 'Content-Type': 'application/json' },
        });
        assert.equal(answer.status, 400, body.slice(0, 20));
    }
});

for (const required of ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName']) {
    test(`POST /users without ${required} is 400: Graph requires it (docs/directory.md)`, async () => {
        const answer = await post(
            server,
            '/v1.0/users',
            server.admin,
            userBody({ [required]: undefined }),
        );
        assert.equal(answer.status, 400, answer.text);
        assert.ok(answer.json().error.message.includes(required), answer.text);
    });
}

test('passwordProfile is accepted, not required, and never shown (docs/directory.md)', async () => {
    for (const passwordProfile of [undefined, { password: 'never-shown-4711' }]) {
        const answer = await post(server, '/v1.0/users', server.admin, userBody({ passwordProfile }));
        assert.equal(answer.status, 201, answer.text);
        assert.ok(!answer.text.includes('never-shown') && !answer.text.includes('passwordProfile'));
        const asked = `/v1.0/users/${answer.json().id}?$select=id,passwordProfile`;
        const shown = await get(server, asked, server.admin);
        assert.equal(shown.json().passwordProfile, null);
        assert.ok(!shown.text.includes('never-shown'));
    }
});

test('properties of the wrong type are 400 (docs/directory.md)', async () => {
    for (const more of [
        { displayName: 7 },
        { accountEnabled: 'yes' },
        { businessPhones: 'x' },
        { userPrincipalName: '' },
        { userPrincipalName: ['a'] },
    ]) {
        assert.equal(
            (await post(server, '/v1.0/users', server.admin, userBody(more))).status,
            400,
            JSON.stringify(more),
        );
    }
});

test('a second user of the same UPN is refused, in any casing (docs/directory.md)', async () => {
    for (const userPrincipalName of [person.upn, person.upn.toUpperCase()]) {
        const answer = await post(
            server,
            '/v1.0/users',
            server.admin,
            userBody({ userPrincipalName }),
        );
        assert.ok([400, 409].includes(answer.status), answer.text);
    }
});

test('a new user can be read and given a photo immediately, after an earlier 404 (docs/http.md)', async () => {
    const userPrincipalName = 'latecomer@contoso.example';
    const path = `/v1.0/users/${userPrincipalName}`;
    for (let i = 0; i < 2; i++)
        assertError(
            await get(server, `${path}/photo`, server.admin),
            404,
            'Request_ResourceNotFound',
        );
    await makeUser(server, { userPrincipalName });
    assertError(await get(server, `${path}/photo`, server.admin), 404, 'ImageNotFound');
    assert.equal(
        (await put(server, `${path}/photo/$value`, server.admin, jpeg(64, 64))).status,
        200,
    );
    assert.equal((await get(server, `${path}/photo`, server.admin)).status, 200);
});

test('names of every script are returned as sent (docs/directory.md)', async () => {
    const displayName = 'Žofie "Zo" Ångström 山田 👩🏽‍🚀 </script>';
    const user = await makeUser(server, { displayName });
    const answer = await get(server, user.path, server.admin);
    assert.equal(answer.json().displayName, displayName);
    assert.equal(Number(answer.headers['content-length']), answer.body.length);
});
