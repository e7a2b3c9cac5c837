// A team's photo is its group's photo, under another path and with its own permissions (docs/http.md, docs/access.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, lastingError, put, remove } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { blue, green, jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    makeGroup,
    makeTeam,
    makeUser,
    missingOwner,
    unknownId,
} from './lib/world.mjs';

let server, member, outsider, team, group, token;
before(async () => {
    server = await Server.start();
    member = await makeUser(server);
    outsider = await makeUser(server);
    const people = { members: [member], owners: [member] };
    team = await makeTeam(server, { picture: jpeg(120, 120), ...people });
    group = await makeGroup(server, { picture: jpeg(64, 64), ...people });
    token = server.userToken(member.id, 'TeamSettings.ReadWrite.All Group.ReadWrite.All');
});
after(() => server.stop());

const names = (id) => [
    `/v1.0/teams/${id}`,
    `/v1.0/team/${id}`,
    `/v1.0/groups/${id}/team`,
    `/v1.0/me/joinedTeams/${id}`,
    `/v1.0/users/${member.id}/joinedTeams/${id}`,
];

test("team and group have one photo: the same bytes and ETag, each with its own context (docs/http.md)", async () => {
    const asGroup = await get(server, `${team.group}/photo/$value`, token);
    assertWhole(asGroup.body, 120);
    for (const path of names(team.id)) {
        const asTeam = await get(server, `${path}/photo/$value`, token);
        assert.deepEqual(asTeam.body, asGroup.body, path);
        assert.equal(asTeam.headers.etag, asGroup.headers.etag, path);
    }
});

test('a write through one path is read through every other immediately (docs/http.md)', async () => {
    const own = await makeTeam(server, { members: [member], owners: [member] });
    const ways = [own.group, ...names(own.id)];
    let shade = 0;
    for (const through of ways) {
        const picture = jpeg(64, 64, [20 * ++shade, 90, 90]);
        const wrote = await put(server, `${through}/photo/$value`, token, picture);
        assert.equal(wrote.status, through === own.group ? 200 : 204, through);
        const etags = new Set();
        for (const path of ways)
            etags.add((await get(server, `${path}/photo/$value`, token)).headers.etag);
        assert.equal(etags.size, 1, through);
    }
});

test("a photo removed from the group is removed from the team (docs/http.md)", async () => {
    const own = await makeTeam(server, {
        picture: jpeg(64, 64),
        members: [member],
        owners: [member],
    });
    assert.equal((await remove(server, `${own.group}/photo`, token)).status, 200);
    for (const path of names(own.id))
        assertError(await get(server, `${path}/photo/$value`, token), 404, 'ImageNotFound');
});

test('conditions of a write work across the two paths (docs/http.md)', async () => {
    const own = await makeTeam(server, { picture: jpeg(64, 64), owners: [member] });
    const { etag } = (await get(server, `${own.group}/photo/$value`, token)).headers;
    const wrong = await put(server, own.photo, token, jpeg(64, 64, blue), { 'If-Match': '"x"' });
    assertError(wrong, 412, 'resourceModified');
    const right = await put(server, own.photo, token, jpeg(64, 64, green), { 'If-Match': etag });
    assert.equal(right.status, 204, right.text);
    const fresh = await get(server, own.photo, token, { 'If-None-Match': etag });
    assert.equal(fresh.status, 200);
    const same = await get(server, own.photo, token, { 'If-None-Match': fresh.headers.etag });
    assert.equal(same.status, 304);
});

for (const method of ['PUT', 'PATCH']) {
    test(`a new and a replaced team photo are both 204 by ${method} (docs/http.md)`, async () => {
        const own = await makeTeam(server, { owners: [member] });
        let before;
        for (const colour of [blue, green]) {
            const sent = { token, body: jpeg(64, 64, colour) };
            const answer = await call(server, method, own.photo, sent);
            assert.equal(answer.status, 204, answer.text);
            assert.equal(answer.headers['content-length'], undefined, 'RFC 9110 8.6');
            const { etag } = (await get(server, own.photo, token)).headers;
            assert.notEqual(etag, before);
            before = etag;
        }
    });
}

test('a group that is not a team is not found under any path of a team (docs/directory.md)', async () => {
    for (const path of names(group.id)) {
        for (const tail of ['', '/photo', '/photo/$value']) {
            const answer = await get(server, path + tail, token);
            assertError(answer, 404, 'Request_ResourceNotFound', missingOwner(group.id));
        }
        const wrote = await put(server, `${path}/photo/$value`, token, jpeg(64, 64));
        assertError(wrote, 404, 'Request_ResourceNotFound', missingOwner(group.id));
    }
    assert.equal((await get(server, `${group.path}/photo`, token)).status, 200);
});

test('joinedTeams has exactly the teams of which the user is a member (docs/directory.md)', async () => {
    const theirs = server.userToken(outsider.id, 'Team.ReadBasic.All User.Read.All');
    for (const path of [
        `/v1.0/me/joinedTeams/${team.id}`,
        `/v1.0/users/${outsider.upn}/joinedTeams/${team.id}`,
    ]) {
        for (const tail of ['', '/photo', '/photo/$value']) {
            const answer = await get(server, path + tail, theirs);
            assertError(answer, 404, 'Request_ResourceNotFound', missingOwner(team.id));
        }
    }
    const joiner = await makeUser(server);
    const joined = await makeTeam(server, { members: [joiner] });
    await makeGroup(server, { members: [joiner] });
    const own = server.userToken(joiner.id, 'Team.ReadBasic.All');
    const { value } = (await get(server, '/v1.0/me/joinedTeams', own)).json();
    assert.deepEqual(
        value.map(({ id }) => id),
        [joined.id],
    );
    assert.equal((await get(server, '/v1.0/me/joinedTeams/$count', own)).text, '1');
});

test('a joined team is listed in joinedTeams immediately, and a left team is not (docs/directory.md)', async () => {
    const own = await makeTeam(server, { owners: [member] });
    const path = `/v1.0/me/joinedTeams/${own.id}`;
    const link = { '@odata.id': `${server.origin}/v1.0/users/${member.id}` };
    const members = `${own.group}/members`;
    assertError(await get(server, path, token), 404, 'Request_ResourceNotFound');
    const body = JSON.stringify(link);
    const headers = { 'Content-Type': 'application/json' };
    const joined = await call(server, 'POST', `${members}/$ref`, { token, body, headers });
    assert.equal(joined.status, 204, joined.text);
    assert.equal((await get(server, path, token)).status, 200);
    const left = await remove(server, `${members}/${member.id}/$ref`, token);
    assert.equal(left.status, 204, left.text);
    assertError(await get(server, path, token), 404, 'Request_ResourceNotFound');
});

// The row of docs/access.md for teams: permissions for a team's photo, and those only for its group's.
const readers = [
    'Team.ReadBasic.All',
    'TeamSettings.Read.All',
    'TeamSettings.ReadWrite.All',
    'Group.Read.All',
    'Group.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
];
const writers = { 'v1.0': ['TeamSettings.ReadWrite.All'] };
writers.beta = [...writers['v1.0'], 'Group.ReadWrite.All'];
const others = ['ProfilePhoto.Read.All', 'ProfilePhoto.ReadWrite.All', 'User.ReadWrite.All'];
for (const permission of [...readers, ...others]) {
    test(`${permission} and the photo of a team (docs/access.md)`, async () => {
        for (const asked of [
            server.userToken(member.id, permission),
            server.appToken(permission),
        ]) {
            const read = await get(server, team.photo, asked);
            if (readers.includes(permission)) assert.equal(read.status, 200, read.text);
            else assertError(read, 403, 'ErrorAccessDenied');
            for (const [base, enough] of Object.entries(writers)) {
                const path = `/${base}/teams/${team.id}/photo/$value`;
                for (const method of ['PUT', 'PATCH']) {
                    const sent = { token: asked, body: jpeg(120, 120) };
                    const wrote = await call(server, method, path, sent);
                    if (enough.includes(permission)) assert.equal(wrote.status, 204, wrote.text);
                    else assertError(wrote, 403, 'ErrorAccessDenied');
                }
            }
        }
    });
}

test('without the permission, a team, a group that is not one and a missing id have the same answer (docs/http.md)', async () => {
    const weak = server.userToken(member.id, 'User.ReadWrite');
    const seen = [];
    for (const id of [team.id, group.id, unknownId, 'x']) {
        for (const path of names(id).slice(0, 4))
            seen.push(lastingError(await get(server, `${path}/photo/$value`, weak)));
    }
    for (const { headers, ...one } of seen)
        assert.deepEqual(one, { status: 403, code: seen[0].code, message: seen[0].message });
    assert.equal(seen[0].code, 'ErrorAccessDenied');
});

test('GET /teams/{id} answers the team, under every path (docs/directory.md)', async () => {
    for (const path of names(team.id)) {
        const answer = await get(server, path, token);
        assert.equal(answer.status, 200, `${path}: ${answer.text}`);
        const body = answer.json();
        assert.equal(body.id, team.id);
        assert.match(body['@odata.context'], /\/v1\.0\/\$metadata#teams\/\$entity$/, path);
    }
});

test("a team's visibility is in lower case, its group's is not, and both are accepted (docs/directory.md)", async () => {
    const own = await makeTeam(server, { owners: [member] });
    for (const [sent, team, group] of [
        ['private', 'private', 'Private'],
        ['Public', 'public', 'Public'],
    ]) {
        const headers = { 'Content-Type': 'application/json' };
        const body = JSON.stringify({ visibility: sent });
        const path = `/v1.0/teams/${own.id}`;
        assert.equal((await call(server, 'PATCH', path, { token, body, headers })).status, 204);
        assert.equal((await get(server, path, token)).json().visibility, team);
        assert.equal((await get(server, own.group, token)).json().visibility, group);
    }
});
