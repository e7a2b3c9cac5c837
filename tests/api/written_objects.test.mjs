// The object that a write returns: odata.metadata, $format and $select as for a read (docs/directory.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeContact, makeFolder, makeGroup, makeUser } from './lib/world.mjs';

let server, user, writes;
before(async () => {
    server = await Server.start();
    user = await makeUser(server);
    const contact = await makeContact(server, user);
    const folder = await makeFolder(server, user);
    const group = (body = {}) => ({ displayName: 'g', mailEnabled: false, mailNickname: 'g', securityEnabled: true, ...body });
    let made = 0;
    // What each write returns: [method, path, body, status].
    writes = {
        user: async () => [
            'POST',
            '/v1.0/users',
            {
                accountEnabled: true,
                displayName: 'made',
                mailNickname: 'made',
                userPrincipalName: `made${++made}@contoso.example`,
                passwordProfile: { password: 'x' },
            },
            201,
        ],
        group: async () => ['POST', '/v1.0/groups', group(), 201],
        team: async () => {
            const { id } = await makeGroup(server, { groupTypes: ['Unified'] });
            return ['PUT', `/v1.0/groups/${id}/team`, {}, 201];
        },
        contact: async () => ['POST', `${user.path}/contacts`, { displayName: 'made' }, 201],
        contactFolder: async () => ['POST', `${user.path}/contactFolders`, { displayName: `made${++made}` }, 201],
        'changed contact': async () => ['PATCH', contact.path, { jobTitle: 'x' }, 200],
        'changed contactFolder': async () => ['PATCH', folder.path, { displayName: `made${++made}` }, 200],
    };
});
after(() => server.stop());

async function write(name, { query = '', accept } = {}) {
    const [method, path, body, status] = await writes[name]();
    const headers = { 'Content-Type': 'application/json', ...(accept && { Accept: accept }) };
    const sent = { token: server.admin, body: JSON.stringify(body), headers };
    return { answer: await call(server, method, path + query, sent), status, path };
}

const annotations = (body) => Object.keys(body).filter((name) => name.startsWith('@'));

for (const name of ['user', 'group', 'team', 'contact', 'contactFolder', 'changed contact', 'changed contactFolder']) {
    test(`${name}: odata.metadata=none omits every @odata member of the answer, full adds type and id`, async () => {
        for (const asked of [
            { accept: 'application/json;odata.metadata=none' },
            { query: '?$format=application/json;odata.metadata=none' },
        ]) {
            const { answer, status } = await write(name, asked);
            assert.equal(answer.status, status, answer.text);
            assert.deepEqual(annotations(answer.json()), []);
            assert.ok(answer.json().id);
            assert.match(answer.headers.vary, /\bAccept\b/);
        }
        const { answer } = await write(name, { accept: 'application/json;odata.metadata=full' });
        assert.deepEqual(annotations(answer.json()).sort(), ['@odata.context', '@odata.id', '@odata.type']);
        const usual = (await write(name)).answer;
        assert.deepEqual(annotations(usual.json()), ['@odata.context']);
    });

    test(`${name}: $select chooses the members of the answer; what is no name is 400 before anything changes`, async () => {
        const { answer } = await write(name, { query: '?$select=id' });
        assert.deepEqual(Object.keys(answer.json()), ['@odata.context', 'id']);
        assert.match(answer.json()['@odata.context'], /\(id\)\/\$entity$/);
        const contentOf = async (path) => {
            const answer = await get(server, path, server.admin);
            return answer.status === 404 ? 'none' : answer.text;
        };
        for (const query of ['?$select=1x', '?$expand=nothing']) {
            const [method, path, body] = await writes[name]();
            const seen = await contentOf(path);
            const sent = { token: server.admin, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
            assertError(await call(server, method, path + query, sent), 400, 'BadRequest');
            assert.equal(await contentOf(path), seen);
        }
    });
}

test('an operation of a team has no @odata member with odata.metadata=none', async () => {
    const made = await call(server, 'POST', '/v1.0/teams', {
        token: server.admin,
        body: JSON.stringify({ displayName: 'made' }),
        headers: { 'Content-Type': 'application/json' },
    });
    assert.equal(made.status, 202, made.text);
    const path = `/v1.0${made.headers.location}`;
    const read = (accept) => get(server, path, server.admin, { Accept: accept });
    assert.deepEqual(annotations((await read('application/json;odata.metadata=none')).json()), []);
    assert.deepEqual(annotations((await read('application/json')).json()), ['@odata.context']);
});
