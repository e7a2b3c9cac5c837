// One request, one answer, unmodified: the path is sent as written and headers are returned with their
// casing and order. Every answer is checked against the rules for all answers (docs/http.md, Errors; docs/openapi.yaml).
import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { validateAnswer } from './openapi_validator.mjs';

export const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Headers that differ between otherwise equal answers. */
export const passing = ['date', 'request-id', 'client-request-id'];

/**
 * Options: token, headers, body (Buffer or string), chunked (true sends the body without its length).
 * Returns { status, headers (lower case), raw ([[name, value]…]), body, text, json() }.
 */
export async function call(server, method, path, options = {}) {
    const answer = await send(server, method, path, options);
    holdsForEveryAnswer(answer, method, options);
    return answer;
}

export const get = (server, path, token, headers) => call(server, 'GET', path, { token, headers });
export const head = (server, path, token, headers) =>
    call(server, 'HEAD', path, { token, headers });
export const remove = (server, path, token, headers) =>
    call(server, 'DELETE', path, { token, headers });
export const put = (server, path, token, body, headers) =>
    call(server, 'PUT', path, {
        token,
        body,
        headers: { 'Content-Type': 'image/jpeg', ...headers },
    });
const sendJson = (method) => (server, path, token, object) =>
    call(server, method, path, {
        token,
        body: JSON.stringify(object),
        headers: { 'Content-Type': 'application/json' },
    });
export const post = sendJson('POST');
export const patch = sendJson('PATCH');
export const putJson = sendJson('PUT');

/** The plain exchange, also for /healthz and other pages outside Graph; validated against docs/openapi.yaml. */
export async function send(server, method, path, options = {}) {
    const answer = await exchange(server, method, path, options);
    holdsForEveryMessage(answer);
    validateAnswer(answer, method, path, options);
    return answer;
}

/** The exchange without any check. */
export function exchange(server, method, path, { token, headers = {}, body, chunked = false }) {
    return new Promise((done, fail) => {
        const all = { ...headers };
        if (token) all.Authorization = `Bearer ${token}`;
        if (body !== undefined && chunked) all['Transfer-Encoding'] = 'chunked';
        else if (body !== undefined) all['Content-Length'] = Buffer.byteLength(body);
        const { request: open } = server.secure ? https : http;
        const request = open({
            host: '127.0.0.1',
            port: server.port,
            method,
            path,
            headers: all,
            agent: server.agent,
        });
        let answered = false;
        // A server that rejects a body early may close while the client still sends; the answer counts, not the broken pipe.
        request.on('error', (error) => answered || fail(error));
        request.on('response', (response) => {
            answered = true;
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('error', fail);
            response.on('end', () => done(answerOf(response, Buffer.concat(parts))));
        });
        if (chunked && body !== undefined) sendInPieces(request, body);
        else request.end(body);
    });
}

function sendInPieces(request, body) {
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += 8192) request.write(bytes.subarray(at, at + 8192));
    request.end();
}

function answerOf(response, body) {
    const raw = [];
    for (let i = 0; i < response.rawHeaders.length; i += 2) {
        raw.push([response.rawHeaders[i], response.rawHeaders[i + 1]]);
    }
    const text = body.toString('utf8');
    return {
        status: response.statusCode,
        headers: response.headers,
        raw,
        body,
        text,
        json: () => JSON.parse(text),
    };
}

/** Checks of every answer, the operator's pages included. */
function holdsForEveryMessage({ headers, raw }) {
    assert.equal(headers['x-content-type-options'], 'nosniff');
    const varies = raw.filter(([name]) => name.toLowerCase() === 'vary');
    assert.ok(varies.length <= 1, 'one line of Vary: nginx reads the last of several');
}

function holdsForEveryAnswer(answer, method, { headers = {} }) {
    assert.notEqual(answer.status, 500, answer.text);
    assert.match(answer.headers['request-id'] ?? '', guid, 'every answer has request-id');
    assert.ok(
        Math.abs(Date.parse(answer.headers.date) - Date.now()) < 120_000,
        'Date is now (RFC 9110 6.6.1)',
    );
    const sent = Object.entries(headers).find(
        ([name]) => name.toLowerCase() === 'client-request-id',
    );
    assert.equal(
        answer.headers['client-request-id'],
        sent ? sent[1] : answer.headers['request-id'],
    );
    if (answer.status >= 400 && method !== 'HEAD') holdsForEveryError(answer);
    if (answer.status < 300 && answer.body.length === 0 && method !== 'HEAD') {
        assert.equal(
            answer.headers['content-type'],
            undefined,
            'an empty body has no content type',
        );
    }
}

function holdsForEveryError(answer) {
    assert.match(
        answer.headers['content-type'] ?? '',
        /^application\/json\b/,
        `status ${answer.status}`,
    );
    const whole = answer.json();
    assert.deepEqual(Object.keys(whole), ['error']);
    assert.deepEqual(Object.keys(whole.error), ['code', 'message', 'innerError']);
    const { code, message, innerError } = whole.error;
    assert.match(code, /^[A-Za-z_]+$/);
    assert.ok(typeof message === 'string' && message.length > 0, 'an error has a message');
    assert.deepEqual(Object.keys(innerError), ['date', 'request-id', 'client-request-id']);
    assert.match(innerError.date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    assert.ok(
        Math.abs(Date.parse(`${innerError.date}Z`) - Date.now()) < 120_000,
        'date is now, in UTC',
    );
    assert.equal(innerError['request-id'], answer.headers['request-id']);
    assert.equal(innerError['client-request-id'], answer.headers['client-request-id']);
}

/** Headers that are equal in equal answers: without ids, date and those of the connection. */
export function lastingHeaders(answer) {
    const skipped = [...passing, 'connection', 'keep-alive'];
    return Object.fromEntries(
        answer.raw
            .map(([name, value]) => [name.toLowerCase(), value])
            .filter(([name]) => !skipped.includes(name)),
    );
}

/** The error without the members that differ each time. */
export function lastingError(answer) {
    const { code, message } = answer.json().error;
    return { status: answer.status, headers: lastingHeaders(answer), code, message };
}
