// Members of a team as conversation members: a view of the members and owners of its group
// (docs/directory.md, "Teams"; docs/access.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, patch, post, remove } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { Tenant } from './lib/tenants.mjs';
import { assertError, linkTo, makeGroup, makeTeam, makeUser, missingOwner, unknownId } from './lib/world.mjs';

let server, owner, member, both, outsider, team, tenantId;
before(async () => {
    server = await Server.start();
    owner = await makeUser(server, { displayName: 'Olga', mail: 'olga@contoso.example' });
    member = await makeUser(server, { displayName: 'Mia', mail: 'mia@contoso.example' });
    both = await makeUser(server, { displayName: 'Bo' });
    outsider = await makeUser(server, { displayName: 'Otto' });
    team = await makeTeam(server, { owners: [owner, both], members: [member, both] });
    tenantId = new Tenant(server, 'default').id;
});
after(() => server.stop());

const type = '#microsoft.graph.aadUserConversationMember';
const denied = 'Authorization_RequestDenied';
const last = 'The group must have at least one owner, hence this owner cannot be removed.';
const rights = 'TeamMember.ReadWrite.All User.Read.All';
const admin = () => server.appToken(rights);
const body = (user, roles = []) => ({ '@odata.type': type, roles, 'user@odata.bind': `https://graph.microsoft.com/v1.0/users('${user.id}')` });
const read = async (path, token = admin()) => {
    const answer = await get(server, path, token);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
};
const membersOf = async ({ path }, token) => (await read(`${path}/members?$top=999`, token)).value;
/** { user id: roles } */
const rolesOf = async (one) => Object.fromEntries((await membersOf(one)).map(({ userId, roles }) => [userId, roles.join()]));
const entryOf = async (one, user, token) => (await membersOf(one, token)).find(({ userId }) => userId === user.id);
const pathOf = async (one, user) => `${one.path}/members/${(await entryOf(one, user)).id}`;
const idsOf = async (one, list) => (await get(server, `${one.group}/${list}`, server.admin)).json().value.map(({ id }) => id).sort();
const filter = (text) => `?$filter=${encodeURIComponent(text)}`;

test('the list is the union of members and owners, by displayName, each with its roles', async () => {
    const answer = await read(`${team.path}/members`);
    assert.match(answer['@odata.context'], new RegExp(`/v1\\.0/\\$metadata#teams\\('${team.id}'\\)/members$`));
    assert.equal(answer['@odata.count'], 3);
    const [bo, mia, olga] = answer.value;
    assert.deepEqual(bo, { '@odata.type': type, id: bo.id, roles: ['owner'], displayName: 'Bo', userId: both.id, email: null, tenantId });
    assert.deepEqual(mia, { '@odata.type': type, id: mia.id, roles: [], displayName: 'Mia', userId: member.id, email: 'mia@contoso.example', tenantId });
    assert.deepEqual(olga, { '@odata.type': type, id: olga.id, roles: ['owner'], displayName: 'Olga', userId: owner.id, email: 'olga@contoso.example', tenantId });
    assert.equal((await get(server, `${team.path}/members/$count`, admin())).text, '3');
});

test('one membership is read by its id, under every path of the team, and ids of others are 404', async () => {
    const person = server.userToken(both.id, rights);
    const mia = await entryOf(team, member);
    for (const path of [team.path, `/v1.0/team/${team.id}`, `${team.group}/team`, `/v1.0/me/joinedTeams/${team.id}`, `/v1.0/users/${member.id}/joinedTeams/${team.id}`]) {
        const one = await read(`${path}/members/${mia.id}`, person);
        assert.match(one['@odata.context'], new RegExp(`#teams\\('${team.id}'\\)/members/microsoft\\.graph\\.aadUserConversationMember/\\$entity$`));
        const { '@odata.context': _, ...entry } = one;
        assert.deepEqual(entry, mia, path);
        assert.deepEqual((await read(`${path}/members`, person)).value.length, 3);
    }
    assert.deepEqual((await read(`${team.path}/members('${mia.id}')`)).userId, member.id);
    const other = await makeTeam(server, { members: [member] });
    const elsewhere = (await entryOf(other, member)).id;
    const nobody = Buffer.from(`1##${team.id}##${outsider.id}`).toString('base64url');
    for (const id of [elsewhere, nobody, member.id, 'x', mia.id.toLowerCase(), `${mia.id}A`, 'x'.repeat(500)])
        assertError(await get(server, `${team.path}/members/${id}`, admin()), 404, 'Request_ResourceNotFound', missingOwner(id));
    const padded = `${mia.id}${'='.repeat((4 - (mia.id.length % 4)) % 4)}`;
    assert.equal((await read(`${team.path}/members/${padded}`)).userId, member.id, 'padded, as a client may write it');
    assertError(await get(server, `/v1.0/teams/${unknownId}/members`, admin()), 404, 'Request_ResourceNotFound', missingOwner(unknownId));
    const group = await makeGroup(server, { members: [member] });
    assertError(await get(server, `/v1.0/teams/${group.id}/members`, admin()), 404, 'Request_ResourceNotFound', missingOwner(group.id));
});

test('$select, odata.metadata and pages', async () => {
    const cast = 'microsoft.graph.aadUserConversationMember';
    const some = (await read(`${team.path}/members?$select=id,roles,${cast}/userId,${cast}/EMAIL`)).value[1];
    assert.deepEqual(Object.keys(some), ['@odata.type', 'id', 'roles', 'userId', 'email']);
    const { value } = await read(`${team.path}/members?$format=application/json;odata.metadata=none`);
    assert.deepEqual(Object.keys(value[0]), ['id', 'roles', 'displayName', 'userId', 'email', 'tenantId']);
    assert.equal((await read(`${team.path}/members?$select=visibleHistoryStartDateTime`)).value[0].visibleHistoryStartDateTime, null);
    for (const query of ['$select=shoeSize', '$skip=1', '$apply=x', '$filter=x', `$select=${cast}/`, '$top=0'])
        assertError(await get(server, `${team.path}/members?${query}`, admin()), 400, 'BadRequest');
    for (const query of ['$orderby=displayName', '$search=%22Bo%22'])
        assertError(await get(server, `${team.path}/members?${query}`, admin()), 400, 'Request_UnsupportedQuery');
    const names = [];
    let next = `${team.path}/members?$top=1`;
    for (let i = 0; next && i < 9; i++) {
        const page = await read(next);
        assert.equal('@odata.count' in page, i === 0, 'on the first page');
        names.push(...page.value.map(({ displayName }) => displayName));
        next = page['@odata.nextLink']?.slice(server.origin.length);
    }
    assert.deepEqual(names, ['Bo', 'Mia', 'Olga']);
});

test('$filter by userId, displayName and email, with and without the name of the type', async () => {
    const cast = 'microsoft.graph.aadUserConversationMember';
    for (const [text, names] of [
        [`userId eq '${member.id}'`, 'Mia'],
        [`(${cast}/userId eq '${member.id.toUpperCase()}')`, 'Mia'],
        [`graph.aadUserConversationMember/userId eq '${owner.id}'`, 'Olga'],
        [`MICROSOFT.GRAPH.AADUSERCONVERSATIONMEMBER/USERID eq '${owner.id}'`, 'Olga'],
        [`(${cast}/displayName eq 'mia' or ${cast}/email eq 'OLGA@contoso.example')`, 'Mia Olga'],
        [`displayName eq 'Bo' or displayName eq 'Mia' or userId eq '${owner.id}'`, 'Bo Mia Olga'],
        [`userId eq '${outsider.id}'`, ''],
        [`${cast}/userId in ("${owner.id}","${outsider.id}", "${both.id}")`, 'Bo Olga'],
        [`${cast}/userId in ('${owner.id}','${member.id}')`, 'Mia Olga'],
        [`displayName eq "Bo"`, 'Bo'],
    ]) {
        const { value, '@odata.count': count } = await read(`${team.path}/members${filter(text)}`);
        assert.equal(value.map(({ displayName }) => displayName).join(' '), names, text);
        assert.equal(count, value.length, text);
    }
    for (const text of [
        `microsoft.graph.user/userId eq '${member.id}'`,
        `${cast}/userId in ("${owner.id}"`,
        `${cast}/userId in ("${owner.id}')`,
        `mail eq 'x'`,
        `id eq '${member.id}'`,
        `jobTitle eq 'x'`,
        `${cast} eq 'x'`,
        `${cast}/ eq 'x'`,
    ])
        assertError(await get(server, `${team.path}/members${filter(text)}`, admin()), 400, 'BadRequest');
    for (const path of ['/v1.0/users', `${team.group}/members`, '/v1.0/groups'])
        assertError(await get(server, `${path}${filter('displayName eq "Bo"')}`, server.admin), 400, 'BadRequest');
});

test('without a permission for users, only ids are seen, and names can be neither filtered by nor ordered by', async () => {
    for (const token of [server.userToken(outsider.id, 'TeamMember.Read.All'), server.appToken('TeamMember.Read.All')]) {
        const { value } = await read(`${team.path}/members`, token);
        assert.deepEqual(value.map(({ userId }) => userId), [owner.id, member.id, both.id].sort(), 'in the order of ids');
        for (const one of value) {
            assert.deepEqual([one.displayName, one.email], [null, null]);
            assert.equal(one.tenantId, tenantId);
            assert.deepEqual(one.roles, one.userId === member.id ? [] : ['owner']);
            const alone = await read(`${team.path}/members/${one.id}?$select=displayName,email`, token);
            assert.deepEqual([alone.displayName, alone.email], [null, null]);
        }
        const [first] = (await read(`${team.path}/members?$top=1`, token)).value;
        const next = (await read(`${team.path}/members?$top=1`, token))['@odata.nextLink'];
        const after = Buffer.from(new URL(next).searchParams.get('$skiptoken'), 'base64url').toString();
        assert.equal(after, `${first.userId}\n`, 'no name in the token');
        for (const text of [`displayName eq 'Mia'`, `email eq 'mia@contoso.example'`, `userId eq '${member.id}' or displayName eq 'x'`])
            assertError(await get(server, `${team.path}/members${filter(text)}`, token), 403, denied);
        assert.equal((await read(`${team.path}/members${filter(`userId eq '${member.id}'`)}`, token)).value.length, 1);
    }
    const basic = server.userToken(outsider.id, 'TeamMember.Read.All User.ReadBasic.All');
    assert.equal((await entryOf(team, member, basic)).email, 'mia@contoso.example');
    const own = server.userToken(member.id, 'TeamMember.Read.All User.Read');
    assert.deepEqual((await membersOf(team, own)).map(({ displayName }) => displayName).filter(Boolean), ['Mia'], 'the caller alone');
});

test('below joinedTeams, a user is not found by name by a caller who sees only ids', async () => {
    const weak = server.userToken(outsider.id, 'TeamMember.ReadWrite.All TeamSettings.ReadWrite.All', 'Teams Administrator');
    for (const tail of ['/members', '/members/$count']) {
        for (const key of [member.upn, 'unknown@contoso.example', outsider.upn])
            assertError(await get(server, `/v1.0/users/${key}/joinedTeams/${team.id}${tail}`, weak), 404, 'Request_ResourceNotFound', missingOwner(team.id));
        assert.equal((await get(server, `/v1.0/users/${member.id}/joinedTeams/${team.id}${tail}`, weak)).status, 200);
        assert.equal((await get(server, `/v1.0/users/${member.upn}/joinedTeams/${team.id}${tail}`, admin())).status, 200);
        const own = server.userToken(member.id, 'TeamMember.Read.All');
        assert.equal((await get(server, `/v1.0/users/${member.upn}/joinedTeams/${team.id}${tail}`, own)).status, 200, 'their own name');
    }
    for (const tail of ['archive', 'members/remove'])
        assertError(await post(server, `/v1.0/users/${member.upn}/joinedTeams/${team.id}/${tail}`, weak, {}), 404, 'Request_ResourceNotFound');
});

test('POST adds a member or an owner, in both lists of the group, with the membership in the answer', async () => {
    const own = await makeTeam(server, { owners: [owner] });
    const added = await post(server, `${own.path}/members`, admin(), body(member));
    assert.equal(added.status, 201, added.text);
    const { '@odata.context': context, ...entry } = added.json();
    assert.match(context, new RegExp(`#teams\\('${own.id}'\\)/members/microsoft\\.graph\\.aadUserConversationMember/\\$entity$`));
    assert.deepEqual(entry, { '@odata.type': type, id: entry.id, roles: [], displayName: 'Mia', userId: member.id, email: 'mia@contoso.example', tenantId });
    assert.ok(added.headers.location.endsWith(`/v1.0/teams/${own.id}/members/${entry.id}`), added.headers.location);
    assert.deepEqual((await read(new URL(added.headers.location).pathname)).userId, member.id);
    const second = await post(server, `${own.path}/members`, admin(), body(both, ['Owner']));
    assert.equal(second.status, 201, second.text);
    assert.deepEqual(second.json().roles, ['owner']);
    assert.deepEqual(await idsOf(own, 'members'), [member.id, both.id].sort());
    assert.deepEqual(await idsOf(own, 'owners'), [owner.id, both.id].sort());
    for (const form of [`${server.origin}/v1.0/users/${outsider.upn}`, `users('${outsider.id}')`]) {
        const answer = await post(server, `${own.path}/members`, admin(), { ...body(outsider), 'user@odata.bind': form });
        assert.equal(answer.status, 201, answer.text);
        assert.equal((await remove(server, await pathOf(own, outsider), admin())).status, 204);
    }
});

test('POST of one who is there already adds what is missing, and is 400 where nothing is', async () => {
    const own = await makeTeam(server, { owners: [owner], members: [member] });
    assertError(await post(server, `${own.path}/members`, admin(), body(member)), 400, 'Request_BadRequest', 'The user is a member of the group already.');
    const promoted = await post(server, `${own.path}/members`, admin(), body(member, ['owner']));
    assert.equal(promoted.status, 201, promoted.text);
    assert.deepEqual(promoted.json().roles, ['owner']);
    assertError(await post(server, `${own.path}/members`, admin(), body(member, ['owner'])), 400, 'Request_BadRequest');
    const joined = await post(server, `${own.path}/members`, admin(), body(owner));
    assert.equal(joined.status, 201, joined.text);
    assert.deepEqual(joined.json().roles, ['owner'], 'an owner stays an owner');
    assert.deepEqual(await idsOf(own, 'members'), [owner.id, member.id].sort());
});

test('an invalid body is 400 and an unknown user 404, and nothing is changed', async () => {
    const before = await rolesOf(team);
    const valid = body(outsider);
    for (const wrong of [
        {},
        { ...valid, 'user@odata.bind': 7 },
        { ...valid, 'user@odata.bind': 'x' },
        { ...valid, roles: 'owner' },
        { ...valid, roles: ['guest'] },
        { ...valid, roles: [7] },
        { ...valid, roles: ['owner', 'x'] },
        { ...valid, '@odata.type': '#microsoft.graph.conversationMember' },
        { ...valid, '@odata.type': 7 },
        { ...valid, 'members@odata.bind': [] },
    ])
        assertError(await post(server, `${team.path}/members`, admin(), wrong), 400, 'BadRequest');
    assertError(await post(server, `${team.path}/members`, admin(), body({ id: unknownId })), 404, 'Request_ResourceNotFound', missingOwner(unknownId));
    assertError(await post(server, `/v1.0/teams/${unknownId}/members`, admin(), valid), 404, 'Request_ResourceNotFound', missingOwner(unknownId));
    const blind = server.appToken('TeamMember.ReadWrite.All');
    for (const key of [outsider.upn, 'unknown@contoso.example']) {
        const answer = await post(server, `${team.path}/members`, blind, { ...valid, 'user@odata.bind': `https://x/users/${key}` });
        assertError(answer, 400, 'BadRequest', "The property 'user@odata.bind' does not refer to a user by id, as a caller must who may not read users.");
    }
    assert.equal((await post(server, `${team.path}/members`, admin(), { ...valid, '@odata.type': 'graph.aadUserConversationMember', roles: null })).status, 201);
    assert.equal((await remove(server, await pathOf(team, outsider), admin())).status, 204);
    assert.deepEqual(await rolesOf(team), before);
});

test('PATCH changes the roles: an owner becomes a member and stays in the team', async () => {
    const own = await makeTeam(server, { owners: [owner], members: [member] });
    const mia = await pathOf(own, member);
    const promoted = await patch(server, mia, admin(), { '@odata.type': type, roles: ['owner'] });
    assert.equal(promoted.status, 200, promoted.text);
    assert.deepEqual([promoted.json().roles, promoted.json().userId], [['owner'], member.id]);
    assert.deepEqual(await idsOf(own, 'owners'), [owner.id, member.id].sort());
    const olga = await pathOf(own, owner);
    const demoted = await patch(server, olga, admin(), { roles: [] });
    assert.equal(demoted.status, 200, demoted.text);
    assert.deepEqual(demoted.json().roles, []);
    assert.deepEqual(await rolesOf(own), { [owner.id]: '', [member.id]: 'owner' }, 'who was an owner alone is a member now');
    assert.deepEqual(await idsOf(own, 'members'), [owner.id, member.id].sort());
    assertError(await patch(server, mia, admin(), { roles: [] }), 400, 'Request_BadRequest', last);
    for (const same of [{}, { roles: ['owner'] }]) assert.deepEqual((await patch(server, mia, admin(), same)).json().roles, ['owner']);
    for (const wrong of [{ roles: ['guest'] }, { roles: 'owner' }, { 'user@odata.bind': 'x' }, { '@odata.type': 'user' }, { roles: [null] }])
        assertError(await patch(server, mia, admin(), wrong), 400, 'BadRequest');
    const nobody = Buffer.from(`1##${own.id}##${outsider.id}`).toString('base64url');
    assertError(await patch(server, `${own.path}/members/${nobody}`, admin(), { roles: ['owner'] }), 404, 'Request_ResourceNotFound');
});

test('DELETE removes a membership with its role; the last owner of a team stays', async () => {
    const own = await makeTeam(server, { owners: [owner, both], members: [owner, member, both] });
    assert.equal((await remove(server, await pathOf(own, member), admin())).status, 204);
    const bo = await pathOf(own, both);
    assert.equal((await remove(server, bo, admin())).status, 204);
    assert.deepEqual([await idsOf(own, 'members'), await idsOf(own, 'owners')], [[owner.id], [owner.id]]);
    assertError(await remove(server, bo, admin()), 404, 'Request_ResourceNotFound');
    assertError(await remove(server, await pathOf(own, owner), admin()), 400, 'Request_BadRequest', last);
    assert.deepEqual([await idsOf(own, 'members'), await idsOf(own, 'owners')], [[owner.id], [owner.id]], 'a refused removal changes nothing');
    assertError(await remove(server, `${own.group}/owners/${owner.id}/$ref`, server.admin), 400, 'Request_BadRequest', last);
    for (const id of ['x', owner.id]) assertError(await remove(server, `${own.path}/members/${id}`, admin()), 404, 'Request_ResourceNotFound', missingOwner(id));
});

const bulk = (one, what, values, token = admin()) => post(server, `${one.path}/members/${what}`, token, { values });
const resultsOf = (answer) => answer.json().value.map(({ userId, error }) => [userId, error?.code ?? null]);

test('add: 200 where all were added, 207 with the error of each that was not', async () => {
    const own = await makeTeam(server, { owners: [owner] });
    const all = await bulk(own, 'add', [body(member), body(both, ['owner'])]);
    assert.equal(all.status, 200, all.text);
    assert.ok(all.json()['@odata.context'].endsWith('/$metadata#Collection(microsoft.graph.aadUserConversationMemberResult)'));
    assert.deepEqual(all.json().value, [member, both].map(({ id }) => ({ '@odata.type': '#microsoft.graph.aadUserConversationMemberResult', userId: id, error: null })));
    assert.deepEqual(await rolesOf(own), { [owner.id]: 'owner', [member.id]: '', [both.id]: 'owner' });
    const some = await bulk(own, 'add', [body({ id: unknownId }), body(outsider), body(member), body(outsider)]);
    assert.equal(some.status, 207, some.text);
    assert.deepEqual(resultsOf(some), [[unknownId, 'Request_ResourceNotFound'], [outsider.id, null], [member.id, 'Request_BadRequest'], [outsider.id, 'Request_BadRequest']]);
    assert.equal(some.json().value[0].error.message, missingOwner(unknownId));
    assert.equal((await rolesOf(own))[outsider.id], '');
    for (const name of ['microsoft.graph.add', 'graph.Add']) assert.equal((await bulk(own, name, [body(member)])).status, 207);
});

test('remove: 204 where all were removed, 207 with the error of each that was not', async () => {
    const own = await makeTeam(server, { owners: [owner, both], members: [member, outsider] });
    assert.equal((await bulk(own, 'remove', [body(member)])).status, 204);
    const bind = { '@odata.type': type, 'user@odata.bind': `https://x/users/${outsider.upn}` };
    assert.equal((await bulk(own, 'remove', [bind])).status, 204, 'by name, without roles');
    const some = await bulk(own, 'remove', [body(member), body(both), body(owner), body({ id: unknownId })]);
    assert.equal(some.status, 207, some.text);
    assert.deepEqual(resultsOf(some), [[member.id, 'Request_ResourceNotFound'], [both.id, null], [owner.id, 'Request_BadRequest'], [unknownId, 'Request_ResourceNotFound']]);
    assert.equal(some.json().value[2].error.message, last);
    assert.deepEqual(await rolesOf(own), { [owner.id]: 'owner' });
});

test('add and remove take 1 to 200 values; an item that is no membership refuses them all', async () => {
    const own = await makeTeam(server, { owners: [owner] });
    for (const what of ['add', 'remove']) {
        for (const values of [undefined, null, 'x', {}, [], [7], ['x'], [{}], [body(member), { roles: [] }], [{ ...body(member), roles: ['x'] }], Array(201).fill(body(member))])
            assertError(await bulk(own, what, values), 400, 'BadRequest');
        assertError(await get(server, `${own.path}/members/${what}`, admin()), 405, 'Request_BadRequest');
    }
    assert.deepEqual(await rolesOf(own), { [owner.id]: 'owner' });
    const people = [];
    for (let i = 0; i < 200; i++) people.push(await makeUser(server));
    assert.equal((await bulk(own, 'add', people.map((one) => body(one)))).status, 200);
    assert.equal((await membersOf(own)).length, 201);
    assert.equal((await bulk(own, 'remove', people.map((one) => body(one)))).status, 204);
    assert.equal((await membersOf(own)).length, 1);
});

test('each permission, for the caller and for an app', async () => {
    const own = await makeTeam(server, { owners: [owner], members: [member, outsider] });
    const path = await pathOf(own, outsider);
    const asks = [
        ['read', (token) => get(server, `${own.path}/members`, token), 200],
        ['read', (token) => get(server, `${own.path}/members/$count`, token), 200],
        ['read', (token) => get(server, path, token), 200],
        ['write', (token) => post(server, `${own.path}/members`, token, {}), 400],
        ['write', (token) => patch(server, path, token, {}), 200],
        ['write', (token) => bulk(own, 'add', [], token), 400],
        ['write', (token) => remove(server, `${own.path}/members/x`, token), 404],
        ['remove', (token) => bulk(own, 'remove', [], token), 400],
    ];
    const allowed = {
        'TeamMember.Read.All': ['read'],
        'TeamMember.ReadWrite.All': ['read', 'write', 'remove'],
        'TeamMember.ReadWriteNonOwnerRole.All': ['write'],
    };
    for (const right of [...Object.keys(allowed), 'Group.ReadWrite.All', 'GroupMember.ReadWrite.All', 'Directory.ReadWrite.All', 'TeamSettings.ReadWrite.All', 'Team.Create', 'TeamMember.Read.Group', 'User.Read.All']) {
        for (const [what, ask, good] of asks) {
            const may = allowed[right]?.includes(what);
            for (const [who, token, mayWrite] of [
                ['an owner', server.userToken(owner.id, right), true],
                ['a member', server.userToken(member.id, right), false],
                ['a Teams Administrator', server.userToken(outsider.id, right, 'Teams Administrator'), true],
                ['an app', server.appToken(right), true],
            ]) {
                const answer = await ask(token);
                const seen = `${who}, ${right}, ${what}: ${answer.text}`;
                assert.equal(answer.status, may && (what === 'read' || mayWrite) ? good : 403, seen);
            }
        }
    }
    assert.deepEqual(await rolesOf(own), { [owner.id]: 'owner', [member.id]: '', [outsider.id]: '' });
});

test('TeamMember.ReadWriteNonOwnerRole.All writes only memberships without the owner role', async () => {
    const own = await makeTeam(server, { owners: [owner, both], members: [member] });
    const [olga, mia] = [await pathOf(own, owner), await pathOf(own, member)];
    for (const token of [server.userToken(both.id, 'TeamMember.ReadWriteNonOwnerRole.All'), server.appToken('TeamMember.ReadWriteNonOwnerRole.All')]) {
        const added = await post(server, `${own.path}/members`, token, body(outsider));
        assert.equal(added.status, 201, added.text);
        assert.equal(added.json().displayName, null);
        for (const refused of [
            await post(server, `${own.path}/members`, token, body(member, ['owner'])),
            await post(server, `${own.path}/members`, token, body(owner)),
            await patch(server, mia, token, { roles: ['owner'] }),
            await patch(server, olga, token, { roles: [] }),
            await patch(server, olga, token, { roles: ['owner'] }),
            await remove(server, olga, token),
            await bulk(own, 'add', [body(member, ['owner'])], token),
            await bulk(own, 'remove', [body(outsider)], token),
        ])
            assertError(refused, 403, denied);
        const mixed = await bulk(own, 'add', [body(owner), body(outsider)], token);
        assert.deepEqual(resultsOf(mixed), [[owner.id, denied], [outsider.id, 'Request_BadRequest']]);
        assert.equal((await patch(server, mia, token, { roles: [] })).status, 200);
        assert.equal((await remove(server, await pathOf(own, outsider), token)).status, 204);
        assert.deepEqual(await rolesOf(own), { [owner.id]: 'owner', [both.id]: 'owner', [member.id]: '' });
    }
});

test('hidden memberships: who may not see the members sees the owners alone, and learns nothing by writing', async () => {
    const own = await makeTeam(server, { visibility: 'HiddenMembership', owners: [owner], members: [member] });
    const id = (user) => Buffer.from(`1##${own.id}##${user.id}`).toString('base64url');
    const write = (token, user, roles) => post(server, `${own.path}/members`, token, body(user, roles));
    for (const token of [server.userToken(member.id, rights), server.appToken(`${rights} Member.Read.Hidden`)]) {
        assert.deepEqual((await membersOf(own, token)).map(({ userId }) => userId).sort(), [owner.id, member.id].sort());
        assert.equal((await get(server, `${own.path}/members/${id(member)}`, token)).status, 200);
    }
    const sees = server.appToken(`${rights} Member.Read.Hidden`);
    for (const token of [server.userToken(owner.id, rights), admin()]) {
        assert.deepEqual((await membersOf(own, token)).map(({ userId }) => userId), [owner.id]);
        assert.equal((await get(server, `${own.path}/members/$count`, token)).text, '1');
        for (const user of [member, outsider]) {
            assert.deepEqual((await read(`${own.path}/members${filter(`userId eq '${user.id}'`)}`, token)).value, []);
            assertError(await get(server, `${own.path}/members/${id(user)}`, token), 404, 'Request_ResourceNotFound', missingOwner(id(user)));
            for (const roles of [['owner'], []]) assertError(await patch(server, `${own.path}/members/${id(user)}`, token, { roles }), 404, 'Request_ResourceNotFound');
            assert.equal((await write(token, user)).status, 201, 'a member or not');
        }
        assertError(await write(sees, member), 400, 'Request_BadRequest');
        assert.deepEqual(resultsOf(await bulk(own, 'add', [body(member), body(outsider)], token)), [[member.id, null], [outsider.id, null]]);
        for (let i = 0; i < 2; i++) assert.equal((await remove(server, `${own.path}/members/${id(outsider)}`, token)).status, 204);
        assert.equal((await bulk(own, 'remove', [body(outsider), body(both)], token)).status, 204);
        assertError(await remove(server, `${own.path}/members/${id(owner)}`, token), 400, 'Request_BadRequest', last);
        assert.deepEqual((await membersOf(own, sees)).map(({ userId }) => userId).sort(), [owner.id, member.id].sort());
    }
    assertError(await remove(server, `${own.path}/members/${id(outsider)}`, sees), 404, 'Request_ResourceNotFound');
});

test('an owner who removes their own membership of a team has no right there any more', async () => {
    const own = await makeTeam(server, { owners: [owner, both] });
    const token = server.userToken(both.id, rights);
    const some = await bulk(own, 'remove', [body(both), body(outsider)], token);
    assert.deepEqual(resultsOf(some), [[both.id, null], [outsider.id, 'Request_ResourceNotFound']]);
    assertError(await post(server, `${own.path}/members`, token, body(member)), 403, denied);
});

test('another tenant has neither the team nor its members', async () => {
    const config = '[[tenant]]\nname = "a"\n[[tenant]]\nname = "b"\n';
    const many = await Server.start({ config });
    try {
        const [a, b] = [new Tenant(many, 'a'), new Tenant(many, 'b')];
        const person = await makeUser(a);
        const theirs = await makeTeam(a, { owners: [person] });
        const [entry] = (await get(a, `${theirs.path}/members`, a.appToken(rights))).json().value;
        for (const path of [`${theirs.path}/members`, `${theirs.path}/members/${entry.id}`]) assertError(await get(b, path, b.appToken(rights)), 404, 'Request_ResourceNotFound');
        const ours = await makeTeam(b);
        assertError(await get(b, `${ours.path}/members/${entry.id}`, b.appToken(rights)), 404, 'Request_ResourceNotFound');
        assertError(await post(b, `${ours.path}/members`, b.appToken(rights), body(person)), 404, 'Request_ResourceNotFound');
    } finally {
        await many.stop();
    }
});
