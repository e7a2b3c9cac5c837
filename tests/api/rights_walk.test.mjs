// All combinations of docs/access.md: every kind of owner and object × every request × every permission ×
// every kind of token × one's own and others' × directory role × kind of organisation, against a second copy of the permissions
// made from Microsoft's published data.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { requestsOf, makeWorld } from './lib/permission_requests.mjs';
import { send } from './lib/http.mjs';
import { methods, placeOf, places } from './lib/openapi.mjs';
import { PublishedPermissions } from './lib/published_permissions.mjs';
import { Server } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';

const published = new PublishedPermissions();
const roles = {
    none: [],
    users: ['fe930be7-5e62-47db-91af-98c3a49a38b1'], // User Administrator
    groups: ['fdd7a751-b60b-444a-984c-02652fe8fa1c'], // Groups Administrator
    teams: ['69091246-20e8-4a56-aa4d-066075b2a7a8'], // Teams Administrator
    photos: ['Photo Editor'], // of the configuration below
};

let server;
const worlds = {};
before(async () => {
    const kinds = ['work', 'personal', 'b2c'];
    server = await Server.start({
        config:
            tenantTables(kinds.map((kind) => ({ name: kind, kind }))) +
            '[access]\nphoto_admin_roles = ["photo editor"]\n[log]\naccess = "off"\n[limits]\nrequests_per_second = 0\n',
    });
    for (const kind of kinds) worlds[kind] = await makeWorld(new Tenant(server, kind));
});
after(() => server.stop());

// The permissions of a token: none, one, or all those that give no access.
const nothings = [
    ['openid', 'Mail.Read', 'user.read', 'User.Read.Al', 'User.Read.All.x', 'XUser.Read.All'],
    ['User', 'User.*', '*', 'Photo.Read.All', 'Contacts.Read.All', 'Group.ReadWrite'],
    [...published.unknown],
];
const holdings = ['', ...published.names, ...nothings.map((names) => names.join(' '))];

// The rules beside the table (docs/access.md).
const kindOf = ({ app, tenant }) =>
    app ? 'application' : tenant === 'personal' ? 'personal' : 'work';

const askedByPost = ['directory_object', 'member_groups', 'member_objects'];
const writes = ({ method, subject }) => method !== 'GET' && method !== 'BYTES' && !askedByPost.includes(subject);

/** Whether a person owns the target of a write, or has the directory role for it. */
function ownsOrHasRole({ app, role }, { subject, own, isTeam, method: verb, send: [method, path] }) {
    if (app || subject.startsWith('contact')) return true;
    if (subject === 'user' || subject === 'manager') return role === 'users';
    if (subject === 'user_photo') return own || role === 'users' || role === 'photos';
    // BIND makes a team of a group that somebody owns.
    const makes = method === 'POST' && verb !== 'BIND' && ['/groups', '/teams'].includes(path);
    return makes || own || role === 'users' || role === 'groups' || (isTeam && role === 'teams');
}

function may(caller, ask, version, permission) {
    if (writes(ask) && ask.subject === 'user_photo' && caller.tenant === 'b2c') return false;
    if (!published.counts(ask, version, kindOf(caller), permission)) return false;
    if (writes(ask) && !ownsOrHasRole(caller, ask)) return false;
    if (ask.whole && permission === 'User.ReadBasic.All') return false;
    return caller.app || ask.own || permission.endsWith('.All') || permission === 'Team.Create';
}

const isOutlook = ({ subject }) => subject.endsWith('_photo') || subject === 'contact';

function expected(caller, ask, version, permission) {
    if (!may(caller, ask, version, permission))
        return [403, isOutlook(ask) ? 'ErrorAccessDenied' : 'Authorization_RequestDenied'];
    if (ask.subject === 'user_photo' && caller.tenant === 'b2c') return [404, 'ImageNotFound'];
    if (ask.method === 'DELETE' && ask.subject.endsWith('_photo')) return [404, 'ImageNotFound'];
    if (ask.good === 404)
        return [404, ask.subject === 'contact' ? 'ErrorItemNotFound' : 'Request_ResourceNotFound'];
    return [ask.good];
}

async function check(caller, ask, version, permission, token) {
    const [method, path, body] = ask.send;
    const type = typeof body === 'string' ? { 'Content-Type': 'application/json' } : {};
    const answer = await send(server, method, `/${version}${path}`, { token, body, headers: type });
    const [status, code] = expected(caller, ask, version, permission);
    const seen = `${method} /${version}${path} with '${permission}': ${answer.text.slice(0, 300)}`;
    assert.equal(answer.status, status, seen);
    if (code && method !== 'HEAD') assert.equal(answer.json().error.code, code, seen);
}

/** A dozen at a time. */
async function all(jobs) {
    const rest = jobs[Symbol.iterator]();
    const worker = async () => {
        for (const job of rest) await job();
    };
    await Promise.all(Array.from({ length: 12 }, worker));
}

let walked = 0;
async function walk(caller, subject, version) {
    const world = worlds[caller.tenant];
    // /me needs a person; another test covers the 400 of an app.
    const list = requestsOf[subject](world).filter(
        ({ send: [, path] }) => !caller.app || !/^\/me\b/.test(path),
    );
    const tokens = new Map();
    const tokenOf = (user, names) => {
        const key = `${user.id} ${names}`;
        if (!tokens.has(key)) {
            tokens.set(
                key,
                caller.app
                    ? world.tenant.mintApp(names)
                    : world.tenant.mintUser(user, names, roles[caller.role]),
            );
        }
        return tokens.get(key);
    };
    const jobs = holdings.flatMap((names) =>
        list.map(
            (ask) => () =>
                check(caller, ask, version, names, tokenOf(ask.caller ?? world.self, names)),
        ),
    );
    walked += jobs.length;
    await all(jobs);
}

const subjects = Object.keys(requestsOf);
const person = (tenant, role = 'none') => ({ tenant, role, app: false });
const app = (tenant) => ({ tenant, role: 'none', app: true });

/** [who, caller, subject, version]: a role and a special organisation only where they make a difference, and one more. */
const walks = [
    ['a person', person('work'), subjects, 'v1.0'],
    ['an app', app('work'), subjects, 'v1.0'],
    [
        'a person who manages users',
        person('work', 'users'),
        ['user_photo', 'user', 'manager', 'group', 'group_photo', 'member', 'owner', 'team', 'team_photo', 'team_archive', 'team_member', 'team_owner_role'],
        'v1.0',
    ],
    [
        'a person who manages groups',
        person('work', 'groups'),
        ['user_photo', 'user', 'manager', 'group', 'group_photo', 'member', 'owner', 'team', 'team_photo', 'team_archive', 'team_member', 'team_owner_role'],
        'v1.0',
    ],
    [
        'a person who manages teams',
        person('work', 'teams'),
        ['user_photo', 'group', 'group_photo', 'member', 'owner', 'team', 'team_photo', 'team_archive', 'team_member', 'team_owner_role'],
        'v1.0',
    ],
    [
        'a person who manages photos',
        person('work', 'photos'),
        ['user_photo', 'user', 'team', 'group_photo'],
        'v1.0',
    ],
    ['a personal account', person('personal'), subjects, 'v1.0'],
    ['a personal account with a role', person('personal', 'users'), ['user_photo', 'user'], 'v1.0'],
    ['an app among personal accounts', app('personal'), ['user_photo', 'contact_photo'], 'v1.0'],
    [
        'a person of a B2C tenant',
        person('b2c'),
        ['user_photo', 'group_photo', 'contact_photo', 'user'],
        'v1.0',
    ],
    ['a B2C person who manages users', person('b2c', 'users'), ['user_photo'], 'v1.0'],
    [
        'an app of a B2C tenant',
        app('b2c'),
        ['user_photo', 'group_photo', 'team_photo', 'contact_photo'],
        'v1.0',
    ],
    ['a person, in the beta', person('work'), ['user_photo', 'team_photo', 'team'], 'beta'],
    [
        'an app, in the beta',
        app('work'),
        ['group_photo', 'team_photo', 'team', 'contact_photo'],
        'beta',
    ],
];
for (const [who, caller, about, version] of walks) {
    for (const subject of about) {
        test(`${who}: ${subject.replace('_', "'s ")}, every request and permission (docs/access.md)`, () =>
            walk(caller, subject, version));
    }
}

// Paths without a permission: open to all, not implemented, or containing other requests.
const withoutRights = ['/$metadata', '/$batch', '/me/presence', '/users/{user}/presence'];

test('the walk requests every served path and method', () => {
    const walked = new Set();
    for (const subject of subjects)
        for (const { send: [method, path] } of requestsOf[subject](worlds.work))
            walked.add(`${method} ${placeOf(`/v1.0${path}`).template}`);
    const missing = places
        .filter(({ atRoot, template }) => !atRoot && !withoutRights.includes(template))
        .flatMap(({ template, item }) =>
            methods
                .filter((method) => method !== 'head' && item[method])
                .map((method) => `${method.toUpperCase()} ${template}`),
        )
        .filter((one) => !walked.has(one));
    assert.deepEqual(missing, [], 'these have no permission');
});

test('the walk covered thousands of cases and changed nothing', async (t) => {
    t.diagnostic(`${walked} requests`);
    assert.ok(walked > 5_000, `${walked}`);
    for (const { tenant, self, group, team, boxes } of Object.values(worlds)) {
        const photos = [
            group,
            team,
            ...boxes.own.contacts,
            ...(tenant.name === 'b2c' ? [] : [self]),
        ];
        for (const { photo } of photos)
            assert.equal((await send(server, 'GET', photo, { token: tenant.admin })).status, 200);
    }
});

const subjectOfRow = {
    "a user's photo": 'user_photo',
    "a group's photo": 'group_photo',
    "a team's photo": 'team_photo',
    "a contact's photo": 'contact_photo',
    users: 'user',
    groups: 'group',
    'members of a group': 'member',
    'hidden members, besides': 'hidden_member',
    'owners of a group': 'owner',
    teams: 'team',
    'whether a team is archived': 'team_archive',
    'members of a team': 'team_member',
    'owners among the members of a team': 'team_owner_role',
    'contacts, folders': 'contact',
    'groups of a user': 'member_of',
    'groups of a user, transitive': 'transitive_member_of',
    'manager of a user': 'manager',
    'direct reports of a user': 'direct_reports',
    'people of a user': 'people',
    'directory objects by id': 'directory_object',
    'groups of a user, ids': 'member_groups',
    'objects of a user, ids': 'member_objects',
    'the organisation': 'organization',
    'its domains': 'domain',
    'deleted items by id': 'deleted_item',
    'photo settings': 'photo_settings',
};
const methodsOfVerb = { ask: ['POST'], make: ['POST'], add: ['POST'], change: ['PATCH'], remove: ['DELETE'], write: ['PUT'], 'make of a group': ['BIND'], set: ['POST'] };

/** Each { subject, method, version, kind, said: the permissions } of the table in docs/access.md. */
function* cellsOf(doc) {
    for (const line of doc.split('\n')) {
        const [, what, verbs, ...columns] = line.split('|').map((cell) => cell.trim());
        const subject = subjectOfRow[what];
        if (!subject) continue;
        const photo = subject.endsWith('_photo');
        const version = verbs.endsWith(', in `/beta`') ? 'beta' : 'v1.0';
        const reads = photo ? ['BYTES', 'GET'] : ['GET'];
        const methods = verbs
            .replace(', in `/beta`', '')
            .split(', ')
            .flatMap((verb) => methodsOfVerb[verb] ?? reads);
        for (const method of methods) {
            for (const [i, kind] of ['work', 'personal', 'application'].entries()) {
                // The page has a sentence that personal accounts get only the bytes.
                const none =
                    columns[i] === 'none' || (photo && kind === 'personal' && method === 'GET');
                yield { subject, method, version, kind, said: none ? [] : columns[i].split(', ') };
            }
        }
    }
}

test('docs/access.md has the same table', () => {
    const doc = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8');
    const cells = [...cellsOf(doc)];
    for (const { said, ...cell } of cells) {
        const counting = [...published.names]
            .filter((name) => published.counts(cell, cell.version, cell.kind, name))
            .map((name) =>
                cell.kind === 'application' || /\.(All|Hidden|Create)$/.test(name) ? name : `${name}\\*`,
            );
        assert.deepEqual(said.toSorted(), counting.toSorted(), JSON.stringify(cell));
    }
    assert.equal(cells.length, 3 * 61, 'every row was read');
});
