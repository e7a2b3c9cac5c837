// The rights a second time: Microsoft's published permission data with a list of exceptions, each with its reason.
// The unit tests of the rights read the same two files (src/access/published_permissions.h).
import { readFileSync } from 'node:fs';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

/** Whom a path is about; everything that hangs on a contact counts as one, and so do folders. */
function subjectOf(path) {
    const photo = path.includes('/photo');
    if (path.includes('/contact')) return photo ? 'contact_photo' : 'contact';
    if (path.startsWith('/groups')) return photo ? 'group_photo' : 'group';
    if (path.startsWith('/teams')) return photo ? 'team_photo' : 'team';
    return photo ? 'user_photo' : 'user';
}

function* rowsOf(subject, methods, version, kinds, permissions) {
    for (const method of methods.split(' '))
        for (const kind of kinds.split(' '))
            for (const permission of permissions.split(' '))
                for (const each of version ? [version] : ['v1.0', 'beta'])
                    yield [subject, method, each, kind, permission].join(' ');
}

export class PublishedPermissions {
    #rows = new Set();
    /** Names that the data knows: served here, and not. */
    names = new Set();
    unknown = new Set();

    constructor() {
        const exceptions = read('permission_exceptions.json');
        for (const name of exceptions.unknown.permissions.split(' ')) this.unknown.add(name);
        for (const [path, methods, kinds, permissions] of read('microsoft_permissions.json').rows) {
            const subject = subjectOf(path);
            // The paths stand for both: with and without /$value.
            const asked = subject.endsWith('_photo') && methods === 'GET' ? 'BYTES GET' : methods;
            for (const row of rowsOf(subject, asked, '', kinds, permissions)) this.#rows.add(row);
            for (const name of permissions.split(' '))
                if (!this.unknown.has(name)) this.names.add(name);
        }
        for (const [change, subject, methods, kinds, permissions, version] of exceptions.rows) {
            const face = version === 'v1' ? 'v1.0' : version;
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
