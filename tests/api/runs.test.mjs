// Runs: sets of uploads that are undone together (docs/cameo-api.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from './earlier/folder.mjs';
import { until } from './lib/command.mjs';
import { formerPhotos, record, restore, shown, startRun, undo } from './lib/history.mjs';
import { call, get, post, put, remove } from './lib/http.mjs';
import { blue, green, jpeg, red } from './lib/pictures.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';
import { assertError, givePhoto, makeContact, makeUser, missingOwner, unknownId } from './lib/world.mjs';

let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

const upload = (owner, picture, run, on = server) => put(on, owner.photo, on.admin, picture, { 'Cameo-Run': run.id });
async function uploaded(owner, picture, run, on = server) {
    const answer = await upload(owner, picture, run, on);
    assert.equal(answer.status, 200, answer.text);
}
const undone = async (run, on = server) => {
    const answer = await undo(on, run);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
};

test('a run is started, listed and read', async () => {
    const first = await startRun(server, 'photos-2026');
    const second = await startRun(server, 'ß'.repeat(200));
    assert.match(first.id, /^[0-9a-f]{32}$/);
    assert.equal(first.name, 'photos-2026');
    assert.equal(first.startedBy, 'api-tests');
    assert.equal(first.photos, 0);
    assert.equal(first.undoneDateTime, null);
    const listed = (await get(server, '/cameo/v1/runs', server.admin)).json().value;
    assert.deepEqual(listed.slice(0, 2), [second, first]);
    assert.deepEqual((await get(server, `/cameo/v1/runs/${first.id}`, server.admin)).json(), first);
});

test('errors of runs: names, ids, rights, methods', async () => {
    for (const body of ['', '[]', '{}', '{"name": ""}', '{"name": 1}', '{"name": "a", "x": 1}', JSON.stringify({ name: 'a'.repeat(201) })])
        assertError(
            await call(server, 'POST', '/cameo/v1/runs', { token: server.admin, body, headers: { 'Content-Type': 'application/json' } }),
            400, 'BadRequest',
        );
    assertError(await get(server, `/cameo/v1/runs/${unknownId}`, server.admin), 404, 'Request_ResourceNotFound', missingOwner(unknownId));
    assertError(await undo(server, { id: 'x' }), 404, 'Request_ResourceNotFound', missingOwner('x'));
    const person = await makeUser(server);
    const run = await startRun(server);
    for (const token of [
        server.userToken(person.upn, 'User.ReadWrite'),
        server.userToken(person.upn, 'ProfilePhoto.ReadWrite.All'),
        server.appToken('User.Read.All'),
    ]) {
        assertError(await get(server, '/cameo/v1/runs', token), 403, 'ErrorAccessDenied');
        assertError(await get(server, `/cameo/v1/runs/${run.id}`, token), 403, 'ErrorAccessDenied');
        assertError(await post(server, '/cameo/v1/runs', token, { name: 'x' }), 403, 'ErrorAccessDenied');
        assertError(await undo(server, run, token), 403, 'ErrorAccessDenied');
    }
    const administrator = server.userToken(person.upn, 'ProfilePhoto.ReadWrite.All', 'People Administrator');
    assert.equal((await startRun(server, 'x', administrator)).startedBy, person.upn);
    assertError(await remove(server, `/cameo/v1/runs/${run.id}`, server.admin), 405, 'Request_BadRequest');
});

test('an upload that names an unknown run is 400, and nothing is stored', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64, red) });
    const before = await shown(server, owner);
    for (const run of ['x', unknownId, '0'.repeat(32)])
        for (const picture of [jpeg(64, 64, blue), jpeg(64, 64, red)])
            assertError(await upload(owner, picture, { id: run }), 400, 'BadRequest', 'The header Cameo-Run names no run.');
    assert.deepEqual(await shown(server, owner), before);
    const contact = await makeContact(server, owner);
    assertError(await upload(contact, jpeg(64, 64), await startRun(server)), 400, 'BadRequest');
});

test('who may write only their own photo cannot add it to a run', async () => {
    const person = await makeUser(server);
    await givePhoto(server, person, jpeg(64, 64));
    const run = await startRun(server);
    const token = server.userToken(person.upn, 'User.ReadWrite');
    assertError(await put(server, '/v1.0/me/photo/$value', token, jpeg(80, 80), { 'Cameo-Run': run.id }), 403, 'ErrorAccessDenied');
    assert.equal((await get(server, `/cameo/v1/runs/${run.id}`, server.admin)).json().photos, 0);
    assert.equal((await put(server, '/v1.0/me/photo/$value', token, jpeg(80, 80))).status, 200);
});

test('an undo gives each owner the photo from before the run, or none, and keeps what was changed since', async () => {
    const replaced = await makeUser(server, { picture: jpeg(64, 64, red) });
    const changed = await makeUser(server, { picture: jpeg(64, 64, red) });
    const taken = await makeUser(server, { picture: jpeg(64, 64, red) });
    const empty = await makeUser(server);
    const untouched = await makeUser(server, { picture: jpeg(64, 64, red) });
    const before = await shown(server, replaced);
    const run = await startRun(server);
    for (const owner of [replaced, changed, taken, empty]) await uploaded(owner, jpeg(64, 64, green), run);
    await uploaded(replaced, jpeg(64, 64, blue), run); // twice
    assert.equal((await get(server, `/cameo/v1/runs/${run.id}`, server.admin)).json().photos, 4);
    assert.equal((await record(server, replaced)).run, run.id);
    await givePhoto(server, changed, jpeg(48, 48, blue));
    const later = await shown(server, changed);
    assert.equal((await remove(server, taken.photo, server.admin)).status, 200);

    assert.deepEqual(await undone(run), { restored: 1, removed: 1, kept: 2 });
    assert.deepEqual(await shown(server, replaced), before);
    assert.equal((await record(server, replaced)).run, null);
    assert.equal((await shown(server, empty)).status, 404);
    assert.deepEqual(await shown(server, changed), later);
    assert.equal((await shown(server, taken)).status, 404);
    assert.equal((await shown(server, untouched)).status, 200);
    const after = (await get(server, `/cameo/v1/runs/${run.id}`, server.admin)).json();
    assert.match(after.undoneDateTime, /Z$/);
    assert.equal(after.photos, 0);
    assert.deepEqual(await undone(run), { restored: 0, removed: 0, kept: 2 });
    assert.deepEqual(await shown(server, replaced), before);
    assertError(await upload(empty, jpeg(64, 64), run), 400, 'BadRequest', 'The run of the header Cameo-Run was undone.');
    // The photos of the run can still be had by hand.
    const [former] = await formerPhotos(server, empty);
    assert.equal(former.run, run.id);
    assert.equal((await restore(server, empty, former.id)).status, 204);
    assert.deepEqual(await undone(run), { restored: 0, removed: 0, kept: 2 });
});

test('the identical photo belongs to the run that stored it: resuming skips it', async () => {
    const owner = await makeUser(server);
    const [first, second] = [await startRun(server), await startRun(server)];
    await uploaded(owner, jpeg(64, 64, green), first);
    const stored = await shown(server, owner);
    await uploaded(owner, jpeg(64, 64, green), second);
    await uploaded(owner, jpeg(64, 64, green), first);
    assert.deepEqual(await shown(server, owner), stored);
    assert.equal((await record(server, owner)).run, first.id);
    assert.deepEqual(await undone(second), { restored: 0, removed: 0, kept: 0 });
    assert.deepEqual(await undone(first), { restored: 0, removed: 1, kept: 0 });
});

test('an item of $batch belongs to a run too', async () => {
    const owner = await makeUser(server);
    const run = await startRun(server);
    const item = (id, runId) => ({
        id, method: 'PUT', url: `/users/${owner.id}/photo/$value`, body: jpeg(64, 64, green).toString('base64'),
        headers: { 'Content-Type': 'image/jpeg', 'Cameo-Run': runId },
    });
    const batch = await post(server, '/v1.0/$batch', server.admin, { requests: [item('1', 'x'), { ...item('2', run.id), dependsOn: [] }] });
    const statuses = Object.fromEntries(batch.json().responses.map(({ id, status }) => [id, status]));
    assert.deepEqual(statuses, { 1: 400, 2: 200 });
    assert.equal((await record(server, owner)).run, run.id);
});

test('a run, a lock and a former photo belong to one tenant', async () => {
    const both = await Server.start({ config: tenantTables([{ name: 'one' }, { name: 'two' }]) });
    const [one, two] = [new Tenant(both, 'one'), new Tenant(both, 'two')];
    const run = await startRun(one);
    const owner = await makeUser(two, { picture: jpeg(64, 64, red) });
    assertError(await upload(owner, jpeg(64, 64, blue), run, two), 400, 'BadRequest', 'The header Cameo-Run names no run.');
    assertError(await undo(two, run), 404, 'Request_ResourceNotFound');
    assertError(await get(two, `/cameo/v1/runs/${run.id}`, two.admin), 404, 'Request_ResourceNotFound');
    assert.deepEqual((await get(two, '/cameo/v1/runs', two.admin)).json().value, []);
    for (const path of ['photo', 'formerPhotos'])
        assertError(await get(one, `/cameo/v1/users/${owner.id}/${path}`, one.admin), 404, 'Request_ResourceNotFound');
    await both.stop();
});

test('two runs over the same owners are undone one after the other', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64, red) });
    const before = await shown(server, owner);
    const [first, second] = [await startRun(server), await startRun(server)];
    await uploaded(owner, jpeg(64, 64, green), first);
    const between = await shown(server, owner);
    await uploaded(owner, jpeg(64, 64, blue), second);
    assert.deepEqual(await undone(first), { restored: 0, removed: 0, kept: 1 });
    assert.deepEqual(await undone(second), { restored: 1, removed: 0, kept: 0 });
    assert.deepEqual(await shown(server, owner), between);
    assert.notDeepEqual(await shown(server, owner), before);
});

test('an undo survives a restart, and more owners than one transaction has', async () => {
    const data = temporaryFolder();
    let own = await Server.startOn(data);
    const run = await startRun(own);
    const people = [];
    for (let i = 0; i < 120; i++) people.push(await makeUser(own));
    for (const person of people) await uploaded(person, jpeg(48, 48, green), run, own);
    await own.stop();
    await own.start();
    assert.deepEqual(await undone(run, own), { restored: 0, removed: 120, kept: 0 });
    assert.equal(sql(data, 'SELECT count(*) FROM photos;').trim(), '0');
    await own.stop();
});

test('a run is removed after former_photo_days, when no former photo names it', async () => {
    const data = temporaryFolder();
    const own = await Server.startOn(data, { config: '[storage]\nformer_photo_days = 2\n' });
    const owner = await makeUser(own, { picture: jpeg(64, 64, red) });
    const [old, named, young] = [await startRun(own, 'old'), await startRun(own, 'named'), await startRun(own, 'young')];
    await uploaded(owner, jpeg(64, 64, green), named, own);
    await own.stop();
    const before = Date.now() - 2 * 86_400_000 - 1_000;
    sql(data, `UPDATE runs SET started_at=${before} WHERE name<>'young';`);
    await own.start();
    const names = async () => (await get(own, '/cameo/v1/runs', own.admin)).json().value.map(({ name }) => name);
    await until(async () => !(await names()).includes('old'), 'the sweep removes the old run');
    assert.deepEqual((await names()).sort(), ['named', 'young']);
    await own.stop();
    sql(data, `UPDATE former_photos SET replaced_at=${before};`);
    await own.start();
    await until(async () => !(await names()).includes('named'), 'the sweep removes it with its former photo');
    assert.equal((await shown(own, owner)).status, 200);
    await own.stop();
});
