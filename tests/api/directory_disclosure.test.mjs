// What links, people, delta and queries must not reveal, and the bounds of what they cost (docs/access.md, docs/directory.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, putJson, remove } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeContact, makeGroup, makeTeam, makeUser } from './lib/world.mjs';

let server, me, other, admin;
before(async () => {
    server = await Server.start();
    admin = server.admin;
    me = await makeUser(server, { displayName: 'Me' });
    other = await makeUser(server, { displayName: 'Other', jobTitle: 'Director', userPrincipalName: "o'neil@contoso.example" });
    await makeGroup(server, { members: [me, other] });
});
after(() => server.stop());

const ask = async (path, token = admin) => {
    const answer = await get(server, encodeURI(path), token);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
};

test('people cannot be searched by properties that a permission for people does not cover', async () => {
    const mine = server.userToken(me.id, 'People.Read');
    for (const name of ['jobTitle', 'mailNickname', 'userPrincipalName'])
        assertError(await get(server, encodeURI(`/v1.0/me/people?$search="${name}:d"`), mine), 400, 'BadRequest');
    assert.deepEqual((await ask('/v1.0/me/people?$search="displayName:other"&$select=id', mine)).value, [{ id: other.id }]);
    await makeContact(server, me, { displayName: 'Sappho', jobTitle: 'Poet' });
    assert.deepEqual((await ask('/v1.0/me/people?$search=poet', mine)).value, []);
    assert.equal((await ask('/v1.0/me/people?$search=sappho', mine)).value.length, 1);
});

test('a permission for the people of everyone does not open the contacts of others', async () => {
    await makeContact(server, other, { displayName: 'Secret' });
    const names = async (token) => (await ask(`/v1.0/users/${other.id}/people?$top=100`, token)).value.map(({ displayName }) => displayName);
    assert.ok(!(await names(server.appToken('People.Read.All'))).includes('Secret'));
    assert.ok((await names(server.appToken('People.Read.All Contacts.Read'))).includes('Secret'));
    assert.ok((await names(server.userToken(other.id, 'People.Read'))).includes('Secret'));
});

test('teams are not found by what teams do not show', async () => {
    await makeTeam(server);
    const token = server.appToken('Team.ReadBasic.All');
    for (const query of ["$filter=startsWith(mail,'a')", "$filter=proxyAddresses/any(p:startsWith(p,'smtp:a'))", '$filter=securityEnabled eq true', '$search="mailNickname:x"'])
        assertError(await get(server, encodeURI(`/v1.0/teams?${query}`), token), 400, 'BadRequest');
    assert.equal((await ask("/v1.0/teams?$filter=startsWith(displayName,'')", token)).value.length, 1);
});

test('memberOf by name answers the same for every name to who sees users by id only', async () => {
    const token = server.userToken(me.id, 'GroupMember.Read.All');
    for (const key of [other.upn ?? "o'neil@contoso.example", 'unknown@contoso.example'])
        assertError(await get(server, `/v1.0/users/${encodeURIComponent(key)}/memberOf`, token), 404, 'Request_ResourceNotFound');
    assert.equal((await ask(`/v1.0/users/${other.id}/memberOf`, token)).value.length, 1);
    assert.equal((await ask(`/v1.0/users/${me.upn ?? me.id}/memberOf`, token)).value.length, 1);
});

test('delta of groups does not tell that hidden members changed', async () => {
    const secret = await makeGroup(server, { displayName: 'Secret', visibility: 'HiddenMembership', groupTypes: ['Unified'], members: [other] });
    const link = async (token) => (await ask('/v1.0/groups/delta?$deltatoken=latest', token))['@odata.deltaLink'].slice(server.origin.length);
    const reader = server.appToken('Group.Read.All');
    const insider = server.appToken('Group.Read.All Member.Read.Hidden');
    const [seen, hidden] = [await link(insider), await link(reader)];
    assert.equal((await remove(server, `${secret.path}/members/${other.id}/$ref`, admin)).status, 204);
    assert.deepEqual((await ask(decodeURI(hidden), reader)).value, []);
    assert.equal((await ask(decodeURI(seen), insider)).value.length, 1);
});

test('a reference may have a doubled quote, and the alternate key of a user', async () => {
    for (const key of ["users('o''neil@contoso.example')", "users(userPrincipalName='o''neil@contoso.example')", `users/${other.id}`]) {
        const set = await putJson(server, `${me.path}/manager/$ref`, admin, { '@odata.id': `${server.origin}/v1.0/${key}` });
        assert.equal(set.status, 204, set.text);
        assert.equal((await ask(`${me.path}/manager`)).id, other.id);
    }
    const none = await putJson(server, `${me.path}/manager/$ref`, admin, { '@odata.id': other.id });
    assertError(none, 400, 'BadRequest');
});

test('long lists of names and unknown options are refused at once', async () => {
    const many = Array.from({ length: 201 }, (_, i) => `a${i}`).join(',');
    for (const query of [`$select=${many}`, `$expand=manager($select=${many})`, '$aaa', '$aaa=&$aab=', '$aaa=1'])
        assertError(await get(server, encodeURI(`${me.path}?${query}`), admin), 400, 'BadRequest');
});

test('a page with $expand has at most 100 entries, and a link to the next', async () => {
    for (let i = 0; i < 101; i++) await makeUser(server);
    const page = await ask('/v1.0/users?$top=999&$expand=manager&$select=id');
    assert.equal(page.value.length, 100);
    assert.ok(page['@odata.nextLink']);
});

test('createdDateTime in (…) takes several times', async () => {
    const { createdDateTime } = await ask(`${me.path}?$select=createdDateTime`);
    assert.match(createdDateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await ask('/v1.0/users?$filter=createdDateTime in (2026-01-01T00:00:00Z,2026-02-01T00:00:00Z, 2026-03-01)');
});

test('people have a type and an id with odata.metadata=full, and $expand is refused where nothing is expanded', async () => {
    const mine = server.userToken(me.id, 'People.Read');
    const full = await ask('/v1.0/me/people?$format=application/json;odata.metadata=full', mine);
    assert.equal(full.value[0]['@odata.type'], '#microsoft.graph.person');
    assert.match(full.value[0]['@odata.id'], /\/people\('/);
    const reader = server.appToken('Directory.Read.All');
    for (const path of [`${me.path}/manager?$expand=manager`, `/v1.0/directoryObjects/${me.id}?$expand=manager`, `${me.path}/manager/$ref?$select=id`])
        assertError(await get(server, path, reader), 400, 'BadRequest');
});
