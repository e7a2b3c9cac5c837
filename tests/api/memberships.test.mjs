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
    makeGroup,
    makeTeam,
    makeUser,
    readEntry,
    unknownId,
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

test('members@odata.bind of POST /groups adds members, by any spelling of the link', async () => {
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

test('a member that is nobody, or no link, is 400 or 404, and no group is made', async () => {
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

test('members/$ref adds a member with 204, once; DELETE takes them out with 204', async () => {
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
    for (const body of [{}, { '@odata.id': 7 }, { '@odata.id': 'x' }, { '@odata.id': '' }])
        assertError(await post(server, `${members}/$ref`, admin, body), 400, 'BadRequest');
    const nobody = { '@odata.id': linkTo(server, { id: unknownId }) };
    assertError(
        await post(server, `${members}/$ref`, admin, nobody),
        404,
        'Request_ResourceNotFound',
    );
});

test('PUT /groups/{id}/team makes the group a team: 201 with the team, and stays one', async () => {
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

test('a team is changed and removed by its name as a team, and is its group', async () => {
    const team = await makeTeam(server, { picture: jpeg(64, 64) });
    const changed = await patch(server, team.path, admin, { displayName: 'Other' });
    assert.equal(changed.status, 204, changed.text);
    assert.equal((await read(team.group)).displayName, 'Other');
    assert.equal((await remove(server, team.path, admin)).status, 204);
    await isGone(team.path, team.id);
    await isGone(team.group, team.id);
    await isGone(`${team.group}/photo`, team.id);
});
