// What changed in the users and groups of the directory (docs/directory.md, "Changes").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, patch, post, put, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';
import { assertError, linkTo, makeContact, makeGroup, makeUser, setManager } from './lib/world.mjs';

let server, tenant, app;
before(async () => {
    server = await Server.start({ config: tenantTables(['contoso', 'fabrikam'].map((name) => ({ name }))) });
    tenant = new Tenant(server, 'contoso');
    app = tenant.appToken('Directory.Read.All');
});
after(() => server.stop());

const day = 86_400_000;
const local = (link) => link.slice(server.origin.length);
async function page(path, token = app) {
    const answer = await get(server, path, token);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
}
/** All objects up to the next deltaLink: { items, link, pages }. */
async function round(path, token = app) {
    const items = [];
    for (let next = path, pages = 1; ; pages++) {
        const body = await page(next, token);
        items.push(...body.value);
        const { '@odata.nextLink': more, '@odata.deltaLink': link } = body;
        assert.notEqual(more === undefined, link === undefined, 'one of the two links');
        if (link) return { items, link: local(link), pages };
        next = local(more);
    }
}
const ids = (items) => items.map(({ id }) => id);
const removed = (id) => ({ id, '@removed': { reason: 'deleted' } });
const latest = async (what) => (await round(`/v1.0/${what}/delta?$deltatoken=latest`)).link;
const token = (text) => Buffer.from(text).toString('base64url');

for (const [what, make, change] of [
    ['users', makeUser, { displayName: 'Changed' }],
    ['groups', makeGroup, { displayName: 'Changed' }],
]) {
    const delta = `/v1.0/${what}/delta`;
    const set = (object, body) => patch(server, object.path, tenant.admin, body).then((answer) => assert.equal(answer.status, 204, answer.text));
    const drop = (object) => remove(server, object.path, tenant.admin).then((answer) => assert.equal(answer.status, 204, answer.text));

    test(`${what}: the first round has every object once, in pages (docs/directory.md)`, async () => {
        for (let i = 0; i < 5; i++) await make(tenant);
        const all = ids((await page(`/v1.0/${what}?$top=999`)).value).sort();
        for (const top of ['', '?$top=2', '?$top=1', '?$top=999']) {
            const { items, link, pages } = await round(delta + top);
            assert.deepEqual(ids(items).sort(), all);
            if (top === '?$top=2') assert.equal(pages, Math.ceil(all.length / 2));
            assert.deepEqual((await round(link)).items, [], 'nothing changed');
        }
        const body = await page(`${delta}?$top=1`);
        assert.equal(body['@odata.context'], `${server.origin}/v1.0/$metadata#${what}`);
        const whole = await page(`/v1.0/${what}/${body.value[0].id}`);
        delete whole['@odata.context'];
        assert.deepEqual(body.value[0], whole);
    });

    test(`${what}: later rounds have what was made, changed and removed, with present values (docs/directory.md)`, async () => {
        const [changed, gone, still] = [await make(tenant), await make(tenant), await make(tenant)];
        const { link } = await round(`${delta}?$select=displayName`);
        await set(changed, { displayName: 'Between' });
        const made = await make(tenant, { displayName: 'Made' });
        await drop(gone);
        await set(changed, change);
        const short = await make(tenant);
        await drop(short);
        const first = await round(link);
        const wanted = [{ id: changed.id, displayName: 'Changed' }, { id: made.id, displayName: 'Made' }, removed(gone.id), removed(short.id)];
        assert.deepEqual(first.items, wanted, 'in the order of the first change, each once');
        assert.ok(!ids(first.items).includes(still.id));
        assert.deepEqual((await round(link)).items, wanted, 'a link may be requested again');
        assert.deepEqual((await round(first.link)).items, []);
        await drop(made);
        assert.deepEqual((await round(first.link)).items, [removed(made.id)]);
    });

    test(`${what}: a change between two pages of the first round is in the next one (docs/directory.md)`, async () => {
        const objects = [];
        for (let i = 0; i < 4; i++) objects.push(await make(tenant));
        const first = await page(`${delta}?$top=1&$select=displayName`);
        const sent = objects.find(({ id }) => id === first.value[0].id);
        const rest = objects.filter((one) => one !== sent);
        for (const one of objects.slice(0, 2)) await set(one, change);
        await drop(rest.at(-1));
        const made = await make(tenant, { displayName: 'New' });
        const { items, link } = await round(local(first['@odata.nextLink']));
        const seen = new Set(ids([...first.value, ...items]));
        for (const one of rest.slice(0, -1)) assert.ok(seen.has(one.id), 'an unchanged one is not passed over');
        assert.equal(seen.size, 1 + items.length, 'each once');
        const next = (await round(link)).items;
        assert.deepEqual(next, [
            ...objects.slice(0, 2).map(({ id }) => (id === rest.at(-1).id ? removed(id) : { id, displayName: 'Changed' })),
            ...(objects.slice(0, 2).includes(rest.at(-1)) ? [] : [removed(rest.at(-1).id)]),
            { id: made.id, displayName: 'New' },
        ]);
    });

    test(`${what}: pages of changes, with changes between them (docs/directory.md)`, async () => {
        const objects = [];
        for (let i = 0; i < 5; i++) objects.push(await make(tenant));
        const { link } = await round(`${delta}?$top=2&$select=id&$deltatoken=latest`);
        for (const one of objects) await set(one, change);
        const first = await page(link);
        assert.deepEqual(ids(first.value), ids(objects.slice(0, 2)));
        await set(objects[0], { displayName: 'Again' });
        await drop(objects[3]);
        const { items, pages } = await round(local(first['@odata.nextLink']));
        assert.deepEqual([...new Set(ids(items))].sort(), ids([objects[0], ...objects.slice(2)]).sort());
        assert.deepEqual(items.find(({ id }) => id === objects[3].id), removed(objects[3].id));
        assert.equal(pages, 3);
    });

    test(`${what}: $deltatoken=latest returns only a link; the other spellings of delta (docs/directory.md)`, async () => {
        for (const text of ['latest', 'LATEST', 'Latest']) {
            const body = await page(`${delta}?$deltatoken=${text}`);
            assert.deepEqual(body.value, []);
            const made = await make(tenant);
            assert.deepEqual(ids((await round(local(body['@odata.deltaLink']))).items), [made.id]);
        }
        for (const name of ['delta()', 'DELTA', 'Delta()']) {
            const { items } = await round(`/v1.0/${what}/${name}?$select=id`);
            assert.deepEqual(items, (await round(`${delta}?$select=id`)).items);
        }
        const beta = (await page(`/beta/${what}/delta?$top=1`))['@odata.nextLink'];
        assert.ok(beta.startsWith(`${server.origin}/beta/${what}/delta?`), beta);
    });

    test(`${what}: the qualified names of delta (docs/directory.md)`, async () => {
        for (const name of ['microsoft.graph.delta', 'microsoft.graph.delta()', 'graph.delta', 'graph.delta()', 'Microsoft.Graph.Delta'])
            assert.deepEqual((await page(`/v1.0/${what}/${name}?$deltatoken=latest`)).value, []);
    });

    test(`${what}: options of delta (docs/directory.md)`, async () => {
        const { '@odata.nextLink': next, value } = await page(`${delta}?$top=1&$select=displayName,theme,nothing`);
        assert.match(next, /\?\$top=1&\$select=displayName,theme,nothing&\$skiptoken=[\w-]+$/);
        assert.ok(value[0].id, 'the id is always present');
        assert.deepEqual(Object.keys(value[0]).slice(0, 2), ['id', 'displayName']);
        for (const query of ['$filter=x', "$filter=id eq 'x'", '$search="x"', '$orderby=displayName', '$count=true'])
            assertError(await get(server, `${delta}?${encodeURI(query)}`, app), 400, 'Request_UnsupportedQuery');
        for (const query of ['$top=0', '$top=1000', '$skip=1', '$select=a-b', '$top=1&$top=2']) assertError(await get(server, `${delta}?${query}`, app), 400, 'BadRequest');
        const full = await page(`${delta}?$top=1&$format=application/json;odata.metadata=full`);
        assert.equal(full.value[0]['@odata.type'], `#microsoft.graph.${what.slice(0, -1)}`);
        const none = await page(`${delta}?$top=1&$format=application/json;odata.metadata=none`);
        assert.equal(none['@odata.context'], undefined);
        assert.equal((await get(server, delta, app)).headers['cache-control'], 'no-store');
        assertError(await post(server, delta, app, {}), 405, 'Request_BadRequest');
        assertError(await get(server, `${delta}/$count`, app), 400, 'BadRequest');
    });

    test(`${what}: a token that is not one is 400 (docs/directory.md)`, async () => {
        const now = Date.now();
        for (const text of ['zzz', 'eA', '%00', '!', token('1'), token(`1\n${now}`), token(`x\n${now}\n`), token(`-1\n${now}\n`), token('1\nx\n'), token(`9223372036854775808\n${now}\n`), token(`1 \n${now}\n`)])
            for (const option of ['$deltatoken', '$skiptoken']) assertError(await get(server, `${delta}?${option}=${text}`, app), 400, 'BadRequest');
    });

    test(`${what}: a token whose last object is none is 400 (docs/directory.md)`, async () => {
        for (const last of ['x', '+not-a-guid', "+' OR 1=1", '-'])
            assertError(await get(server, `${delta}?$skiptoken=${token(`0\n${Date.now()}\n${last}`)}`, app), 400, 'BadRequest');
    });

    test(`${what}: a token of more than 7 days, of the future, or of unknown changes is 410 with a new start (docs/directory.md)`, async () => {
        const now = Date.now();
        const old = [`0\n${now - 7 * day - 60_000}\n`, `0\n${now - 30 * day}\n+`, '0\n0\n', '0\n-1\n', `0\n${now + day}\n`, '0\n9223372036854775807\n', `99999999\n${now}\n`, `9223372036854775807\n${now}\n`];
        for (const text of old) {
            const answer = await get(server, `${delta}?$select=id&$deltatoken=${token(text)}&$top=3`, app);
            assertError(answer, 410, 'syncStateNotFound');
            assert.equal(answer.headers.location, `${server.origin}${delta}?$select=id&$top=3`);
            assert.ok((await round(local(answer.headers.location))).items.length > 0);
        }
        const bare = await get(server, `${delta}?$skiptoken=${token(old[0])}`, app);
        assert.equal(bare.headers.location, `${server.origin}${delta}`);
        await page(`${delta}?$deltatoken=${token(`0\n${now - 7 * day + 60_000}\n`)}`);
    });

    test(`${what}: a token with the least possible time is 410 (docs/directory.md)`, async () => {
        assertError(await get(server, `${delta}?$deltatoken=${token('0\n-9223372036854775808\n')}`, app), 410, 'syncStateNotFound');
    });

    test(`${what}: a photo is no change, and another organisation has its own changes (docs/directory.md)`, async () => {
        const other = new Tenant(server, 'fabrikam');
        const [mine, link] = [await make(tenant), await latest(what)];
        assert.equal((await put(server, mine.photo, tenant.admin, jpeg(64, 64))).status, 200);
        assert.equal((await remove(server, mine.photo, tenant.admin)).status, 200);
        const theirs = await make(other);
        await set(mine, change);
        assert.deepEqual(ids((await round(link)).items), [mine.id]);
        const there = other.appToken('Directory.Read.All');
        assert.deepEqual(ids((await round(delta, there)).items), [theirs.id]);
        assert.deepEqual(ids((await round(link, there)).items), [theirs.id], 'a token of another organisation reveals nothing of it');
    });

    test(`${what}: links stay valid over a restart (docs/directory.md)`, async () => {
        const link = await latest(what);
        const made = await make(tenant);
        await server.stop();
        await server.start();
        assert.deepEqual(ids((await round(link)).items), [made.id]);
    });
}

test('groups: added and removed members and owners are a change of the group (docs/directory.md)', async () => {
    const [group, user] = [await makeGroup(tenant, { owners: [await makeUser(tenant)] }), await makeUser(tenant)];
    for (const list of ['members', 'owners'])
        for (const change of [
            () => post(server, `${group.path}/${list}/$ref`, tenant.admin, { '@odata.id': linkTo(server, user) }),
            () => remove(server, `${group.path}/${list}/${user.id}/$ref`, tenant.admin),
        ]) {
            const link = await latest('groups');
            assert.equal((await change()).status, 204);
            const { items } = await round(link);
            assert.deepEqual(ids(items), [group.id], list);
            assert.equal(items[0]['members@delta'], undefined);
        }
});

test('users: contacts, memberships and managers are no change of the user (docs/directory.md)', async () => {
    const [user, chief] = [await makeUser(tenant), await makeUser(tenant)];
    const link = await latest('users');
    await makeContact(tenant, user);
    await makeGroup(tenant, { members: [user] });
    await setManager(tenant, user, chief);
    assert.deepEqual((await round(link)).items, []);
});

test('delta: permissions (docs/access.md)', async () => {
    const user = await makeUser(tenant);
    const status = async (what, who) => (await get(server, `/v1.0/${what}/delta?$top=1`, who)).status;
    const person = (scopes, role) => tenant.userToken(user.id, scopes, role);
    for (const scopes of ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'])
        for (const who of [person(scopes), tenant.appToken(scopes)]) assert.equal(await status('users', who), 200, scopes);
    for (const scopes of ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'])
        for (const who of [person(scopes), tenant.appToken(scopes)]) assert.equal(await status('groups', who), 200, scopes);
    for (const [what, scopes] of [['users', 'User.Read User.ReadBasic.All Group.Read.All'], ['groups', 'User.Read.All GroupMember.ReadWrite.All']])
        for (const who of [person(scopes), person(scopes, 'Global Administrator'), tenant.appToken(scopes)])
            assertError(await get(server, `/v1.0/${what}/delta?$deltatoken=zzz`, who), 403, 'Authorization_RequestDenied');
    assertError(await get(server, '/v1.0/users/delta'), 401, 'InvalidAuthenticationToken');
});

test('users: the removal of a manager is no removal of the user (docs/directory.md)', async () => {
    const [chief, worker] = [await makeUser(tenant), await makeUser(tenant)];
    await setManager(tenant, worker, chief);
    const link = await latest('users');
    assert.equal((await remove(server, chief.path, tenant.admin)).status, 204);
    const { items } = await round(link);
    assert.ok(items.some(({ id, '@removed': gone }) => id === chief.id && gone));
    assert.ok(!items.some(({ id, '@removed': gone }) => id === worker.id && gone));
});
