// Teams made of groups that exist, the properties of a team, and its archiving (docs/directory.md, "Teams").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, patch, post, putJson } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { Tenant } from './lib/tenants.mjs';
import { assertError, groupBody, linkTo, makeGroup, makeTeam, makeUser, missingOwner, readEntry, unknownId } from './lib/world.mjs';

let server, owner, outsider, tenantId;
before(async () => {
    server = await Server.start();
    [owner, outsider] = [await makeUser(server), await makeUser(server)];
    tenantId = new Tenant(server, 'default').id;
});
after(() => server.stop());

const denied = 'Authorization_RequestDenied';
const template = { 'template@odata.bind': "https://graph.microsoft.com/v1.0/teamsTemplates('standard')" };
const bodyOf = (id, more = {}) => ({ ...template, 'group@odata.bind': `https://graph.microsoft.com/v1.0/groups('${id}')`, ...more });
const teamify = (token, id, more) => post(server, '/v1.0/teams', token, bodyOf(id, more));

async function assertMade(answer, id) {
    assert.equal(answer.status, 202, answer.text);
    assert.equal(answer.body.length, 0);
    assert.equal(answer.headers['content-location'], `/teams('${id}')`);
    assert.match(answer.headers.location, new RegExp(`^/teams\\('${id}'\\)/operations\\('[0-9a-f-]{36}'\\)$`));
    const operation = await readEntry(server, `/v1.0${answer.headers.location}`);
    assert.deepEqual([operation.operationType, operation.status, operation.targetResourceId], ['createTeam', 'succeeded', id]);
}

test('POST /teams with group@odata.bind makes a team of the group, as from a template, by every form of the reference', async () => {
    for (const reference of [
        (id) => `https://graph.microsoft.com/v1.0/groups('${id}')`,
        (id) => `https://graph.microsoft.com/v1.0/groups/${id.toUpperCase()}`,
        (id) => `${server.origin}/beta/directoryObjects/${id}`,
        (id) => `groups('${id}')`,
    ]) {
        const group = await makeGroup(server, { owners: [owner], members: [outsider], displayName: 'Course', description: 'A', visibility: 'Private' });
        const answer = await post(server, '/v1.0/teams', server.admin, { ...template, 'group@odata.bind': reference(group.id) });
        await assertMade(answer, group.id);
        const team = await readEntry(server, `/v1.0/teams/${group.id}`);
        assert.deepEqual([team.id, team.displayName, team.description, team.visibility], [group.id, 'Course', 'A', 'private']);
        assert.deepEqual((await readEntry(server, `${group.path}/members`)).value.map(({ id }) => id), [outsider.id]);
    }
});

test('a group that is a team already is 409, "The group is already provisioned"', async () => {
    const team = await makeTeam(server, { owners: [owner] });
    const ownerless = await makeTeam(server);
    for (const { id } of [team, ownerless]) {
        const answer = await teamify(server.admin, id);
        assertError(answer, 409, 'Conflict');
        assert.match(answer.json().error.message, /The group is already provisioned/);
    }
});

test('an unknown group is 404, and a reference to none is 400', async () => {
    for (const id of [unknownId, 'x', owner.id]) assertError(await teamify(server.admin, id), 404, 'Request_ResourceNotFound', missingOwner(id));
    for (const wrong of [7, {}, [], '', 'x', "groups('')", 'https://x/groups/']) {
        const answer = await post(server, '/v1.0/teams', server.admin, { 'group@odata.bind': wrong });
        assertError(answer, 400, 'BadRequest', "The property 'group@odata.bind' does not refer to a group.");
    }
});

test('a group that is not a Microsoft 365 group, or has no owner, is 400', async () => {
    const plain = await makeGroup(server, { owners: [owner], groupTypes: [], mailEnabled: false, securityEnabled: true });
    assertError(await teamify(server.admin, plain.id), 400, 'BadRequest', 'A team is a Microsoft 365 group: its groupTypes must hold Unified.');
    const ownerless = await makeGroup(server, { members: [owner] });
    assertError(await teamify(server.admin, ownerless.id), 400, 'BadRequest', 'A team needs an owner: the group has none.');
    assert.equal((await get(server, `/v1.0/teams/${ownerless.id}`, server.admin)).status, 404);
});

test('what a team has from its group cannot stand beside group@odata.bind, and nothing is changed', async () => {
    const group = await makeGroup(server, { owners: [owner] });
    const people = [linkTo(server, outsider)];
    for (const [name, value] of Object.entries({
        displayName: 'Other',
        description: 'x',
        visibility: 'public',
        specialization: 'none',
        members: [{ roles: ['owner'], 'user@odata.bind': people[0] }],
        'members@odata.bind': people,
        owners: people,
        'owners@odata.bind': people,
        'manager@odata.bind': people[0],
    })) {
        const answer = await teamify(server.admin, group.id, { [name]: value });
        assertError(answer, 400, 'BadRequest');
        assert.ok(answer.json().error.message.includes(`'${name}'`), answer.text);
    }
    assert.equal((await get(server, `/v1.0/teams/${group.id}`, server.admin)).status, 404);
    await assertMade(await teamify(server.admin, group.id, { displayName: null, members: null, memberSettings: {} }), group.id);
    const fresh = await post(server, '/v1.0/teams', server.admin, { displayName: 'New', 'group@odata.bind': null });
    assert.equal(fresh.status, 202, fresh.text);
});

test('Team.Create alone makes a team: a new one, and one of a group that the caller owns', async () => {
    const token = server.userToken(owner.id, 'Team.Create');
    const fresh = await post(server, '/v1.0/teams', token, { displayName: 'Ours' });
    assert.equal(fresh.status, 202, fresh.text);
    const own = await makeGroup(server, { owners: [owner] });
    await assertMade(await teamify(token, own.id), own.id);
    const others = await makeGroup(server, { owners: [outsider] });
    await assertMade(await teamify(server.appToken('Team.Create'), others.id), others.id);
    assertError(await get(server, `/v1.0/teams/${own.id}`, token), 403, denied);
    assertError(await patch(server, `/v1.0/teams/${own.id}`, token, { description: 'x' }), 403, denied);
    assertError(await putJson(server, `${others.path}/team`, token, {}), 403, denied);
});

test("only an owner or a directory role makes a team of somebody's group", async () => {
    const group = await makeGroup(server, { owners: [owner], members: [outsider] });
    const plain = await makeGroup(server, { owners: [owner], groupTypes: [], mailEnabled: false, securityEnabled: true });
    const team = await makeTeam(server, { owners: [owner] });
    for (const right of ['Team.Create', 'Group.ReadWrite.All', 'Directory.ReadWrite.All']) {
        const token = server.userToken(outsider.id, right);
        for (const { id } of [group, plain, team]) assertError(await teamify(token, id), 403, denied);
        assertError(await teamify(token, unknownId), 404, 'Request_ResourceNotFound');
        const people = server.userToken(outsider.id, right, 'People Administrator');
        assertError(await teamify(people, group.id), 403, denied);
        assertError(await teamify(server.userToken(outsider.id, right, 'Teams Administrator'), plain.id), 403, denied);
        for (const role of ['Teams Administrator', 'Groups Administrator', 'User Administrator', 'Global Administrator']) {
            const own = await makeGroup(server, { owners: [owner] });
            await assertMade(await teamify(server.userToken(outsider.id, right, role), own.id), own.id);
        }
    }
    assert.equal((await get(server, `/v1.0/teams/${group.id}`, server.admin)).status, 404);
});

test('Group.Create makes a new team and no team of a group that exists, which it may not change', async () => {
    const group = await makeGroup(server, { owners: [owner] });
    const app = server.appToken('Group.Create');
    assertError(await teamify(app, group.id), 403, denied);
    assertError(await teamify(app, unknownId), 403, denied);
    const fresh = await post(server, '/v1.0/teams', app, { displayName: 'Ours' });
    assert.equal(fresh.status, 202, fresh.text);
    for (const token of [server.userToken(owner.id, 'Group.Create'), server.userToken(owner.id, 'Group.Read.All')])
        assertError(await teamify(token, group.id), 403, denied);
});

test('a team has webUrl, isArchived, internalId and tenantId', async () => {
    const team = await makeTeam(server, { owners: [owner], members: [owner] });
    const me = server.userToken(owner.id, 'Team.ReadBasic.All');
    for (const path of [team.path, `${team.group}/team`, `/v1.0/me/joinedTeams/${team.id}`]) {
        const body = (await get(server, path, me)).json();
        assert.deepEqual([body.webUrl, body.isArchived, body.internalId, body.tenantId], [null, false, team.id, tenantId], path);
    }
    for (const path of ['/v1.0/teams', '/v1.0/me/joinedTeams']) {
        const found = (await get(server, path, me)).json().value.find(({ id }) => id === team.id);
        assert.deepEqual([found.webUrl, found.isArchived, found.tenantId], [null, false, tenantId], path);
    }
    const some = (await get(server, `${team.path}?$select=isArchived,webUrl`, me)).json();
    assert.deepEqual(Object.keys(some).filter((name) => !name.startsWith('@')), ['isArchived', 'webUrl']);
    for (const body of [{ isArchived: true }, { webUrl: 'https://x.example' }, { tenantId: unknownId }]) {
        const answer = await patch(server, team.path, server.admin, body);
        assert.equal(answer.status, 204, 'as every member that cannot be written');
    }
    assert.equal((await readEntry(server, team.path)).isArchived, false);
});

test('webUrl follows the template of the configuration', async () => {
    const own = await Server.start({ config: 'team_web_url = "https://chat.example/{tenant}/teams/{id}"\n' });
    try {
        const team = await makeTeam(own);
        const url = `https://chat.example/${new Tenant(own, 'default').id}/teams/${team.id}`;
        assert.equal((await get(own, team.path, own.admin)).json().webUrl, url);
        assert.equal((await get(own, '/v1.0/teams?$select=webUrl', own.admin)).json().value[0].webUrl, url);
        assert.equal((await get(own, `${team.group}?$select=webUrl`, own.admin)).json().webUrl, undefined, 'of the team alone');
    } finally {
        await own.stop();
    }
});

const archive = (token, path, body, tail = 'archive') => post(server, `${path}/${tail}`, token, body);

test('archive and unarchive are 202 with the Location of an operation that can be read', async () => {
    const team = await makeTeam(server, { owners: [owner], members: [owner] });
    const token = server.userToken(owner.id, 'TeamSettings.ReadWrite.All');
    for (const path of [team.path, `/v1.0/team/${team.id}`, `${team.group}/team`, `/v1.0/me/joinedTeams/${team.id}`, `/beta/users/${owner.id}/joinedTeams/${team.id}`]) {
        for (const [tail, type, archived] of [['archive', 'archiveTeam', true], ['unarchive', 'unarchiveTeam', false]]) {
            for (const name of [tail, `microsoft.graph.${tail}`, `graph.${tail.toUpperCase()}`]) {
                const answer = await archive(token, path, {}, name);
                assert.equal(answer.status, 202, `${path}/${name}: ${answer.text}`);
                assert.equal(answer.body.length, 0);
                assert.match(answer.headers.location, new RegExp(`^/teams\\('${team.id}'\\)/operations\\('[0-9a-f-]{36}'\\)$`));
                const operation = await readEntry(server, `/v1.0${answer.headers.location}`);
                assert.deepEqual([operation.operationType, operation.status], [type, 'succeeded']);
                assert.equal((await readEntry(server, team.path)).isArchived, archived, path);
            }
        }
    }
    assert.equal((await archive(token, team.path, {})).status, 202);
    assert.equal((await archive(token, team.path, {})).status, 202, 'an archived team stays archived');
    assert.equal((await readEntry(server, `${team.group}?$select=isArchived`)).isArchived, true, 'so is its group');
    const plain = await makeGroup(server);
    assert.equal((await readEntry(server, `${plain.path}?$select=isArchived`)).isArchived, null, 'of a group that is no team');
});

test('archive takes shouldSetSpoSiteReadOnlyForMembers, or no body, and refuses another value', async () => {
    const team = await makeTeam(server);
    for (const value of [true, false, null])
        assert.equal((await archive(server.admin, team.path, { shouldSetSpoSiteReadOnlyForMembers: value })).status, 202);
    const { call } = await import('./lib/http.mjs');
    for (const tail of ['archive', 'unarchive'])
        assert.equal((await call(server, 'POST', `${team.path}/${tail}`, { token: server.admin })).status, 202, 'without a body');
    for (const value of ['true', 1, {}]) {
        const answer = await archive(server.admin, team.path, { shouldSetSpoSiteReadOnlyForMembers: value });
        assertError(answer, 400, 'BadRequest', "The property 'shouldSetSpoSiteReadOnlyForMembers' is neither true nor false.");
    }
    const broken = await call(server, 'POST', `${team.path}/archive`, { token: server.admin, body: '{', headers: { 'Content-Type': 'application/json' } });
    assertError(broken, 400, 'BadRequest');
    assert.equal((await readEntry(server, team.path)).isArchived, false, 'what is refused changes nothing');
});

test('archiving takes a permission, and ownership or a role', async () => {
    const team = await makeTeam(server, { owners: [owner], members: [outsider] });
    for (const tail of ['archive', 'unarchive']) {
        for (const right of ['TeamSettings.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.ReadWrite.All']) {
            assert.equal((await archive(server.userToken(owner.id, right), team.path, {}, tail)).status, 202, right);
            assert.equal((await archive(server.appToken(right), team.path, {}, tail)).status, 202, right);
            assertError(await archive(server.userToken(outsider.id, right), team.path, {}, tail), 403, denied);
            assert.equal((await archive(server.userToken(outsider.id, right, 'Teams Administrator'), team.path, {}, tail)).status, 202);
        }
        for (const right of ['TeamSettings.Read.All', 'Team.ReadBasic.All', 'Team.Create', 'Group.Read.All', 'TeamMember.ReadWrite.All']) {
            assertError(await archive(server.userToken(owner.id, right), team.path, {}, tail), 403, denied);
            assertError(await archive(server.appToken(right), team.path, {}, tail), 403, denied);
        }
        for (const id of [unknownId, (await makeGroup(server)).id])
            assertError(await archive(server.admin, `/v1.0/teams/${id}`, {}, tail), 404, 'Request_ResourceNotFound', missingOwner(id));
    }
    const settings = server.userToken(owner.id, 'TeamSettings.ReadWrite.All');
    assertError(await patch(server, team.path, settings, { description: 'x' }), 403, denied);
});

test('an archived team is archived after a restart, and its members can change', async () => {
    const own = await Server.start();
    const person = await makeUser(own);
    const team = await makeTeam(own, { owners: [person] });
    assert.equal((await post(own, `${team.path}/archive`, own.admin, {})).status, 202);
    await own.stop();
    const again = await Server.startOn(own.data);
    try {
        assert.equal((await get(again, team.path, again.admin)).json().isArchived, true);
        const added = await post(again, `${team.group}/members/$ref`, again.admin, { '@odata.id': linkTo(again, person) });
        assert.equal(added.status, 204, added.text);
    } finally {
        await again.stop();
    }
});

test('$batch makes a team of a group too', async () => {
    const group = await makeGroup(server, { owners: [owner] });
    const requests = [{ id: '1', method: 'POST', url: '/teams', headers: { 'Content-Type': 'application/json' }, body: bodyOf(group.id) }];
    const answer = (await post(server, '/v1.0/$batch', server.admin, { requests })).json();
    assert.equal(answer.responses[0].status, 202);
    assert.equal(answer.responses[0].headers['Content-Location'], `/teams('${group.id}')`);
    assert.equal((await post(server, '/v1.0/groups', server.admin, groupBody())).status, 201);
});
