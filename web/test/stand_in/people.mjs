// Everybody, coverage, groups and the bulk call.
import { json } from './server.mjs';
import { refuse } from './errors.mjs';
import { groupsOf } from './generated.mjs';

const denied = () => refuse(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

const right = (name, handle) => (context) => {
    if (!context.caller.rights.includes(name)) throw denied();
    return handle(context);
};

/** Rows of [method, pattern, handler]; a handler has { server, request, caller, groups, query, body } and returns { status, headers, body }. */
export function peopleRoutes() {
    return [
        ['GET', /^\/cameo\/v1\/people$/, right('people', people)],
        ['GET', /^\/cameo\/v1\/people\/coverage$/, right('people', coverage)],
        ['GET', /^\/v1\.0\/users\/(?<user>[^/]+)$/, right('people', ({ server, groups: { user } }) => json(userOf(server, user)))],
        ['GET', /^\/v1\.0\/groups$/, right('people', groups)],
        ['GET', /^\/v1\.0\/groups\/(?<id>[^/]+)$/, right('people', ({ server, groups: { id } }) => {
            const found = groupsOf(server).find((group) => group.id === id);
            if (!found) throw refuse(404, 'Request_ResourceNotFound', `The group '${id}' does not exist.`);
            return json({ id, displayName: found.displayName });
        })],
        ['POST', /^\/cameo\/v1\/photos$/, bulk],
    ];
}

function userOf(server, key) {
    const name = decodeURIComponent(key);
    const found = server.users.get(name) ?? [...server.users.values()].find(({ id }) => id === name);
    if (!found) throw refuse(404, 'Request_ResourceNotFound', `Resource '${name}' does not exist.`);
    const { rights: _, ...user } = found;
    return user;
}

function people({ server, request, query }) {
    const rows = sorted(server).filter(filterOf(server, query));
    if (request.headers.accept === 'text/csv') return csv(server, rows);
    const top = Number(query.get('top') ?? 100);
    if (!(top >= 1 && top <= 999)) throw refuse(400, 'BadRequest', 'top must be 1 to 999.');
    const first = query.has('skiptoken') ? Number(query.get('skiptoken')) : 0;
    const value = rows.slice(first, first + top).map((user) => rowOf(server, user));
    const next = new URLSearchParams(query);
    next.set('skiptoken', String(first + top));
    const nextLink = first + top < rows.length ? `https://cameo.example/cameo/v1/people?${next}` : null;
    return json({ value, ...(first === 0 && { count: rows.length }), nextLink });
}

/** By displayName, as the server sorts: once for each number of users. */
function sorted(server) {
    if (server.sorted?.length !== server.users.size) {
        server.sorted = [...server.users.values()].sort((a, b) => (a.displayName.toLowerCase() < b.displayName.toLowerCase() ? -1 : 1));
    }
    return server.sorted;
}

const known = ['search', 'department', 'officeLocation', 'group', 'photo', 'changedSince', 'top', 'skiptoken'];

function filterOf(server, query) {
    for (const name of query.keys()) if (!known.includes(name)) throw refuse(400, 'BadRequest', `Unknown parameter '${name}'.`);
    const words = (query.get('search') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const group = query.has('group') && groupsOf(server).find(({ id }) => id === query.get('group'));
    if (query.has('group') && !group) throw refuse(404, 'Request_ResourceNotFound', 'The group does not exist.');
    const equals = (user, name) => !query.has(name) || (user[name] ?? '') === query.get(name);
    const since = query.get('changedSince');
    return (user) => {
        const { photo } = server.photos.state(user.id);
        const text = `${user.displayName} ${user.userPrincipalName} ${user.jobTitle ?? ''}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
        return words.every((word) => text.some((one) => one.startsWith(word)))
            && equals(user, 'department') && equals(user, 'officeLocation')
            && (!group || group.members.has(user.id))
            && hasPhoto(photo, query.get('photo'))
            && (!since || (photo !== null && photo.modifiedDateTime >= since));
    };
}

function hasPhoto(photo, wanted) {
    if (wanted === 'none') return photo === null;
    if (wanted === 'small') return photo !== null && photo.width < 648;
    return wanted === 'any' ? photo !== null : true;
}

function rowOf(server, { rights: _, mail = null, jobTitle = null, department = null, officeLocation = null, accountEnabled = true, ...user }) {
    const { photo, locked } = server.photos.state(user.id);
    const shown = photo && { etag: photo.etag, width: photo.width, height: photo.height, modifiedDateTime: photo.modifiedDateTime, source: photo.source };
    const { id, displayName, userPrincipalName } = user;
    return { id, displayName, userPrincipalName, mail, jobTitle, department, officeLocation, accountEnabled, photo: shown, locked };
}

function csv(server, rows) {
    const cell = (text) => `"${String(text ?? '').replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
    const lines = rows.map((user) => [user.id, user.displayName, user.userPrincipalName].map(cell).join(','));
    return { headers: { 'Content-Type': 'text/csv; charset=utf-8' }, body: ['id,displayName,userPrincipalName', ...lines, ''].join('\r\n') };
}

function coverage({ server, query }) {
    const by = query.get('by');
    if (!['department', 'officeLocation'].includes(by)) throw refuse(400, 'BadRequest', "by must be 'department' or 'officeLocation'.");
    const rows = new Map();
    const total = { people: 0, withPhoto: 0, small: 0 };
    for (const user of server.users.values()) {
        const name = user[by] ?? null;
        if (!rows.has(name)) rows.set(name, { name, people: 0, withPhoto: 0, small: 0 });
        for (const sum of [rows.get(name), total]) count(sum, server.photos.state(user.id).photo);
    }
    const value = [...rows.values()].sort((a, b) => b.people - a.people).slice(0, 1000);
    return json({ value, ...total });
}

function count(sum, photo) {
    sum.people++;
    if (!photo) return;
    sum.withPhoto++;
    if (photo.width < 648) sum.small++;
}

function groups({ server, query }) {
    const words = /^"displayName:(.*)"$/.exec(query.get('$search') ?? '')?.[1].toLowerCase().split(' ') ?? [];
    const found = groupsOf(server).filter(({ displayName }) =>
        words.every((word) => displayName.toLowerCase().split(' ').some((one) => one.startsWith(word))));
    return json({ value: found.slice(0, Number(query.get('$top') ?? 100)).map(({ id, displayName }) => ({ id, displayName })) });
}

function bulk({ server, body }) {
    const { ids, size, ifNoneMatch = {} } = JSON.parse(body);
    const boundary = 'cameo-stand-in';
    const parts = ids.flatMap((id) => partOf(server, id, size, ifNoneMatch[id]).map(
        (part, i) => (i === 0 ? Buffer.from(`--${boundary}\r\n${part}\r\n\r\n`) : Buffer.concat([part, Buffer.from('\r\n')])),
    ));
    const headers = { 'Content-Type': `multipart/mixed; boundary=${boundary}` };
    return { headers, body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]) };
}

function partOf(server, id, size, known) {
    const head = (status, bytes, more = '') =>
        [`Content-ID: ${encodeURIComponent(id)}\r\nStatus: ${status}\r\nContent-Length: ${bytes.length}${more}`, bytes];
    try {
        const { etag, bytes } = server.photos.read(server.users.get(id)?.id ?? id, size);
        if (etag === known) return head(304, Buffer.alloc(0));
        return head(200, bytes, `\r\nContent-Type: image/jpeg\r\nETag: ${etag}`);
    } catch (error) {
        return head(error.status, Buffer.from(JSON.stringify({ error: { code: error.code, message: error.message } })));
    }
}
