// Which user each name of a file means: docs/cameo-api.md, Runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, post } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';
import { assertError, makeUser } from './lib/world.mjs';

const path = '/cameo/v1/runs/match';
const photoEditor = ['fe930be7-5e62-47db-91af-98c3a49a38b1']; // User Administrator
let server, tenant, people, token;
before(async () => {
    server = await Server.start({ config: `[limits]\nrequests_per_second = 0\n${tenantTables([{ name: 'one' }, { name: 'two' }])}` });
    tenant = new Tenant(server, 'one');
    await makeUser(new Tenant(server, 'two'), { userPrincipalName: 'only.there@contoso.example', displayName: 'Only There' });
    const person = (userPrincipalName, more) => makeUser(tenant, { userPrincipalName, ...more });
    people = {
        ada: await person('ada@contoso.example', { displayName: 'Ada Byron', givenName: 'Ada', surname: 'Byron', picture: jpeg(64, 64) }),
        jorg: await person('j\u00f6rg@contoso.example', { displayName: 'J\u00f6rg' }),
        one: await person('one@contoso.example', { displayName: 'Twin', mobilePhone: '+1 425' }),
        other: await person('other@contoso.example', { displayName: 'twin' }),
    };
    token = tenant.mintApp('ProfilePhoto.ReadWrite.All User.Read.All');
});
after(() => server.stop());

async function match(names, pattern, as = token) {
    const answer = await post(server, path, as, { names, pattern });
    assert.equal(answer.status, 200, answer.text);
    const { value } = answer.json();
    assert.deepEqual(value.map(({ name }) => name), names);
    return value;
}
const short = (value) => value.map(({ state, owner }) => `${state} ${Object.entries(people).find(([, { id }]) => id === owner?.id)?.[0] ?? '-'}`);

test('by userPrincipalName, which is the default', async () => {
    const value = await match(['ADA@contoso.example.JPG', 'nobody.png', 'only.there@contoso.example.jpg', 'one@contoso.example']);
    assert.deepEqual(short(value), ['matched ada', 'unmatched -', 'unmatched -', 'matched one']);
    assert.deepEqual(value[0].owner, { id: people.ada.id, displayName: 'Ada Byron', userPrincipalName: 'ada@contoso.example', hasPhoto: true });
    assert.equal(value[3].owner.hasPhoto, false);
});

test('folders and the form of an accent do not count', async () => {
    assert.deepEqual(short(await match(['2026/photos/ada@contoso.example.heic', 'jo\u0308rg@contoso.example.jpg'])), ['matched ada', 'matched jorg']);
});

test('two people with the name: ambiguous, without an owner', async () => {
    assert.deepEqual(short(await match(['Twin.jpg', 'Ada Byron.jpg'], 'displayName')), ['ambiguous -', 'matched ada']);
});

test('two files for one person: each is a duplicate', async () => {
    assert.deepEqual(short(await match(['ada@contoso.example.jpg', 'x.jpg', 'Ada@contoso.example.png'])), ['duplicate ada', 'unmatched -', 'duplicate ada']);
});

test('a pattern of several properties', async () => {
    assert.deepEqual(short(await match(['ada.byron.jpg', 'twin.jpg'], '{givenName}.{surname}')), ['matched ada', 'unmatched -']);
    assert.deepEqual(short(await match([`${people.ada.id}.jpg`], 'id')), ['matched ada']);
    assert.deepEqual(short(await match(['+1 425.jpg'], '{mobilePhone}')), ['matched one']);
});

test('nothing is stored', async () => {
    await match(['one@contoso.example.jpg']);
    assert.equal((await get(server, `${people.one.path}/photo`, tenant.admin)).status, 404);
});

test('1,000 names in one request', async () => {
    const names = Array.from({ length: 999 }, (_, i) => `nobody ${i}.jpg`);
    const value = await match([...names, 'ada@contoso.example.jpg']);
    assert.equal(value.filter(({ state }) => state === 'unmatched').length, 999);
    assert.equal(value[999].state, 'matched');
});

for (const [what, body, told] of [
    ['no body', undefined, /./],
    ['no object', '[]', /./],
    ['no names', '{}', /names.*required/],
    ['an empty list', '{"names":[]}', /1 to 1000/],
    ['1,001 names', JSON.stringify({ names: Array(1001).fill('a') }), /1001 items/],
    ['a name that is no text', '{"names":[1]}', /names/],
    ['an empty name', '{"names":[""]}', /names/],
    ['a name of 1,001 bytes', JSON.stringify({ names: ['a'.repeat(1001)] }), /names/],
    ['a pattern that is no text', '{"names":["a"],"pattern":1}', /pattern.*string/],
    ['a pattern without a property', '{"names":["a"],"pattern":"x"}', /pattern.*names no property/],
    ['a pattern of an unknown property', '{"names":["a"],"pattern":"{shoeSize}"}', /pattern.*shoeSize/],
    ['an unclosed pattern', '{"names":["a"],"pattern":"{mail"}', /pattern.*without/],
    ['another member', '{"names":["a"],"people":[]}', /people.*is not known/],
    ['broken JSON', '{"names":', /./],
]) {
    test(`${what}: 400 with the reason`, async () => {
        const answer = await call(server, 'POST', path, { token, body, headers: { 'Content-Type': 'application/json' } });
        assertError(answer, 400, 'BadRequest');
        assert.match(answer.json().error.message, told);
    });
}

test('a body over the limit is 413', async () => {
    const body = JSON.stringify({ names: Array(1_000).fill('\u00e4'.repeat(600)) });
    const answer = await call(server, 'POST', path, { token, body, headers: { 'Content-Type': 'application/json' } });
    assertError(answer, 413, 'RequestEntityTooLarge');
});

for (const [scopes, role, status] of [
    ['User.ReadWrite.All', photoEditor, 200],
    ['ProfilePhoto.ReadWrite.All User.Read.All', photoEditor, 200],
    ['ProfilePhoto.ReadWrite.All User.ReadBasic.All', photoEditor, 200],
    ['User.ReadWrite.All', [], 403],
    ['ProfilePhoto.ReadWrite.All', photoEditor, 403],
    ['User.ReadWrite', photoEditor, 403],
    ['User.Read.All', photoEditor, 403],
    ['ProfilePhoto.Read.All', photoEditor, 403],
]) {
    test(`a person with ${scopes} ${role.length ? 'and a directory role' : 'without a role'}: ${status}`, async () => {
        const answer = await post(server, path, tenant.mintUser(people.ada, scopes, role), { names: ['a.jpg'] });
        assert.equal(answer.status, status, answer.text);
        if (status === 403) assertError(answer, 403, 'ErrorAccessDenied');
    });
}

test('a pattern cannot reveal what the caller may not read of users', async () => {
    const basic = tenant.mintApp('ProfilePhoto.ReadWrite.All User.ReadBasic.All');
    assert.deepEqual(short(await match(['Ada Byron.jpg'], 'displayName', basic)), ['matched ada']);
    for (const pattern of ['{mobilePhone}', '{displayName}{department}', '{jobTitle}']) {
        const answer = await post(server, path, basic, { names: ['+1 425.jpg'], pattern });
        assertError(answer, 403, 'ErrorAccessDenied');
        assert.match(answer.json().error.message, /(mobilePhone|department|jobTitle).*User\.Read\.All/);
    }
});

test('token, then permission, then body; other methods are 405', async () => {
    assertError(await post(server, path, undefined, {}), 401, 'InvalidAuthenticationToken');
    assertError(await post(server, path, tenant.mintApp('User.Read.All'), {}), 403, 'ErrorAccessDenied');
    assertError(await post(server, path, token, {}), 400, 'BadRequest');
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
        assertError(await call(server, method, path, { token }), 405, 'Request_BadRequest');
});
