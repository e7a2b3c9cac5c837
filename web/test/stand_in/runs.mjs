// Runs and matching: docs/cameo-api.md, "Runs".
import { randomUUID } from 'node:crypto';
import { json } from './server.mjs';
import { refuse } from './errors.mjs';

const others = (handle) => (context) => {
    if (!context.caller.rights.includes('others')) {
        throw refuse(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    }
    return handle(context);
};
const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z');

export function runRoutes(server) {
    server.runs = new Map();
    return [
        ['GET', /^\/cameo\/v1\/runs$/, others(() => json({ value: [...server.runs.values()].reverse().map((run) => shown(server, run)) }))],
        ['POST', /^\/cameo\/v1\/runs$/, others(({ body, caller }) => {
            const { name } = JSON.parse(body);
            if (!name || name.length > 200) throw refuse(400, 'BadRequest', 'name must have 1 to 200 characters.');
            const run = { id: randomUUID(), name, startedDateTime: now(), startedBy: caller.userPrincipalName, undoneDateTime: null };
            server.runs.set(run.id, run);
            return json(shown(server, run), 201);
        })],
        ['POST', /^\/cameo\/v1\/runs\/match$/, others(({ body }) => json({ value: match(server, JSON.parse(body)) }))],
        ['POST', /^\/cameo\/v1\/runs\/(?<id>[^/]+)\/undo$/, others(({ groups: { id } }) => json(undo(server, id)))],
    ];
}

const shown = (server, run) => {
    const photos = [...server.users.values()].filter(({ id }) => server.photos.state(id).photo?.run === run.id).length;
    return { ...run, photos };
};

/** Throws where a PUT may not belong to this run. */
export function checkRun(server, id) {
    const run = server.runs.get(id);
    if (!run || run.undoneDateTime) throw refuse(400, 'BadRequest', `Cameo-Run: there is no run '${id}', or it was undone.`);
}

function undo(server, id) {
    const run = server.runs.get(id);
    if (!run) throw refuse(404, 'Request_ResourceNotFound', 'There is no such run.');
    const counts = { restored: 0, removed: 0, kept: 0 };
    if (run.undoneDateTime) return counts;
    run.undoneDateTime = now();
    for (const { id: owner } of server.users.values()) {
        const state = server.photos.state(owner);
        if (state.photo?.run !== id) {
            if (state.former.some((one) => one.run === id)) counts.kept++;
            continue;
        }
        const before = state.former.find((one) => one.run !== id);
        state.former = state.former.filter((one) => one !== before);
        state.photo = before ?? null;
        counts[before ? 'restored' : 'removed']++;
    }
    return counts;
}

function groupBy(items, keyOf) { // Map.groupBy, which Node 20 lacks
    const groups = new Map();
    for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
    return groups;
}

const properties = { upn: '{userPrincipalName}', mail: '{mail}', id: '{id}', displayName: '{displayName}' };

function match(server, { names, pattern = 'upn' }) {
    if (names.length > 1000) throw refuse(400, 'BadRequest', 'names must have at most 1,000 items.');
    const form = properties[pattern] ?? pattern;
    if (!/\{\w+\}/.test(form)) throw refuse(400, 'BadRequest', `The pattern '${pattern}' names no property.`);
    const owners = groupBy([...server.users.values()], (user) => form.replace(/\{(\w+)\}/g, (_, name) => user[name] ?? '\0').toLowerCase());
    const found = names.map((name) => ({ name, owners: owners.get(name.replace(/\.\w+$/, '').toLowerCase()) ?? [] }));
    const times = groupBy(found.filter((one) => one.owners.length === 1), (one) => one.owners[0].id);
    return found.map(({ name, owners: all }) => {
        if (all.length !== 1) return { name, state: all.length ? 'ambiguous' : 'unmatched', owner: null };
        const { id, displayName, userPrincipalName } = all[0];
        const owner = { id, displayName, userPrincipalName, hasPhoto: server.photos.state(id).photo !== null };
        return { name, state: times.get(id).length > 1 ? 'duplicate' : 'matched', owner };
    });
}
