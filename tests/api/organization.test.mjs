// The organisation of the caller, and its settings for photos (docs/directory.md, docs/access.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, head } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';
import { assertError, assertSameHead, makeUser, unknownId } from './lib/world.mjs';

const teamsAdministrator = '69091246-20e8-4a56-aa4d-066075b2a7a8';
let server, contoso, shop, person;
before(async () => {
    server = await Server.start({
        config:
            '[access]\nphoto_admin_roles = ["teams administrator", "Photo Editor"]\n' +
            tenantTables([
                { name: 'contoso', domains: ['Contoso.example', 'contoso.test'] },
                { name: 'shop', kind: 'b2c' },
            ]),
    });
    contoso = new Tenant(server, 'contoso');
    shop = new Tenant(server, 'shop');
    person = await makeUser(contoso);
});
after(() => server.stop());

const domain = (name, first) => ({ capabilities: '', isDefault: first, isInitial: first, name, type: 'Managed' });

test('/organization is a list of the caller\u2019s tenant alone', async () => {
    for (const [tenant, type, domains] of [
        [contoso, 'AAD', [domain('contoso.example', true), domain('contoso.test', false)]],
        [shop, 'AAD B2C', [domain('localhost', true)]],
    ]) {
        const token = tenant.appToken('Organization.Read.All');
        for (const base of ['/v1.0', '/beta']) {
            const answer = await get(server, `${base}/organization`, token);
            assert.equal(answer.status, 200, answer.text);
            const { '@odata.context': context, value } = answer.json();
            assert.equal(context, `${server.origin}${base}/$metadata#organization`);
            assert.equal(value.length, 1);
            assert.equal(value[0].id, tenant.id);
            assert.equal(value[0].displayName, tenant.name);
            assert.equal(value[0].tenantType, type);
            assert.equal(value[0].createdDateTime, null);
            assert.deepEqual(value[0].verifiedDomains, domains);
            assert.equal(answer.headers['cache-control'], 'no-store');
            assertSameHead(answer, await head(server, `${base}/organization`, token));
        }
    }
});

test('/organization/{id} is the same entry, in every spelling; another id is 404', async () => {
    const token = contoso.appToken('Directory.Read.All');
    const [listed] = (await get(server, '/v1.0/organization', token)).json().value;
    for (const path of [
        `/v1.0/organization/${contoso.id}`,
        `/v1.0/Organization/${contoso.id.toUpperCase()}`,
        `/beta/organization('${contoso.id}')`,
    ]) {
        const { '@odata.context': context, ...entry } = (await get(server, path, token)).json();
        assert.match(context, /#organization\/\$entity$/);
        assert.deepEqual(entry, listed);
    }
    for (const id of [unknownId, shop.id, 'contoso'])
        assertError(await get(server, `/v1.0/organization/${id}`, token), 404, 'Request_ResourceNotFound');
});

test('$select in any letter case, odata.metadata, and 400 for an unknown name', async () => {
    const token = contoso.appToken('Organization.Read.All');
    const path = `/v1.0/organization/${contoso.id}`;
    const chosen = (await get(server, `${path}?$select=ID,displayname,country`, token)).json();
    assert.deepEqual(Object.keys(chosen), ['@odata.context', 'id', 'displayName', 'country']);
    const list = (await get(server, '/v1.0/organization?$select=id', token)).json();
    assert.deepEqual(list.value, [{ id: contoso.id }]);
    const none = { Accept: 'application/json;odata.metadata=none' };
    assert.ok(!(await get(server, '/v1.0/organization', token, none)).text.includes('@odata'));
    const full = { Accept: 'application/json;odata.metadata=full' };
    const entry = (await get(server, path, token, full)).json();
    assert.equal(entry['@odata.type'], '#microsoft.graph.organization');
    assert.equal((await get(server, new URL(entry['@odata.id']).pathname, token)).json().id, contoso.id);
    for (const query of ['?$select=nothing', '?$expand=extensions', '?$filter=x'])
        for (const where of [path, '/v1.0/organization'])
            assertError(await get(server, where + query, token), 400, 'BadRequest');
});

test('User.Read shows a person id, displayName and verifiedDomains, and an app nothing', async () => {
    const token = contoso.userToken(person.id, 'User.Read');
    const [seen] = (await get(server, '/v1.0/organization', token)).json().value;
    assert.equal(seen.id, contoso.id);
    assert.equal(seen.displayName, 'contoso');
    assert.equal(seen.verifiedDomains.length, 2);
    assert.equal(seen.tenantType, null);
    const refused = await get(server, '/v1.0/organization', contoso.appToken('User.Read'));
    assertError(refused, 403, 'Authorization_RequestDenied');
});

test('without domains the host of public_url is the domain, if it is a name', async () => {
    for (const [url, name] of [
        ['https://Photos.Fabrikam.example:8443', 'photos.fabrikam.example'],
        ['http://192.0.2.1', 'localhost'],
        ['http://[2001:db8::1]:8080', 'localhost'],
    ]) {
        const own = await Server.start({ config: `public_url = "${url}"\n` });
        const token = own.appToken('Organization.Read.All');
        const [entry] = (await get(own, '/v1.0/organization', token)).json().value;
        await own.stop();
        assert.deepEqual(entry.verifiedDomains, [domain(name, true)]);
        assert.equal(entry.displayName, 'default');
    }
});

const settings = '/admin/people/photoUpdateSettings';

test('photoUpdateSettings has photo_admin_roles, known roles by id', async () => {
    const token = contoso.appToken('PeopleSettings.Read.All');
    for (const base of ['/beta', '/v1.0']) {
        for (const path of [settings, settings.toLowerCase()]) {
            const answer = await get(server, base + path, token);
            assert.equal(answer.status, 200, answer.text);
            const { '@odata.context': context, ...entry } = answer.json();
            assert.equal(context, `${server.origin}${base}/$metadata#admin/people/photoUpdateSettings/$entity`);
            assert.deepEqual(entry, {
                id: contoso.id,
                source: 'cloud',
                allowedRoles: [teamsAdministrator, 'Photo Editor'],
            });
        }
    }
    const bare = await get(server, `/beta${settings}?$select=source`, token);
    assert.deepEqual(Object.keys(bare.json()), ['@odata.context', 'source']);
});

test('PATCH of photoUpdateSettings is 403 and names the key of the configuration', async () => {
    for (const token of [
        contoso.appToken('PeopleSettings.ReadWrite.All'),
        contoso.userToken(person.id, 'PeopleSettings.ReadWrite.All', 'Global Administrator'),
    ]) {
        const answer = await call(server, 'PATCH', `/beta${settings}`, {
            token,
            body: JSON.stringify({ allowedRoles: [] }),
            headers: { 'Content-Type': 'application/json' },
        });
        assertError(answer, 403, 'Authorization_RequestDenied');
        assert.match(answer.json().error.message, /\[access\] photo_admin_roles/);
        assert.equal((await get(server, `/beta${settings}`, token)).json().allowedRoles.length, 2);
    }
    const without = await call(server, 'PATCH', `/beta${settings}`, { token: contoso.admin, body: '{}' });
    assertError(without, 403, 'Authorization_RequestDenied');
    assert.doesNotMatch(without.json().error.message, /photo_admin_roles/);
});

test('without settings of photos there are no roles', async () => {
    const own = await Server.start();
    const token = own.appToken('PeopleSettings.ReadWrite.All');
    const { allowedRoles } = (await get(own, `/beta${settings}`, token)).json();
    await own.stop();
    assert.deepEqual(allowedRoles, []);
});
