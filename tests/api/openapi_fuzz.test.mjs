// Requests generated from docs/openapi.yaml, valid and slightly invalid: every answer is documented, and the
// server keeps running. docs/openapi.md says how to run it longer and how to replay what it found.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { requests } from './lib/arbitraries.mjs';
import { post, send } from './lib/http.mjs';
import { makeOwners } from './lib/owners.mjs';
import { Server } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';
import { makeContact, makeFolder, makeGroup, makeTeam, makeUser, unknownId } from './lib/world.mjs';

const seconds = Number(process.env.CAMEO_FUZZ_SECONDS ?? 20);
const seed = Number(process.env.CAMEO_FUZZ_SEED ?? Date.now() % 2 ** 31);
const path = process.env.CAMEO_FUZZ_PATH;
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'; // the id of Microsoft's role

let server, tenant, owners, ids, tokens;
before(async () => {
    server = await Server.start({
        // Without rate limits, so that the same requests get the same answers.
        config: `[limits]\nrequests_per_second = 0\nuploads_per_second = 0\n${tenantTables([{ name: 'contoso' }])}`,
    });
    tenant = new Tenant(server, 'contoso');
    owners = await makeOwners(tenant);
    ids = { ...owners.ids, tenant: tenant.id, unknown: unknownId };
    ids.membership = (await addMember(owners.user)).id;
    for (const kind of Object.keys(passing)) await renew(kind);
    tokens = {
        person: owners.token,
        admin: tenant.appToken(
            'User.ReadWrite.All ProfilePhoto.ReadWrite.All Group.ReadWrite.All TeamSettings.ReadWrite.All Contacts.ReadWrite TeamMember.ReadWrite.All',
        ),
        weak: tenant.userToken(owners.user.id, 'User.Read'),
        none: undefined,
        garbage: 'garbage',
    };
});
after(() => server.stop());

/** Puts the user into the team of the walk: { id: the membership }. */
async function addMember({ id }) {
    const token = tenant.appToken('TeamMember.ReadWrite.All');
    const answer = await post(tenant, `/v1.0/teams/${ids.team}/members/add`, token, { values: [{ 'user@odata.bind': `https://x/users/${id}` }] });
    assert.ok([200, 207].includes(answer.status), answer.text);
    return { id: Buffer.from(`1##${ids.team}##${id}`).toString('base64url') };
}

// Objects that a request may change or remove; they are made again after it.
const passing = {
    user: () => makeUser(tenant),
    member: () => makeUser(tenant),
    group: () => makeGroup(tenant),
    team: () => makeTeam(tenant),
    contact: () => makeContact(tenant, owners.user),
    filed: () => makeContact(tenant, owners.folder),
    nested: () => makeContact(tenant, owners.child),
    folder: () => makeFolder(tenant, owners.user),
    child: () => makeFolder(tenant, owners.folder),
    membership: async () => addMember(await makeUser(tenant)),
};
const renew = async (kind) => (ids[`passing-${kind}`] = (await passing[kind]()).id);

// A request names its keys, so that a seed means the same in every run; the ids are inserted when it is sent.
const named = (name) => `KEY-${name}`;
const real = {
    user: ['user', 'upn'],
    group: ['group', 'team'],
    team: ['team', 'team', 'group'],
    contact: ['contact', 'filed', 'nested'],
    filed: ['filed'],
    nested: ['nested'],
    folder: ['folder', 'folder', 'child'],
    child: ['child'],
    member: ['user', 'passing-member', 'unknown'],
    membership: ['membership', 'unknown'],
    operation: ['unknown'],
    organization: ['tenant', 'unknown'],
    object: ['user', 'group', 'unknown'],
    domain: ['unknown'],
};
function keys(name, changes) {
    if (name === 'size') return fc.constantFrom('48x48', '64x64', '48X48', '48x48', '648x648', '0x0', '48', '64x64x64');
    if (name === 'type') return fc.constantFrom('microsoft.graph.user', 'graph.group', 'graph.device', 'graph.nothing');
    if (name === 'formerSize') return fc.constantFrom('largest', '48x48', '648x648', 'Largest', '0x0', 'largest.jpg');
    if (name === 'former' || name === 'run') return fc.constantFrom(named('unknown'), '0'.repeat(32), 'x');
    if (changes) return fc.constant(named(`passing-${name}`));
    return fc.constantFrom(...real[name].map(named));
}

const placed = (text, write) => text.replace(/KEY-([a-z-]+)/gi, (_, name) => write(ids[name.toLowerCase()] ?? name));

// A caller who changes their own user would be a different caller for the next request.
const changesSelf = ({ method, path: where }) => method === 'PATCH' && /^\/[^/]*\/me\/?(\?|$)/i.test(where);

/** Makes the objects again that the request may have changed or removed. */
async function restore(request) {
    const { path: where, options } = request;
    const touched = typeof options.body === 'string' ? where + options.body : where;
    for (const kind of Object.keys(passing))
        if (new RegExp(named(`passing-${kind}\\b`), 'i').test(touched)) await renew(kind);
    if (changesSelf(request)) await renew('user');
}

async function answered(caller, request) {
    const { method, options } = request;
    const body = typeof options.body === 'string' ? placed(options.body, String) : options.body;
    const where = placed(request.path, encodeURIComponent);
    const token = changesSelf(request) ? tenant.mintUser({ id: ids['passing-user'] }, 'User.ReadWrite.All', [userAdministrator]) : tokens[caller];
    const answer = await send(server, method, where, { ...options, token, body });
    assert.ok(answer.status < 500 || answer.status === 501, `${method} ${where}: ${answer.status} ${answer.text}`);
    await restore(request);
}

test(`${seconds} s of requests generated from the document, seed ${seed}`, { timeout: (seconds + 60) * 1000 }, async (t) => {
    let count = 0;
    const callers = fc.oneof(
        { weight: 6, arbitrary: fc.constant('person') },
        { weight: 4, arbitrary: fc.constant('admin') },
        { weight: 1, arbitrary: fc.constantFrom('weak', 'none', 'garbage') },
    );
    const property = fc.asyncProperty(callers, requests(keys), async (caller, request) => {
        count++;
        await answered(caller, request);
    });
    try {
        await fc.assert(property, { seed, path, numRuns: 1_000_000, includeErrorInReport: true, interruptAfterTimeLimit: seconds * 1000 });
    } catch (error) {
        const [, where] = /path: "([^"]*)"/.exec(error.message) ?? [];
        error.message += `\n\nAgain: CAMEO_FUZZ_SEED=${seed} CAMEO_FUZZ_PATH=${where} node --test openapi_fuzz.test.mjs`;
        throw error;
    }
    assert.ok(path || count > 2 * seconds, `only ${count} requests`);
    t.diagnostic(`${count} requests`);
});
