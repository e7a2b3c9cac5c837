// Members of groups, and groups that become teams (docs/directory.md, "Writes").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, patch, post, putJson, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    assertGone,
    groupBody,
    linkTo,
    makeContact,
    makeFolder,
    makeGroup,
    makeTeam,
    makeUser,
    readEntry,
    unknownId,
    userBody,
} from './lib/world.mjs';

let server, me, admin;
before(async () => {
    server = await Server.start();
    ({ admin } = server);
    me = await makeUser(server);
});
after(() => server.stop());

const read = (path) => readEntry(server, path);
const isGone = (path, id) => assertGone(server, path, id);

test('members@odata.bind of POST /groups adds members, by any form of the link', async () => {
    const users = [await makeUser(server), await makeUser(server), await makeUser(server)];
    const links = [
        linkTo(server, users[0]),
        `https://graph.microsoft.com/v1.0/directoryObjects/${users[1].id}`,
        `${server.origin}/beta/users('${users[2].id}')`,
    ];
    const group = await makeGroup(server, { 'members@odata.bind': links });
    const members = (await read(`${group.path}/members`)).value.map(({ id }) => id);
    assert.deepEqual(members.sort(), users.map(({ id }) => id).sort());
});

test('an unknown member, or an invalid link, is 400 or 404, and no group is made', async () => {
    const count = async () => (await get(server, '/v1.0/groups/$count', admin)).text;
    const before = await count();
    for (const links of [
        [`${server.origin}/v1.0/users/${unknownId}`],
        ['x'],
        [7],
        'x',
        [me.id, 'x'],
    ]) {
        const body = groupBody({ 'members@odata.bind': links });
        const answer = await post(server, '/v1.0/groups', admin, body);
        assert.ok([400, 404].includes(answer.status), `${links}: ${answer.text}`);
    }
    assert.equal(await count(), before);
});

test('members/$ref adds a member with 204, once; DELETE removes the member with 204', async () => {
    const group = await makeGroup(server);
    const members = `${group.path}/members`;
    const link = { '@odata.id': linkTo(server, me) };
    const added = await post(server, `${members}/$ref`, admin, link);
    assert.equal(added.status, 204, added.text);
    const twice = await post(server, `${members}/$ref`, admin, link);
    assertError(twice, 400, 'Request_BadRequest');
    assert.deepEqual(
        (await read(members)).value.map(({ id }) => id),
        [me.id],
    );
    const gone = await remove(server, `${members}/${me.id.toUpperCase()}/$ref`, admin);
    assert.equal(gone.status, 204, gone.text);
    assertError(
        await remove(server, `${members}/${me.id}/$ref`, admin),
        404,
        'Request_ResourceNotFound',
    );
    assert.deepEqual((await read(members)).value, []);
    const noKeys = ["x(')", "(')", "users('')", "https://x/users/(')", "https://x/users/"].map((text) => ({ '@odata.id': text }));
    for (const body of [{}, { '@odata.id': 7 }, { '@odata.id': 'x' }, { '@odata.id': '' }, ...noKeys])
        assertError(await post(server, `${members}/$ref`, admin, body), 400, 'BadRequest');
    const missing = { '@odata.id': linkTo(server, { id: unknownId }) };
    assertError(
        await post(server, `${members}/$ref`, admin, missing),
        404,
        'Request_ResourceNotFound',
    );
});

const owners = 'owners@odata.bind';
const members = 'members@odata.bind';

test('a caller who sees only ids of people can name them only by id, and cannot find out whether a name is in use', async () => {
    const [owner, other] = [await makeUser(server), await makeUser(server)];
    const group = await makeGroup(server, { owners: [owner] });
    const names = [other.upn, 'unknown@contoso.example', 'x', encodeURIComponent(other.upn)].map((key) => `https://x/users/${key}`);
    const rights = 'Group.ReadWrite.All GroupMember.ReadWrite.All';
    for (const token of [server.userToken(owner.id, rights), server.userToken(owner.id, `${rights} User.Read`), server.appToken(rights)]) {
        for (const link of [...names, `users('${other.upn}')`]) {
            const told = new Set();
            for (const list of ['members', 'owners']) {
                const answer = await post(server, `${group.path}/${list}/$ref`, token, { '@odata.id': link });
                assertError(answer, 400, 'BadRequest');
                told.add(answer.json().error.message);
            }
            assert.deepEqual([...told], ["The property '@odata.id' does not refer to a user by id, as a caller must who may not read users."]);
            for (const bind of [{ [members]: [link] }, { [owners]: [link] }, { members: [link] }])
                assertError(await post(server, '/v1.0/groups', token, groupBody(bind)), 400, 'BadRequest');
            const team = { displayName: 'Ours', members: [{ roles: ['owner'], 'user@odata.bind': link }] };
            assertError(await post(server, '/v1.0/teams', token, team), 400, 'BadRequest');
        }
        for (const list of ['members', 'owners']) {
            const id = { '@odata.id': linkTo(server, { id: other.id.toUpperCase() }) };
            assert.equal((await post(server, `${group.path}/${list}/$ref`, token, id)).status, 204);
            assert.equal((await remove(server, `${group.path}/${list}/${other.id}/$ref`, token)).status, 204);
        }
        const made = await post(server, '/v1.0/groups', token, groupBody({ [members]: [linkTo(server, other)] }));
        assert.equal(made.status, 201, made.text);
    }
    for (const right of ['User.ReadBasic.All', 'User.Read.All', 'Directory.Read.All']) {
        const made = await post(server, '/v1.0/groups', server.userToken(owner.id, `${rights} ${right}`), groupBody({ [members]: [names[0]] }));
        assert.equal(made.status, 201, made.text);
    }
});

test('a new group accepts `owners` and `members` too', async () => {
    const [owner, member] = [await makeUser(server), await makeUser(server)];
    const group = await makeGroup(server, { owners: [], members: [] });
    const made = await post(server, '/v1.0/groups', admin, groupBody({ owners: [linkTo(server, owner)], members: [linkTo(server, member)] }));
    assert.equal(made.status, 201, made.text);
    const ids = async (list) => (await read(`/v1.0/groups/${made.json().id}/${list}`)).value.map(({ id }) => id);
    assert.deepEqual([await ids('owners'), await ids('members')], [[owner.id], [member.id]]);
    for (const wrong of [{}, 'x', [7], [{}], [`https://x/users/`]])
        assertError(await post(server, '/v1.0/groups', admin, groupBody({ owners: wrong })), 400, 'BadRequest');
    assert.equal((await read(`${group.path}/owners`)).value.length, 0);
});

test('a reference in a body that has no effect there is 400 and names the member: nothing is ignored', async () => {
    const team = await makeTeam(server);
    const contact = await makeContact(server, me);
    const folder = await makeFolder(server, me);
    const manager = ['manager@odata.bind'];
    for (const [method, path, names] of [
        ['PATCH', team.group, ['members', 'owners', ...manager]],
        ['PATCH', team.path, [members, owners, 'members', 'owners', ...manager]],
        ['PUT', `${(await makeGroup(server)).path}/team`, [members, owners, 'members', 'owners', ...manager]],
        ['PATCH', me.path, [members, owners, 'members', 'owners', ...manager]],
        ['POST', '/v1.0/users', [members, 'owners', ...manager]],
        ['POST', '/v1.0/groups', manager],
        ['POST', '/v1.0/teams', manager],
        ['PATCH', contact.path, [members, ...manager]],
        ['POST', `${me.path}/contacts`, [members, ...manager]],
        ['PATCH', folder.path, [members, ...manager]],
        ['POST', `${me.path}/contactFolders`, [members, ...manager]],
    ]) {
        for (const name of names) {
            const send = { PUT: putJson, PATCH: patch, POST: post }[method];
            const valid = method === 'POST' ? (path === '/v1.0/users' ? userBody() : groupBody()) : {};
            for (const value of [[linkTo(server, me)], [], 'x', {}]) {
                const answer = await send(server, path, admin, { ...valid, description: 'x', [name]: value });
                assertError(answer, 400, 'BadRequest', `The property '${name}' is not supported in this request.`);
            }
        }
    }
    const none = await patch(server, team.group, admin, { description: 'y', members: null, [owners]: null });
    assert.equal(none.status, 204, none.text);
    assert.equal((await read(team.group)).description, 'y');
    assert.deepEqual((await read(`${team.group}/members`)).value, []);
});

test('lists of members and owners have the type of their items, with every $select, except with odata.metadata=none', async () => {
    const group = await makeGroup(server, { members: [me], owners: [me] });
    const weak = server.userToken(me.id, 'GroupMember.Read.All');
    for (const list of ['members', 'owners']) {
        for (const token of [admin, weak]) {
            for (const query of ['', '?$select=id', '?$top=1', '?$format=application/json;odata.metadata=minimal', '?$format=application/json;odata.metadata=full']) {
                const answer = await get(server, `${group.path}/${list}${query}`, token);
                assert.deepEqual(answer.json().value.map((item) => item['@odata.type']), ['#microsoft.graph.user'], query);
            }
            const bare = await get(server, `${group.path}/${list}`, token, { Accept: 'application/json;odata.metadata=none' });
            assert.deepEqual(Object.keys(bare.json().value[0]).filter((name) => name.startsWith('@')), []);
        }
    }
    for (const list of ['/v1.0/users', '/v1.0/groups', '/v1.0/teams'])
        for (const item of (await get(server, list, admin)).json().value) assert.equal(item['@odata.type'], undefined, list);
});

test('PUT /groups/{id}/team makes the group a team: 201 with the team; it stays a team', async () => {
    const group = await makeGroup(server, { picture: jpeg(64, 64), displayName: 'Crew' });
    await isGone(`/v1.0/teams/${group.id}`, group.id);
    const answer = await putJson(server, `${group.path}/team`, admin, { memberSettings: {} });
    assert.equal(answer.status, 201, answer.text);
    const team = answer.json();
    assert.deepEqual([team.id, team.displayName], [group.id, 'Crew']);
    assert.match(team['@odata.context'], /\$metadata#teams\/\$entity$/);
    assert.equal((await get(server, `/v1.0/teams/${group.id}/photo/$value`, admin)).status, 200);
    const again = await putJson(server, `${group.path}/team`, admin, {});
    assert.ok([200, 201, 400].includes(again.status), again.text);
});

test('POST /teams makes group and team: 202 with Content-Location and Location, no body', async () => {
    const body = {
        'template@odata.bind': "https://graph.microsoft.com/v1.0/teamsTemplates('standard')",
        displayName: 'My Sample Team',
        description: 'Sample',
    };
    const answer = await post(server, '/v1.0/teams', admin, body);
    assert.equal(answer.status, 202, answer.text);
    assert.equal(answer.body.length, 0);
    const [, id] = /^\/teams\('([0-9a-f-]{36})'\)$/.exec(answer.headers['content-location']);
    assert.match(
        answer.headers.location,
        new RegExp(`^/teams\\('${id}'\\)/operations\\('[^']+'\\)$`),
    );
    const operation = await read(`/v1.0${answer.headers.location}`);
    assert.equal(operation.status, 'succeeded');
    const team = await read(`/v1.0/teams/${id}`);
    assert.deepEqual([team.displayName, team.description], ['My Sample Team', 'Sample']);
    assert.equal((await read(`/v1.0/groups/${id}`)).displayName, 'My Sample Team');
    const nameless = await post(server, '/v1.0/teams', admin, { description: 'x' });
    assertError(nameless, 400, 'BadRequest');
    assert.ok(nameless.json().error.message.includes('displayName'), nameless.text);
});

test('a team is changed and removed by its path as a team, which is its group', async () => {
    const team = await makeTeam(server, { picture: jpeg(64, 64) });
    const changed = await patch(server, team.path, admin, { displayName: 'Other' });
    assert.equal(changed.status, 204, changed.text);
    assert.equal((await read(team.group)).displayName, 'Other');
    assert.equal((await remove(server, team.path, admin)).status, 204);
    await isGone(team.path, team.id);
    await isGone(team.group, team.id);
    await isGone(`${team.group}/photo`, team.id);
});
