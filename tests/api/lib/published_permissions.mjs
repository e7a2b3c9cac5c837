// A second copy of the permissions: Microsoft's published data with a list of exceptions, each with its reason.
// The unit tests of the permissions read the same two files (src/access/published_permissions.h).
import { readFileSync } from 'node:fs';
import { document, resolve } from './openapi.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

const linksOfUsers = {
    memberof: 'member_of',
    transitivememberof: 'transitive_member_of',
    manager: 'manager',
    directreports: 'direct_reports',
    people: 'people',
};

/** The kind of owner of a path; folders, and everything of a contact, count as a contact. */
function subjectOf(path) {
    if (path.startsWith('/organization')) return 'organization';
    if (path.startsWith('/domains')) return 'domain';
    if (path.startsWith('/directory/deleteditems')) return 'deleted_item';
    if (path.endsWith('membergroups')) return 'member_groups';
    if (path.endsWith('memberobjects')) return 'member_objects';
    const photo = path.includes('/photo');
    if (path.includes('/contact')) return photo ? 'contact_photo' : 'contact';
    if (/^\/groups\/\{id\}\/(transitive)?members/.test(path)) return 'member';
    for (const [end, subject] of Object.entries(linksOfUsers)) if (path === `/users/{id}/${end}`) return subject;
    if (path.startsWith('/directoryobjects')) return 'directory_object';
    if (path.startsWith('/groups/{id}/owners')) return 'owner';
    if (path.startsWith('/groups')) return photo ? 'group_photo' : 'group';
    if (/^\/teams\/\{id\}\/(un)?archive$/.test(path)) return 'team_archive';
    if (path === '/teams/{id}/members/remove') return 'team_owner_role';
    if (path.startsWith('/teams/{id}/members')) return 'team_member';
    if (path.startsWith('/teams')) return photo ? 'team_photo' : 'team';
    return photo ? 'user_photo' : 'user';
}

function* rowsOf(subjects, methods, version, kinds, permissions) {
    for (const subject of subjects.split(' '))
        for (const method of methods.split(' '))
            for (const kind of kinds.split(' '))
                for (const permission of permissions.split(' '))
                    for (const each of version ? [version] : ['v1.0', 'beta'])
                        yield [subject, method, each, kind, permission].join(' ');
}

export class PublishedPermissions {
    #rows = new Set();
    /** Names in the data: served here, and not served. */
    names = new Set();
    unknown = new Set();

    constructor() {
        const exceptions = read('permission_exceptions.json');
        for (const name of exceptions.unknown.permissions.split(' ')) this.unknown.add(name);
        for (const [path, methods, kinds, permissions] of read('microsoft_permissions.json').rows) {
            const subject = subjectOf(path);
            // The paths mean both: with and without /$value.
            const asked = subject.endsWith('_photo') && methods === 'GET' ? 'BYTES GET' : methods;
            for (const row of rowsOf(subject, asked, '', kinds, permissions)) this.#rows.add(row);
            for (const name of permissions.split(' '))
                if (!this.unknown.has(name)) this.names.add(name);
        }
        for (const [change, subject, methods, kinds, permissions, version] of exceptions.rows) {
            const face = version === 'v1' ? 'v1.0' : version;
            for (const name of permissions.split(' '))
                if (!this.unknown.has(name)) this.names.add(name);
            for (const row of rowsOf(subject, methods, face, kinds, permissions)) {
                if (change === 'add') this.#rows.add(row);
                else this.#rows.delete(row);
            }
        }
    }

    /** Whether the permission counts at all; `method` is `BYTES` for a GET of a photo's bytes. */
    counts({ subject, method }, version, kind, permission) {
        return (
            this.names.has(permission) &&
            this.#rows.has([subject, method, version, kind, permission].join(' '))
        );
    }
}

/** Every property of a user in answers; those that are never set here are null or have no items in the document. */
// Without what only $expand adds.
const ofUsers = Object.entries(document.components.schemas.User.properties).filter(([name]) => !name.startsWith('@') && name !== 'manager');
const limits = read('microsoft_permissions.json').properties;

/**
 * The visible properties of other people, by permission: `extents` from a name to those properties, `absent` the properties
 * without a value for any user, `of` { user: the extent by `/users/{id}`, null where it is refused; lists: that in lists of people }.
 */
export function seenProperties(published) {
    const every = ofUsers.map(([name]) => name);
    const extents = { whole: every, basic: limits.basic.split(' '), id: limits.inaccessible.split(' ') };
    const counts = (subject, name) =>
        ['work', 'application'].every((kind) => published.counts({ subject, method: 'GET' }, 'v1.0', kind, name));
    const of = {};
    for (const name of published.names) {
        const basicOnly = limits.basicOnly.split(' ').includes(name);
        const user = counts('user', name) && name.endsWith('.All') ? (basicOnly ? 'basic' : 'whole') : null;
        const members = counts('member', name);
        if (user || members) of[name] = { user, lists: user ?? 'id', members };
    }
    const absent = ofUsers
        .filter(([, schema]) => resolve(schema).type === 'null' || resolve(schema).maxItems === 0)
        .map(([name]) => name);
    return { every, extents, absent, of };
}
