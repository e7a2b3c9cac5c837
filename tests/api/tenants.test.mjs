// Several organisations in one server: no data crosses between them, and each kind has its own rules
// (docs/access.md, Tenants).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { call, get, lastingError, patch, post, put, remove, send } from './lib/http.mjs';
import { blue, jpeg } from './lib/pictures.mjs';
import { run, Server, temporaryFolder } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';
import { resign } from './lib/tokens.mjs';
import {
    assertError,
    givePhoto,
    linkTo,
    makeContact,
    makeFolder,
    makeGroup,
    makeTeam,
    makeUser,
    missingCode,
    unknownId,
    userBody,
} from './lib/world.mjs';

const fabrikamId = '0f8fad5b-d9cb-469f-a165-70867728950e';
const config = tenantTables([
    { name: 'contoso', domains: ['contoso.example', 'Contoso.Test'] },
    { name: 'fabrikam', id: fabrikamId.toUpperCase() },
    { name: 'home', kind: 'personal' },
    { name: 'shop', kind: 'b2c' },
]);
const picture = jpeg(64, 64);
const everything =
    'User.ReadWrite.All ProfilePhoto.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All ' +
    'TeamSettings.ReadWrite.All Contacts.ReadWrite User.ReadWrite';

let server, contoso, fabrikam, home, shop;
before(async () => {
    server = await Server.start({ config });
    [contoso, fabrikam, home, shop] = ['contoso', 'fabrikam', 'home', 'shop'].map(
        (name) => new Tenant(server, name),
    );
    contoso.world = await makeWorld(contoso, 'Conny Contoso');
    fabrikam.world = await makeWorld(fabrikam, 'Fabian Fabrikam');
});
after(() => server.stop());

/** A person, a group, a team and contacts at every depth, each with the same photo. */
async function makeWorld(tenant, displayName) {
    const user = await makeUser(tenant, { picture, displayName });
    const group = await makeGroup(tenant, { picture, displayName, members: [user] });
    const team = await makeTeam(tenant, { picture, displayName, members: [user] });
    const folder = await makeFolder(tenant, user, { displayName });
    const child = await makeFolder(tenant, folder, { displayName });
    const contacts = [];
    for (const where of [user, folder, child])
        contacts.push(await makeContact(tenant, where, { picture, displayName }));
    return { user, group, team, folder, child, contacts };
}

/** Callers with every permission in an organisation: an app, and a person with a directory role. */
const callers = (tenant, user = tenant.world.user) => [
    tenant.mintApp(everything),
    tenant.mintUser(user, everything, ['62e90394-69f5-4237-9190-012177145e10']),
];

const unknownItem = 'AAMkAGUnknown=';
const encoded = ({ id }) => encodeURIComponent(id);

/** Paths of `theirs`, requested by a caller of `ours`; and the same with unknown ids. */
function pathsAcross(theirs, ours) {
    const user = (id, upn) => [`/users/${id}`, `/users/${upn}`];
    const contacts = (box, folder, child, [contact, filed, nested]) => [
        `${box}/contacts/${contact}`,
        `${box}/contactFolders/${folder}/contacts/${filed}`,
        `${box}/contactFolders/${folder}/childFolders/${child}/contacts/${nested}`,
    ];
    const folders = (box, folder, child) => [
        `${box}/contactFolders/${folder}`,
        `${box}/contactFolders/${folder}/childFolders/${child}`,
        `${box}/contactFolders/${child}`,
    ];
    const all = (id, upn, group, team, folder, child, items) => ({
        user: user(id, upn),
        group: [`/groups/${group}`],
        team: [`/teams/${team}`, `/team/${team}`, `/groups/${team}/team`],
        joined: [`/users/${ours.user.id}/joinedTeams/${team}`],
        contact: [`/users/${id}`, `/users/${ours.user.id}`].flatMap((box) =>
            contacts(box, folder, child, items),
        ),
        folder: [`/users/${id}`, `/users/${ours.user.id}`].flatMap((box) =>
            folders(box, folder, child),
        ),
    });
    const there = all(
        theirs.user.id,
        theirs.user.upn,
        theirs.group.id,
        theirs.team.id,
        encoded(theirs.folder),
        encoded(theirs.child),
        theirs.contacts.map(encoded),
    );
    const item = encodeURIComponent(unknownItem);
    const unknown = 'unknown@nowhere.example';
    const nowhere = all(unknownId, unknown, unknownId, unknownId, item, item, [item, item, item]);
    return { there, nowhere };
}

/** The part that may differ: the id that the message repeats. */
function withoutIds(answer, theirs) {
    const error = lastingError(answer);
    const ids = [theirs.user, theirs.group, theirs.team, theirs.folder, theirs.child]
        .concat(theirs.contacts)
        .map(({ id }) => id)
        .concat(theirs.user.upn, unknownId, unknownItem, 'unknown@nowhere.example');
    delete error.headers['content-length'];
    for (const id of ids) error.message = error.message.replaceAll(`'${id}'`, "'ID'");
    return error;
}

const photoRequests = {
    user: ['/photo', '/photo/$value', '/photos', '/photos/48x48', '/photos/48x48/$value'],
    group: ['/photo', '/photo/$value', '/photos', '/photos/48x48', '/photos/48x48/$value'],
    team: ['/photo', '/photo/$value'],
    joined: ['/photo', '/photo/$value'],
    contact: ['/photo', '/photo/$value'],
};
const requestsOf = {
    user: [
        ...photoRequests.user.map((tail) => ['GET', tail]),
        ['PUT', '/photo/$value', picture],
        ['PATCH', '/photo/$value', picture],
        ['DELETE', '/photo/$value'],
        ['DELETE', '/photo'],
        ['GET', ''],
        ['PATCH', '', '{"jobTitle":"x"}'],
        ['DELETE', ''],
        ['GET', '/contacts'],
        ['GET', '/contacts/$count'],
        ['POST', '/contacts', '{"givenName":"x"}'],
        ['GET', '/contactFolders'],
        ['POST', '/contactFolders', '{"displayName":"x"}'],
    ],
    group: [
        ...photoRequests.group.map((tail) => ['GET', tail]),
        ['PUT', '/photo/$value', picture],
        ['DELETE', '/photo/$value'],
        ['GET', ''],
        ['PATCH', '', '{"description":"x"}'],
        ['DELETE', ''],
        ['GET', '/members'],
        ['GET', '/members/$count'],
        ['PUT', '/team', '{}'],
    ],
    team: [
        ...photoRequests.team.map((tail) => ['GET', tail]),
        ['PUT', '/photo/$value', picture],
        ['GET', ''],
    ],
    joined: [...photoRequests.joined.map((tail) => ['GET', tail]), ['GET', '']],
    contact: [
        ...photoRequests.contact.map((tail) => ['GET', tail]),
        ['PUT', '/photo/$value', picture],
        ['PATCH', '/photo/$value', picture],
        ['GET', ''],
        ['PATCH', '', '{"jobTitle":"x"}'],
        ['DELETE', ''],
    ],
    folder: [
        ['GET', ''],
        ['GET', '/contacts'],
        ['GET', '/contacts/$count'],
        ['GET', '/childFolders'],
        ['POST', '/contacts', '{"givenName":"x"}'],
        ['POST', '/childFolders', '{"displayName":"x"}'],
        ['PATCH', '', '{"displayName":"x"}'],
        ['DELETE', ''],
    ],
};

for (const what of Object.keys(requestsOf)) {
    test(`${what}: a resource of another organisation is answered like an unknown one, byte for byte (docs/http.md, docs/access.md)`, async () => {
        const { there, nowhere } = pathsAcross(contoso.world, fabrikam.world);
        for (const [app, token] of callers(fabrikam).entries()) {
            for (const [i, path] of there[what].entries()) {
                for (const [method, tail, body] of requestsOf[what]) {
                    const headers =
                        typeof body === 'string' ? { 'Content-Type': 'application/json' } : {};
                    const ask = (to) =>
                        call(server, method, `/v1.0${to}${tail}`, { token, body, headers });
                    const answer = await ask(path);
                    const text = `${method} ${path}${tail}: ${answer.text}`;
                    // A person may read only their own contacts: 403 without a lookup, for both.
                    assert.ok([403, 404].includes(answer.status), text);
                    if (app === 0) assertError(answer, 404, missingCode(path + tail));
                    assert.doesNotMatch(answer.text, /Conny/, text);
                    const unknown = await ask(nowhere[what][i]);
                    assert.deepEqual(
                        withoutIds(answer, contoso.world),
                        withoutIds(unknown, contoso.world),
                        text,
                    );
                }
            }
        }
    });
}

test('links do not cross organisations (docs/access.md)', async () => {
    const there = contoso.world.user;
    const here = await makeUser(fabrikam);
    const token = fabrikam.appToken('Directory.ReadWrite.All People.Read.All');
    for (const tail of ['memberOf', 'memberOf/$count', 'transitiveMemberOf', 'directReports', 'manager', 'manager/$ref', 'people'])
        for (const id of [there.id, unknownId])
            assertError(await get(server, `/v1.0/users/${id}/${tail}`, token), 404, 'Request_ResourceNotFound');
    for (const id of [there.id, contoso.world.group.id])
        assertError(await get(server, `/v1.0/directoryObjects/${id}`, token), 404, 'Request_ResourceNotFound');
    const answer = await call(server, 'PUT', `${here.path}/manager/$ref`, {
        token,
        body: JSON.stringify({ '@odata.id': linkTo(contoso, there) }),
        headers: { 'Content-Type': 'application/json' },
    });
    assertError(answer, 404, 'Request_ResourceNotFound');
    assert.equal((await get(server, `${here.path}/manager`, token)).status, 404);
});

test('afterwards the other organisation is unchanged (docs/access.md)', async () => {
    const { user, group, team, folder, child, contacts } = contoso.world;
    for (const owner of [user, group, team, ...contacts])
        assert.equal((await get(server, owner.photo, contoso.admin)).status, 200, owner.photo);
    for (const entry of [user, group, folder, child, ...contacts]) {
        const { displayName, jobTitle } = (await get(server, entry.path, contoso.admin)).json();
        assert.equal(displayName, 'Conny Contoso');
        assert.ok(jobTitle === null || jobTitle === undefined);
    }
    const members = (await get(server, `${group.path}/members`, contoso.admin)).json().value;
    assert.deepEqual(
        members.map(({ id }) => id),
        [user.id],
    );
});

test('cached objects of one organisation are not found in the other, in both directions (docs/access.md)', async () => {
    const warm = await makeUser(contoso, { picture });
    const sizes = ['/photo/$value', '/photos/48x48/$value', '/photo'];
    const [theirs] = callers(fabrikam);
    for (let round = 0; round < 3; round++) {
        for (const tail of sizes) {
            const answer = await get(server, warm.path + tail, contoso.admin);
            assert.equal(answer.status, 200);
            const { etag } = answer.headers;
            for (const headers of [{}, { 'If-None-Match': etag ?? '*' }, { 'If-None-Match': '*' }])
                assertError(
                    await get(server, warm.path + tail, theirs, headers),
                    404,
                    'Request_ResourceNotFound',
                );
        }
    }
});

test('equal pictures of two organisations have different ETags, and the ETag of one does not match the other (docs/http.md)', async () => {
    const { user: one } = contoso.world;
    const { user: other } = fabrikam.world;
    const mine = await get(server, one.photo, contoso.admin);
    const yours = await get(server, other.photo, fabrikam.admin);
    assert.deepEqual(mine.body, yours.body);
    assert.notEqual(mine.headers.etag, yours.headers.etag);
    const reread = await get(server, other.photo, fabrikam.admin, {
        'If-None-Match': mine.headers.etag,
    });
    assert.equal(reread.status, 200);
    const write = await put(server, other.photo, fabrikam.admin, picture, {
        'If-Match': mine.headers.etag,
    });
    assertError(write, 412, 'resourceModified');
});

test('one name and one id in two organisations are two people (docs/access.md)', async () => {
    const same = {
        id: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
        userPrincipalName: 'twin@contoso.example',
    };
    const one = await makeUser(contoso, { ...same, displayName: 'First', picture });
    const other = await makeUser(fabrikam, { ...same, displayName: 'Second' });
    assert.equal(one.id, other.id);
    for (const key of [same.id, same.userPrincipalName]) {
        const path = `/v1.0/users/${key}`;
        assert.equal((await get(server, path, contoso.admin)).json().displayName, 'First');
        assert.equal((await get(server, path, fabrikam.admin)).json().displayName, 'Second');
        assert.equal((await get(server, `${path}/photo`, contoso.admin)).status, 200);
        assertError(await get(server, `${path}/photo`, fabrikam.admin), 404, 'ImageNotFound');
    }
    await givePhoto(fabrikam, other, jpeg(64, 64, blue));
    const first = await get(server, one.photo, contoso.admin);
    const second = await get(server, other.photo, fabrikam.admin);
    assert.notDeepEqual(first.body, second.body);
    assert.notEqual(first.headers.etag, second.headers.etag);
    assert.equal((await remove(server, other.path, fabrikam.admin)).status, 204);
    const kept = await get(server, one.photo, contoso.admin);
    assert.equal(kept.status, 200);
    assert.equal(kept.headers.etag, first.headers.etag);
});

test('lists, searches, filters and counts cover one organisation only (docs/access.md)', async () => {
    for (const [tenant, name, strange] of [
        [contoso, 'Conny', 'Fabian'],
        [fabrikam, 'Fabian', 'Conny'],
    ]) {
        const ask = async (path) =>
            (await get(server, `/v1.0${path}`, tenant.mintApp(everything))).text;
        for (const kind of ['users', 'groups', 'teams']) {
            const found = `${await ask(`/${kind}`)}${await ask(`/${kind}?$top=1`)}`;
            assert.doesNotMatch(found, new RegExp(strange), kind);
            assert.match(await ask(`/${kind}`), new RegExp(name));
            const search = encodeURIComponent(`"displayName:${strange}"`);
            assert.deepEqual(JSON.parse(await ask(`/${kind}?$search=${search}`)).value, []);
            const filter = encodeURIComponent(`startsWith(displayName,'${strange}')`);
            assert.deepEqual(JSON.parse(await ask(`/${kind}?$filter=${filter}`)).value, []);
            const count = Number(await ask(`/${kind}/$count`));
            assert.equal(JSON.parse(await ask(`/${kind}?$top=999`)).value.length, count);
        }
    }
});

test('a $skiptoken of one organisation shows nothing of it in another (docs/access.md)', async () => {
    const page = (await get(server, '/v1.0/users?$top=1', contoso.admin)).json();
    const next = new URL(page['@odata.nextLink']);
    const answer = await get(server, next.pathname + next.search, fabrikam.admin);
    assert.doesNotMatch(answer.text, /Conny/);
});

test('a user of another organisation cannot become a member (docs/access.md)', async () => {
    const { user } = contoso.world;
    const { group } = fabrikam.world;
    const added = await post(server, `${group.path}/members/$ref`, fabrikam.admin, {
        '@odata.id': linkTo(server, user),
    });
    const unknown = await post(server, `${group.path}/members/$ref`, fabrikam.admin, {
        '@odata.id': linkTo(server, { id: unknownId }),
    });
    assert.ok([400, 404].includes(added.status), added.text);
    const normal = (answer) => JSON.stringify(answer).replaceAll(user.id, unknownId);
    assert.equal(normal(lastingError(added)), normal(lastingError(unknown)));
    const bound = await post(server, '/v1.0/groups', fabrikam.admin, {
        displayName: 'x',
        mailEnabled: false,
        mailNickname: 'x',
        securityEnabled: true,
        'members@odata.bind': [linkTo(server, user)],
    });
    assert.ok([400, 404].includes(bound.status), bound.text);
    assert.equal((await get(server, `${group.path}/members/$count`, fabrikam.admin)).text, '1');
    const joined = await get(server, `/v1.0/users/${user.id}/joinedTeams`, fabrikam.admin);
    assert.deepEqual(joined.json().value, []);
});

test('a token of a user of another or an unknown organisation is 401 (docs/identity.md)', async () => {
    const token = contoso.userToken(contoso.world.user.id, 'User.Read');
    assert.equal((await get(server, '/v1.0/me/photo', token)).status, 200);
    for (const tid of [fabrikam.id, home.id, unknownId, 'contoso', '', undefined, [contoso.id]])
        assertError(
            await get(server, '/v1.0/me/photo', resign(server, token, { claims: { tid } })),
            401,
            'InvalidAuthenticationToken',
        );
});

test('domains: a userPrincipalName has a domain of its organisation, in either letter case (docs/directory.md)', async () => {
    const named = (userPrincipalName) => userBody({ userPrincipalName });
    for (const upn of ['ada@contoso.example', 'ADA2@CONTOSO.EXAMPLE', 'ada3@contoso.test'])
        assert.equal((await post(server, '/v1.0/users', contoso.admin, named(upn))).status, 201);
    for (const upn of [
        'ada@fabrikam.example',
        'ada@x.contoso.example',
        'ada@contoso.example.org',
        'ada@ontoso.example',
    ])
        assertError(
            await post(server, '/v1.0/users', contoso.admin, named(upn)),
            400,
            'BadRequest',
        );
    const { user } = contoso.world;
    const renamed = await patch(server, user.path, contoso.admin, {
        userPrincipalName: 'conny@fabrikam.example',
    });
    assertError(renamed, 400, 'BadRequest');
    // An organisation without configured domains accepts any.
    const free = await post(server, '/v1.0/users', fabrikam.admin, named('ada@contoso.example'));
    assert.equal(free.status, 201);
});

test("a personal account gets the bytes of its own and its contacts' photos, no metadata and no other photos (docs/access.md)", async () => {
    const { user, group, team, contacts } = await makeWorld(home, 'Homer Home');
    const other = await makeUser(home, { picture });
    const token = home.userToken(user.id, everything);
    const statusOf = async (path) => (await get(server, path, token)).status;
    for (const tail of ['/photo/$value', '/photos/48x48/$value'])
        for (const path of ['/v1.0/me', user.path, `/beta/users/${user.upn}`])
            assert.equal(await statusOf(path + tail), 200, path + tail);
    for (const { photo } of contacts) assert.equal(await statusOf(photo), 200);
    const refused = [
        ...['/photo', '/photos', '/photos/48x48'].map((tail) => `/v1.0/me${tail}`),
        ...contacts.map(({ path }) => `${path}/photo`),
        ...photoRequests.user.map((tail) => other.path + tail),
        ...[group, team].map(({ photo }) => photo),
    ];
    for (const path of refused)
        assertError(await get(server, path, token), 403, 'ErrorAccessDenied');
    assert.equal((await put(server, '/v1.0/me/photo/$value', token, picture)).status, 200);
    assertError(await put(server, contacts[0].photo, token, picture), 403, 'ErrorAccessDenied');
    assert.equal((await get(server, '/v1.0/me', token)).json().displayName, 'Homer Home');
    assertError(await get(server, other.path, token), 403, 'Authorization_RequestDenied');
    assert.equal((await get(server, contacts[0].path, token)).status, 200);
});

test('a B2C tenant has no photos of users: 404 for an allowed read, 403 for every write (docs/access.md)', async () => {
    const user = await makeUser(shop);
    for (const token of callers(shop, user)) {
        for (const tail of photoRequests.user) {
            const answer = await get(server, user.path + tail, token);
            assertError(answer, 404, 'ImageNotFound');
            assert.match(answer.headers['content-type'], /json/);
        }
        for (const method of ['PUT', 'PATCH', 'DELETE'])
            assertError(
                await call(server, method, user.photo, {
                    token,
                    body: method === 'DELETE' ? undefined : picture,
                }),
                403,
                'ErrorAccessDenied',
            );
        assertError(await remove(server, `${user.path}/photo`, token), 403, 'ErrorAccessDenied');
        assert.equal((await get(server, user.path, token)).status, 200);
        const missing = await get(server, `/v1.0/users/${unknownId}/photo`, token);
        assertError(missing, 404, 'Request_ResourceNotFound');
    }
    const mine = shop.userToken(user.id, 'User.ReadWrite');
    assertError(await get(server, '/v1.0/me/photo/$value', mine), 404, 'ImageNotFound');
    const write = await put(server, '/v1.0/me/photo/$value', mine, picture);
    assertError(write, 403, 'ErrorAccessDenied');
});

test('the other owners of a B2C tenant have photos as in other tenants (docs/access.md)', async () => {
    const user = await makeUser(shop);
    const owners = [
        await makeGroup(shop, { picture }),
        await makeTeam(shop, { picture }),
        await makeContact(shop, user, { picture }),
    ];
    for (const { path, photo } of owners) {
        assert.equal((await get(server, photo, shop.admin)).status, 200);
        assert.equal((await get(server, `${path}/photo`, shop.admin)).status, 200);
    }
});

test('a changed kind of tenant applies from the next start; photos are served again with the old kind (docs/configuration.md)', async () => {
    const as = (kind) => 'missing_metadata = "1x1"\n' + tenantTables([{ name: 'acme', kind }]);
    const own = await Server.start({ config: as('work') });
    const acme = new Tenant(own, 'acme');
    const user = await makeUser(acme, { picture });
    const { etag } = (await get(own, user.photo, acme.admin)).headers;
    for (const [kind, status] of [
        ['b2c', 404],
        ['work', 200],
    ]) {
        await own.stop();
        writeFileSync(own.configFile, as(kind));
        await own.start();
        const answer = await get(own, user.photo, acme.admin);
        assert.equal(answer.status, status, kind);
        assert.equal((await get(own, `${user.path}/photo`, acme.admin)).status, status, kind);
        if (status === 200) assert.equal(answer.headers.etag, etag);
    }
    // A tenant that is removed from the configuration keeps its data.
    await own.stop();
    writeFileSync(own.configFile, tenantTables([{ name: 'new' }]));
    await own.start();
    assert.equal((await get(own, user.photo, acme.admin)).status, 200);
    assert.equal(new Tenant(own, 'acme').id, acme.id);
    assert.notEqual(new Tenant(own, 'new').id, acme.id);
    await own.stop();
});

const serve = (data, text) => {
    const file = join(temporaryFolder(), 'cameo.toml');
    writeFileSync(file, text);
    return run('serve', '--data', data, '--listen', '127.0.0.1:0', '--config', file);
};

test('a wrong [[tenant]] stops the start: exit 2 with file, line and key (docs/configuration.md)', () => {
    const data = join(temporaryFolder(), 'data');
    for (const [text, said] of [
        ['[[tenant]]\nname = "a"\n[[tenant]]\nname = "a"\n', /cameo\.toml:3: .*tenant 'a'/],
        ['[[tenant]]\nkind = "work"\n', /cameo\.toml:1: the key 'tenant\.name' is missing/],
        [
            '[[tenant]]\nname = "a"\nkind = "school"\n',
            /cameo\.toml:3: the key 'tenant\.kind' must be/,
        ],
        ['[tenant]\nname = "a"\n', /cameo\.toml:1: the key 'tenant' is written \[\[tenant\]\]/],
    ]) {
        const { status, stdout, stderr } = serve(data, text);
        assert.equal(status, 2, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, said);
    }
});

test('a configured id that is not the one of the tenant stops the start and names it (docs/configuration.md)', async () => {
    const own = await Server.start({ config: tenantTables([{ name: 'acme' }]) });
    const { id } = new Tenant(own, 'acme');
    await own.stop();
    const other = serve(own.data, tenantTables([{ name: 'acme', id: unknownId }]));
    assert.equal(other.status, 1);
    assert.match(other.stderr, new RegExp(`'acme'.*${unknownId}.*${id}`));
    const taken = serve(own.data, tenantTables([{ name: 'beta', id }]));
    assert.equal(taken.status, 1);
    assert.match(taken.stderr, new RegExp(`'beta'.*${id}.*'acme'`));
});

test('cameo token works for every tenant, by name and by id, and lists the tenants (docs/configuration.md)', async () => {
    const token = (...args) => run('token', '--data', server.data, ...args);
    const asApp = ['--app', 'x', '--roles', 'User.Read.All'];
    for (const tenant of [contoso, fabrikam, home, shop]) {
        for (const key of [tenant.name, tenant.id, tenant.id.toUpperCase()]) {
            const { status, stdout } = token('--tenant', key, ...asApp);
            assert.equal(status, 0);
            const answer = await send(server, 'GET', '/v1.0/users', { token: stdout.trim() });
            assert.equal(answer.status, 200);
        }
    }
    assert.equal(fabrikam.id, fabrikamId);
    for (const args of [asApp, ['--tenant', 'nowhere', ...asApp]]) {
        const { status, stdout, stderr } = token(...args);
        assert.equal(status, 1);
        assert.equal(stdout, '');
        assert.match(stderr, /there is no tenant '(default|nowhere)'/);
        for (const { name } of [contoso, fabrikam, home, shop])
            assert.ok(stderr.includes(`'${name}'`));
    }
    const outsider = token(
        ...['--tenant', 'fabrikam', '--user', contoso.world.user.id, '--scopes', 'User.Read'],
    );
    assert.equal(outsider.status, 1);
    assert.match(outsider.stderr, /no user .* in the tenant 'fabrikam'/);
});

test('without --tenant, cameo token takes the only one there is (docs/configuration.md)', async () => {
    const own = await Server.start({ config: tenantTables([{ name: 'acme' }]) });
    const user = await makeUser(own);
    const token = own.userToken(user.id, 'User.Read');
    assert.equal((await get(own, '/v1.0/me', token)).status, 200);
    await own.stop();
});
