// Photos of groups, where they differ from a person's (docs/http.md, docs/access.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, lastingError, patch, put, remove } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { blue, jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    hdSizes,
    makeGroup,
    makeUser,
    missingOwner,
    unknownId,
} from './lib/world.mjs';

let server, member, group, reader, writer;
before(async () => {
    server = await Server.start();
    member = await makeUser(server);
    const people = { members: [member], owners: [member] };
    group = await makeGroup(server, { picture: jpeg(504, 504), ...people });
    reader = server.userToken(member.id, 'Group.Read.All');
    writer = server.userToken(member.id, 'Group.ReadWrite.All');
});
after(() => server.stop());

test("a group's photo has every HD size that is not larger than the upload (docs/http.md)", async () => {
    const list = (await get(server, `${group.path}/photos`, reader)).json().value;
    assert.deepEqual(
        list.map(({ id }) => id),
        hdSizes.slice(0, -1).map((size) => `${size}x${size}`),
    );
    for (const size of [48, 240, 504]) {
        const answer = await get(server, `${group.path}/photos/${size}x${size}/$value`, reader);
        assertWhole(answer.body, size);
    }
    const missing = await get(server, `${group.path}/photos/648x648`, reader);
    assertError(missing, 404, 'ImageNotFound');
});

test('a group id is found in either letter case and percent-encoded (docs/http.md)', async () => {
    for (const id of [group.id.toUpperCase(), group.id.replace(/-/g, '%2D')]) {
        const answer = await get(server, `/v1.0/groups/${id}/photo`, reader);
        assert.equal(answer.status, 200, answer.text);
    }
});

test('a group stored in the directory only has a photo of any dimension next to the smaller HD sizes (docs/http.md)', async () => {
    const wide = await makeGroup(server, { photoStorage: 'directory', picture: jpeg(301, 77) });
    const largest = (await get(server, `${wide.path}/photo`, reader)).json();
    assert.deepEqual([largest.id, largest.width, largest.height], ['301x77', 301, 77]);
    const whole = await get(server, `${wide.path}/photos/301x77/$value`, reader);
    assertWhole(whole.body, 301, 77);
    assert.deepEqual((await get(server, wide.photo, reader)).body, whole.body);
    const ids = (await get(server, `${wide.path}/photos`, reader)).json().value.map(({ id }) => id);
    assert.deepEqual(ids, ['48x48', '64x64', '301x77']);
    const tiny = await makeGroup(server, { photoStorage: 'directory', picture: jpeg(30, 20) });
    assertWhole((await get(server, tiny.photo, reader)).body, 30, 20);
});

test('a group stored in a mailbox rejects a picture under 48 pixels (docs/http.md)', async () => {
    const path = group.photo;
    assertError(await put(server, path, writer, jpeg(47, 60)), 400, 'ValidationWidthTooSmall');
    assertError(await put(server, path, writer, jpeg(60, 47)), 400, 'ValidationHeightTooSmall');
});

test('identical bytes keep the ETag, other bytes make a new one (docs/http.md)', async () => {
    const own = await makeGroup(server, { picture: jpeg(64, 64), owners: [member] });
    const etag = async () => (await get(server, own.photo, reader)).headers.etag;
    const first = await etag();
    assert.equal((await put(server, own.photo, writer, jpeg(64, 64))).status, 200);
    assert.equal(await etag(), first);
    assert.equal((await put(server, own.photo, writer, jpeg(64, 64, blue))).status, 200);
    assert.notEqual(await etag(), first);
});

test('an owner needs no directory role to write the photo of a group (docs/access.md)', async () => {
    const own = await makeGroup(server, { owners: [member] });
    assert.equal((await put(server, own.photo, writer, jpeg(64, 64))).status, 200);
    assert.equal((await remove(server, own.photo, writer)).status, 200);
});

// The permissions for a group's photo; every other is refused.
const readers = [
    'ProfilePhoto.Read.All',
    'ProfilePhoto.ReadWrite.All',
    'Group.Read.All',
    'Group.ReadWrite.All',
];
const writers = ['ProfilePhoto.ReadWrite.All', 'Group.ReadWrite.All'];
const others = [
    'User.Read.All',
    'User.ReadWrite.All',
    'GroupMember.Read.All',
    'Team.ReadBasic.All',
    'TeamSettings.ReadWrite.All',
    'Directory.ReadWrite.All',
    'Contacts.ReadWrite',
];
for (const permission of [...readers, ...others]) {
    test(`${permission} and the photo of a group (docs/access.md)`, async () => {
        for (const token of [
            server.userToken(member.id, permission),
            server.appToken(permission),
        ]) {
            const read = await get(server, `${group.path}/photo`, token);
            if (readers.includes(permission)) assert.equal(read.status, 200, read.text);
            else assertError(read, 403, 'ErrorAccessDenied');
            const wrote = await put(server, group.photo, token, jpeg(504, 504));
            if (writers.includes(permission)) assert.equal(wrote.status, 200, wrote.text);
            else assertError(wrote, 403, 'ErrorAccessDenied');
        }
    });
}

test('without the permission, an existing and a missing group have the same answer (docs/http.md)', async () => {
    const token = server.userToken(member.id, 'User.ReadWrite');
    const seen = [];
    for (const id of [group.id, unknownId, 'x']) {
        seen.push(lastingError(await get(server, `/v1.0/groups/${id}/photo`, token)));
        seen.push(lastingError(await put(server, `/v1.0/groups/${id}/photo/$value`, token, 'x')));
    }
    for (const one of seen) assert.deepEqual(one, seen[0]);
    assert.equal(seen[0].status, 403);
});

test('the id of a user is not a group, and the id of a group not a user (docs/http.md)', async () => {
    const wrong = [`/v1.0/groups/${member.id}`, `/v1.0/users/${group.id}`];
    for (const path of wrong) {
        const answer = await get(server, `${path}/photo`, server.admin);
        const id = path.split('/').at(-1);
        assertError(answer, 404, 'Request_ResourceNotFound', missingOwner(id));
    }
});

test('a group is found immediately by its id after an earlier 404 of that id (docs/directory.md)', async () => {
    const id = 'fe000000-0000-4000-8000-00000000000a';
    const path = `/v1.0/groups/${id}`;
    assertError(await get(server, path, writer), 404, 'Request_ResourceNotFound', missingOwner(id));
    await makeGroup(server, { id, owners: [member] });
    assert.equal((await get(server, path, writer)).status, 200);
    assert.equal((await patch(server, path, writer, { description: 'x' })).status, 204);
    assert.equal((await get(server, path, writer)).json().description, 'x');
});
