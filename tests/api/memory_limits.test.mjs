// Memory that a client can make the server keep (docs/configuration.md, "Caches").
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { get, post } from './lib/http.mjs';
import { sanitized } from './lib/program.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeUser, missingCode } from './lib/world.mjs';

let server, ada, token;
before(async () => {
    server = await Server.start();
    ada = await makeUser(server);
    token = server.userToken(ada.id, 'User.Read.All Contacts.Read Group.Read.All');
});
after(() => server.stop());

function residentMegabytes() {
    const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) / 1024;
}

let made = 0;
/** A key of this many characters, different each time. */
const key = (length) => `${++made}-`.padEnd(length, 'k');

test('an id or name above the maximum length is 404, like any unknown one', async () => {
    for (const path of [
        `/v1.0/users/${key(321)}`,
        `/v1.0/users/${key(321)}/photo/$value`,
        `/v1.0/groups/${key(37)}`,
        `/v1.0/groups/${key(37)}/photo`,
        `/v1.0/me/contacts/${key(129)}`,
        `/v1.0/me/contactFolders/${key(129)}/contacts`,
        `/v1.0/users/${key(20_000)}`,
    ])
        for (let i = 0; i < 2; i++)
            assertError(await get(server, path, token), 404, missingCode(path));
});

test('the url of a batch item has at most 8 KB: 400 for that item', async () => {
    const item = (id, length) => ({ id, method: 'GET', url: `/users/${key(length - 7)}` });
    const answer = await post(server, '/v1.0/$batch', token, {
        requests: [item('1', 8192), item('2', 8193), { id: '3', method: 'GET', url: '/me' }],
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(
        answer.json().responses.map(({ status }) => status),
        [404, 400, 200],
    );
});

test('many distinct long keys leave the memory bounded', { skip: sanitized }, async () => {
    const batch = (url) =>
        post(server, '/v1.0/$batch', token, {
            requests: Array.from({ length: 20 }, (_, i) => ({ id: `${i}`, method: 'GET', url: url() })),
        });
    await batch(() => `/me/contacts/${key(180_000)}/photo`); // the memory of one such request is not kept
    const before = residentMegabytes();
    for (let i = 0; i < 10; i++) {
        await batch(() => `/me/contacts/${key(180_000)}/photo`);
        await batch(() => `/users/${key(8_000)}/photo`);
    }
    for (let i = 0; i < 100; i++) await get(server, `/v1.0/groups/${key(30_000)}/photo`, token);
    const grown = residentMegabytes() - before;
    assert.ok(grown < 40, `grew by ${grown} MB`);
});
