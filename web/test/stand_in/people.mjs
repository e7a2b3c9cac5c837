// Everybody, coverage, runs and the bulk call.
import { json } from './server.mjs';
import { refuse } from './errors.mjs';

const denied = () => refuse(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

/** Rows of [method, pattern, handler]; a handler has { server, request, caller, groups, query, body } and returns { status, headers, body }. */
export function peopleRoutes(_server) {
    return [
        ['GET', /^\/cameo\/v1\/people$/, ({ caller }) => {
            if (!caller.rights.includes('people')) throw denied();
            return json({ value: [], count: 0, nextLink: null });
        }],
        ['GET', /^\/cameo\/v1\/runs$/, ({ caller }) => {
            if (!caller.rights.includes('others')) throw denied();
            return json({ value: [] });
        }],
        ['POST', /^\/cameo\/v1\/photos$/, bulk],
    ];
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
