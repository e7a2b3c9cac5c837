// The mailNickname of a Microsoft 365 group is unique in its tenant, and a new one has mail and visibility (docs/directory.md,
// "Writes").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { earlier, makeFolder, sql } from './earlier/folder.mjs';
import { command } from './lib/command.mjs';
import { get, patch, post, putJson, remove } from './lib/http.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { tenantTables, Tenant } from './lib/tenants.mjs';
import { assertError, groupBody, makeGroup } from './lib/world.mjs';

const taken = 'Another object with the same value for property mailNickname already exists.';
let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

const make = (body) => post(server, '/v1.0/groups', server.admin, groupBody(body));
const security = { groupTypes: [], mailEnabled: false, securityEnabled: true };
async function read(path, select) {
    const answer = await get(server, `${path}${select ? `?$select=${select}` : ''}`, server.admin);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
}
async function makeTeamOf(body) {
    const answer = await post(server, '/v1.0/teams', server.admin, { 'template@odata.bind': "https://graph.microsoft.com/v1.0/teamsTemplates('standard')", ...body });
    assert.equal(answer.status, 202, answer.text);
    return /'([^']+)'/.exec(answer.headers['content-location'])[1];
}

test('a second Microsoft 365 group with a taken mailNickname is 400, in any letter case, and is not made', async () => {
    const first = await makeGroup(server, { mailNickname: 'Sales-Team' });
    for (const mailNickname of ['Sales-Team', 'sales-team', 'SALES-TEAM']) assertError(await make({ mailNickname }), 400, 'Request_BadRequest', taken);
    const named = await read(`/v1.0/groups?$filter=mailNickname eq 'sales-team'`.replaceAll(' ', '%20'));
    assert.deepEqual(named.value.map(({ id }) => id), [first.id]);
    assert.equal((await make({ mailNickname: 'Sales-Team2' })).status, 201);
});

test('other groups may share a nickname, with each other and with a Microsoft 365 group', async () => {
    for (const more of [security, security, {}]) assert.equal((await make({ mailNickname: 'shared', ...more })).status, 201);
    assertError(await make({ mailNickname: 'shared' }), 400, 'Request_BadRequest', taken);
    assert.equal((await make({ mailNickname: 'shared', ...security })).status, 201);
});

test('PATCH of mailNickname and of groupTypes obeys it', async () => {
    const [one, two] = [await makeGroup(server, { mailNickname: 'patch-one' }), await makeGroup(server, { mailNickname: 'patch-two' })];
    const plain = await makeGroup(server, { mailNickname: 'patch-one', ...security });
    for (const [path, body] of [[two.path, { mailNickname: 'PATCH-ONE', description: 'x' }], [plain.path, { groupTypes: ['Unified'] }]])
        assertError(await patch(server, path, server.admin, body), 400, 'Request_BadRequest', taken);
    assert.deepEqual([(await read(two.path)).mailNickname, (await read(two.path)).description, (await read(plain.path)).groupTypes], ['patch-two', null, []]);
    assert.equal((await patch(server, one.path, server.admin, { mailNickname: 'Patch-One', description: 'y' })).status, 204, 'its own, in another letter case');
    assert.equal((await patch(server, one.path, server.admin, { mailNickname: 'patch-three' })).status, 204);
    assert.equal((await patch(server, two.path, server.admin, { mailNickname: 'patch-one' })).status, 204, 'a nickname that was given up is free');
    assertError(await patch(server, plain.path, server.admin, { groupTypes: ['Unified'] }), 400, 'Request_BadRequest', taken);
    assert.equal((await patch(server, plain.path, server.admin, { groupTypes: ['Unified'], mailNickname: 'patch-four' })).status, 204);
    assertError(await make({ mailNickname: 'patch-four' }), 400, 'Request_BadRequest', taken);
    assert.equal((await putJson(server, `${one.path}/team`, server.admin, {})).status, 201, 'a team keeps its nickname');
});

test('the nickname of a removed group is free, and of a group that is Microsoft 365 no more', async () => {
    const one = await makeGroup(server, { mailNickname: 'gone' });
    assert.equal((await remove(server, one.path, server.admin)).status, 204);
    const two = await makeGroup(server, { mailNickname: 'gone' });
    assert.equal((await patch(server, two.path, server.admin, { groupTypes: [] })).status, 204);
    assert.equal((await make({ mailNickname: 'gone' })).status, 201);
});

test('each tenant has its own nicknames', async () => {
    const own = await Server.start({ config: tenantTables([{ name: 'contoso' }, { name: 'fabrikam' }]) });
    try {
        for (const name of ['contoso', 'fabrikam']) {
            const tenant = new Tenant(own, name);
            for (const status of [201, 400]) {
                const answer = await post(own, '/v1.0/groups', tenant.admin, groupBody({ mailNickname: 'same' }));
                assert.equal(answer.status, status, answer.text);
            }
        }
    } finally {
        await own.stop();
    }
});

test('of many concurrent requests for one nickname exactly one makes a group', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => make({ mailNickname: 'race' })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(11).fill(400)]);
});

test('teams of one name both exist: the nickname takes the next free number', async () => {
    const nicknames = [];
    for (let i = 0; i < 3; ++i) nicknames.push((await read(`/v1.0/groups/${await makeTeamOf({ displayName: 'Harbour Watch' })}`)).mailNickname);
    assert.deepEqual(nicknames, ['HarbourWatch', 'HarbourWatch2', 'HarbourWatch3']);
    const made = await Promise.all(Array.from({ length: 6 }, () => makeTeamOf({ displayName: 'harbour watch' })));
    const all = await Promise.all(made.map(async (id) => (await read(`/v1.0/groups/${id}`)).mailNickname.toLowerCase()));
    assert.deepEqual(all.sort(), [4, 5, 6, 7, 8, 9].map((number) => `harbourwatch${number}`));
    const long = 'A'.repeat(100);
    for (const expected of ['A'.repeat(64), `${'A'.repeat(56)}2`]) assert.equal((await read(`/v1.0/groups/${await makeTeamOf({ displayName: long })}`)).mailNickname, expected);
});

// mail and visibility of a new group.
test('a new Microsoft 365 group has a mail of the default domain and visibility Public, unless given', async () => {
    const made = (await make({ mailNickname: 'Fresh' })).json();
    assert.deepEqual([made.mail, made.visibility], ['Fresh@localhost', 'Public'], 'in the answer of POST');
    assert.deepEqual(((group) => [group.mail, group.visibility])(await read(`/v1.0/groups/${made.id}`)), ['Fresh@localhost', 'Public']);
    for (const [body, mail, visibility] of [
        [{ mail: 'own@contoso.example', visibility: 'Private' }, 'own@contoso.example', 'Private'],
        [{ mail: null, visibility: null }, null, 'Public'],
        [{ visibility: 'HiddenMembership' }, null, 'HiddenMembership'],
    ]) {
        const sent = groupBody(body);
        const group = (await post(server, '/v1.0/groups', server.admin, sent)).json();
        assert.deepEqual([group.mail, group.visibility], [mail ?? `${sent.mailNickname}@localhost`, visibility]);
    }
    const plain = (await make(security)).json();
    assert.deepEqual([plain.mail, plain.visibility], [null, null], 'other groups have neither');
    const team = `/v1.0/groups/${await makeTeamOf({ displayName: 'Fresh Team' })}`;
    assert.deepEqual(((group) => [group.mail, group.visibility])(await read(team)), ['FreshTeam@localhost', 'Public']);
    assert.equal((await patch(server, team, server.admin, { mail: null, visibility: null })).status, 204);
    assert.deepEqual(((group) => [group.mail, group.visibility])(await read(team)), [null, null], 'PATCH sets no default');
});

for (const [what, config, domain] of [
    ['the first configured domain', '[[tenant]]\nname = "default"\ndomains = ["Fabrikam.example", "contoso.example"]\n', 'fabrikam.example'],
    ['else the host of public_url', 'public_url = "https://Photos.Contoso.example:8443"\n', 'photos.contoso.example'],
    ['else localhost: an address is no domain', 'public_url = "http://127.0.0.1:8080"\n', 'localhost'],
]) {
    test(`the default domain is ${what}`, async () => {
        const own = await Server.start({ config });
        try {
            const answer = await post(own, '/v1.0/groups', own.appToken('Group.ReadWrite.All'), groupBody({ mailNickname: 'mailed' }));
            assert.equal(answer.json().mail, `mailed@${domain}`, answer.text);
        } finally {
            await own.stop();
        }
    });
}

test('cameo fsck reports no problem where every nickname is held once', async () => {
    const done = await command('fsck', '--data', server.data);
    assert.equal(done.status, 0, done.stdout + done.stderr);
});

test('groups of an earlier schema that share a nickname are served as they are, and cameo fsck names them', async () => {
    const ids = ['d0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000002'];
    const group = (id, nickname) =>
        'INSERT INTO groups(tenant, id, description, display_name, group_types, mail, mail_enabled, mail_nickname, security_enabled, visibility, is_team, photo_storage) ' +
        `SELECT id, '${id}', '', 'Twin ${id.at(-1)}', '["Unified"]', '', 1, '${nickname}', 0, '', 0, 0 FROM tenants LIMIT 1;`;
    const data = makeFolder(join(temporaryFolder(), 'data'), earlier('schema3'), group(ids[0], 'Twin') + group(ids[1], 'tWIN'));
    const own = await Server.startOn(data);
    try {
        const [first, second] = ids.map((id) => `/v1.0/groups/${id}`);
        const change = (path, body) => patch(own, path, own.admin, body);
        for (const path of [first, second]) assert.equal((await change(path, { description: 'kept' })).status, 204);
        assert.equal((await putJson(own, `${second}/team`, own.admin, {})).status, 201);
        assertError(await post(own, '/v1.0/groups', own.admin, groupBody({ mailNickname: 'twin' })), 400, 'Request_BadRequest', taken);
        const found = await command('fsck', '--data', data);
        assert.equal(found.status, 1, found.stdout + found.stderr);
        assert.match(found.stdout, /The groups Twin 1 \(d0000000-[-0]+4000-8000-000000000001\) and Twin 2 \(d0000000-[-0]+4000-8000-000000000002\) have the same mailNickname 'tWIN': change one of them\./);
        assert.equal((await change(second, { mailNickname: 'Other' })).status, 204);
        assertError(await change(second, { mailNickname: 'twin' }), 400, 'Request_BadRequest', taken);
        const sound = await command('fsck', '--data', data);
        assert.equal(sound.status, 0, sound.stdout + sound.stderr);
    } finally {
        await own.stop();
    }
    assert.equal(sql(data, 'SELECT nickname FROM nicknames ORDER BY nickname;').includes('twin'), true);
});
