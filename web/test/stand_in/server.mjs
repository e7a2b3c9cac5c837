// A stand-in for the server: web/bundle with its policy, and the calls that the page uses, in memory.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bodyOf, refuse, Refusal } from './errors.mjs';
import { Photos, preview } from './photos.mjs';
import { generate } from './generated.mjs';
import { peopleRoutes } from './people.mjs';
import { checkRun, runRoutes } from './runs.mjs';

const bundle = new URL('../../bundle/', import.meta.url);
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const policyOf = ({ issuer }) =>
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
    `connect-src 'self'${issuer ? ` ${new URL(issuer).origin}` : ''}; base-uri 'none'; ` +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** The accounts that can sign in. `admin` may do everything, `reader` may read only its own data. */
const accounts = {
    'ada@example.org': { displayName: 'Ada Lovelace', rights: ['write'] },
    'admin@example.org': { displayName: 'Grace Hopper', rights: ['write', 'people', 'others'] },
    'reader@example.org': { displayName: 'Alan Turing', rights: [] },
};
const hour = 3_600_000;

export class StandIn {
    configuration = {
        version: 'stand-in', issuer: null, clientId: null, scopes: [], builtinIssuer: true,
        uploadBytes: 4_000_000, cropUploadBytes: 25_000_000, formerPhotoDays: 30,
    };
    photos = new Photos();
    #codes = new Map();
    #tokens = new Map();

    static async start({ port = 0, people = 0 } = {}) {
        const server = new StandIn();
        server.users = new Map(Object.entries(accounts).map(([upn, one], i) => {
            const id = `00000000-0000-4000-8000-00000000000${i}`;
            return [upn, { ...one, id, userPrincipalName: upn }];
        }));
        generate(server, people);
        server.routes = [...routes, ...peopleRoutes(), ...runRoutes(server)];
        server.listener = http.createServer((request, response) => server.#serve(request, response));
        await new Promise((done) => server.listener.listen(port, '127.0.0.1', done));
        server.origin = `http://127.0.0.1:${server.listener.address().port}`;
        return server;
    }

    stop() {
        this.listener.closeAllConnections();
        return new Promise((done) => this.listener.close(done));
    }

    /** What `cameo token --web --user UPN` prints. */
    link(upn) {
        const code = randomBytes(16).toString('base64url');
        this.#codes.set(code, upn);
        return `${this.origin}/#code=${code}`;
    }

    /** A token without a code, as of `cameo token`. */
    token(upn) {
        const token = randomBytes(24).toString('base64url');
        this.#tokens.set(token, upn);
        return token;
    }

    redeem(code) {
        const upn = this.#codes.get(code);
        this.#codes.delete(code);
        if (!upn) throw unauthorized('The code is unknown, was used, or has expired.');
        const expires = new Date(Date.now() + hour).toISOString().replace(/\.\d+Z/, 'Z');
        return { accessToken: this.token(upn), expiresDateTime: expires };
    }

    caller({ headers }) {
        const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
        if (!token) throw unauthorized('Access token is empty.');
        const user = this.users.get(this.#tokens.get(token) ?? this.#nameOf(token));
        if (!user) throw unauthorized('The token is invalid or has expired.');
        return user;
    }

    /** The person of a token of the configured issuer; a stand-in does not verify signatures. */
    #nameOf(token) {
        const { issuer } = this.configuration;
        const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token)?.[1];
        if (!issuer || !payload) return undefined;
        try {
            const claims = JSON.parse(Buffer.from(payload, 'base64url'));
            return claims.iss === issuer ? claims.preferred_username : undefined;
        } catch {
            return undefined;
        }
    }

    async #serve(request, response) {
        const { pathname, searchParams } = new URL(request.url, this.origin);
        try {
            if (request.method === 'GET' && /^\/($|assets\/[\w.-]+$)/.test(pathname)) return await serveFile(pathname, response, policyOf(this.configuration));
            const body = await bodyOfRequest(request);
            const reply = await this.#route(request, pathname, { query: searchParams, body });
            response.writeHead(reply.status ?? 200, reply.headers ?? {}).end(reply.body);
        } catch (error) {
            const known = error instanceof Refusal ? error : refuse(500, 'InternalServerError', error.stack);
            if (known.status === 500) console.error(error);
            response.writeHead(known.status, { 'Content-Type': 'application/json', ...known.headers }).end(bodyOf(known));
        }
    }

    async #route(request, path, given) {
        const open = openRoutes[`${request.method} ${path}`];
        if (open) return open(this, given);
        const caller = this.caller(request);
        for (const [method, pattern, handle] of this.routes) {
            const match = method === request.method && pattern.exec(path);
            if (match) return handle({ server: this, request, caller, groups: match.groups ?? {}, ...given });
        }
        throw refuse(400, 'BadRequest', `No such path: ${request.method} ${path}`);
    }
}

const unauthorized = (message) => refuse(401, 'InvalidAuthenticationToken', message, { 'WWW-Authenticate': 'Bearer' });

async function serveFile(path, response, policy) {
    const name = path === '/' ? 'index.html' : path.slice(1);
    const bytes = await readFile(fileURLToPath(new URL(name, bundle))).catch(() => undefined);
    if (!bytes) throw refuse(404, 'Request_ResourceNotFound', 'No such file.');
    const headers = { 'Content-Type': types[extname(name)], 'X-Content-Type-Options': 'nosniff' };
    const ofPage = {
        'Content-Security-Policy': policy,
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Permissions-Policy': 'camera=(self)',
        'Referrer-Policy': 'no-referrer',
    };
    response.writeHead(200, { ...headers, ...ofPage }).end(bytes);
}

async function bodyOfRequest(request) {
    const parts = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts);
}

export const json = (value, status = 200) => ({
    status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value),
});
const none = (status = 204) => ({ status });

/** The id of OWNER, if the caller may write its photo. */
export function writable({ server, caller, groups: { owner } }) {
    const id = owner === 'me' ? caller.id : (server.users.get(owner)?.id ?? owner);
    const right = id === caller.id ? 'write' : 'others';
    if (!caller.rights.includes(right)) throw refuse(403, 'ErrorAccessDenied', 'The token lacks a permission.');
    return id;
}

function unlocked(context) {
    const id = writable(context);
    if (id === context.caller.id && context.server.photos.state(id).locked) {
        throw refuse(403, 'ErrorAccessDenied', 'This photo is locked by an administrator.');
    }
    return id;
}

const write = ({ caller, request: { headers } }) => ({
    by: caller.userPrincipalName,
    crop: headers['cameo-crop'],
    source: headers['cameo-source'],
    run: headers['cameo-run'],
    conditions: { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] },
});

function tooLarge({ body, server, request }) {
    const { uploadBytes, cropUploadBytes } = server.configuration;
    const limit = request.headers['cameo-crop'] || request.url.endsWith('/preview') ? cropUploadBytes : uploadBytes;
    if (body.length > limit) throw refuse(413, 'RequestEntityTooLarge', `The body has ${body.length} bytes; the limit is ${limit}.`);
}

const openRoutes = {
    'GET /cameo/v1/web': (server) => json(server.configuration),
    'POST /cameo/v1/sign-in': (server, { body }) => json(server.redeem(JSON.parse(body).code)),
};

const owner = '(?<owner>me|users/[^/]+)';
const route = (method, path, handle) => [method, new RegExp(`^${path}$`), (context) => handle({
    ...context,
    groups: { ...context.groups, ...(context.groups.owner && { owner: decodeURIComponent(context.groups.owner.replace(/^users\//, '')) }) },
})];

const bytes = ({ request: { headers } }, { etag, bytes: body }) =>
    headers['if-none-match'] === etag
        ? { status: 304, headers: { ETag: etag } }
        : { headers: { 'Content-Type': 'image/jpeg', ETag: etag }, body };

const readable = ({ server, caller, groups }) =>
    groups.owner === 'me' ? caller.id : (server.users.get(groups.owner)?.id ?? groups.owner);

const routes = [
    route('GET', '/v1.0/me', ({ caller: { rights: _, ...user } }) => json(user)),
    route('GET', `/v1.0/${owner}/photo/\\$value`, (c) => bytes(c, c.server.photos.read(readable(c)))),
    route('GET', `/v1.0/${owner}/photos/(?<size>\\d+x\\d+)/\\$value`, (c) => bytes(c, c.server.photos.read(readable(c), c.groups.size))),
    route('PUT', `/v1.0/${owner}/photo/\\$value`, (c) => {
        const id = unlocked(c);
        tooLarge(c);
        if (c.request.headers['cameo-run']) checkRun(c.server, c.request.headers['cameo-run']);
        c.server.photos.put(id, c.body, write(c));
        return none(200);
    }),
    route('DELETE', `/v1.0/${owner}/photo/\\$value`, (c) => (c.server.photos.remove(unlocked(c), write(c)), none(200))),
    route('POST', '/cameo/v1/preview', (c) => {
        if (c.caller.rights.length === 0) throw refuse(403, 'ErrorAccessDenied', 'The token lacks a permission.');
        tooLarge(c);
        const { bytes: body, width, height } = preview(c.body);
        return { headers: { 'Content-Type': 'image/jpeg', 'Cameo-Picture': `width=${width}, height=${height}` }, body };
    }),
    route('GET', `/cameo/v1/${owner}/photo`, (c) => json(c.server.photos.record(writable(c)))),
    route('PATCH', `/cameo/v1/${owner}/photo`, (c) => {
        if (!c.caller.rights.includes('others')) throw refuse(403, 'ErrorAccessDenied', 'The token lacks a permission.');
        c.server.photos.state(writable(c)).locked = JSON.parse(c.body).locked;
        return none();
    }),
    route('GET', `/cameo/v1/${owner}/formerPhotos`, (c) => json({ value: c.server.photos.former(writable(c)) })),
    route('GET', `/cameo/v1/${owner}/formerPhotos/(?<id>\\w+)/(?<size>\\w+)`, (c) => ({
        headers: { 'Content-Type': 'image/jpeg', 'Cache-Control': 'private, no-store' },
        body: c.server.photos.formerBytes(writable(c), c.groups.id, c.groups.size),
    })),
    route('POST', `/cameo/v1/${owner}/formerPhotos/(?<id>\\w+)/restore`, (c) => (c.server.photos.restore(unlocked(c), c.groups.id, write(c)), none())),
    route('DELETE', `/cameo/v1/${owner}/formerPhotos/(?<id>\\w+)`, (c) => (c.server.photos.forget(unlocked(c), c.groups.id), none())),
    route('POST', `/cameo/v1/${owner}/erase`, (c) => (c.server.photos.erase(unlocked(c)), none())),
];
