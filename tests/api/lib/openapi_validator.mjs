// Validates every answer of the tests against docs/openapi.yaml: path, method, status, headers, content type and body.
// An undocumented answer fails the test that received it.
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { parts } from './multipart.mjs';
import { everywhere, fault, methods, placeOf, resolve } from './openapi.mjs';

// Headers of the connection, of the message, or of CORS: documented in prose.
const undocumented = /^(access-control-.*|connection|content-length|content-type|date|keep-alive|strict-transport-security|transfer-encoding|vary|x-content-type-options)$/;

const oauthEndpoint =
    /^(?!\/+(v1\.0|beta)\/)[^?]*\/(\.well-known\/(openid-configuration|oauth-authorization-server)|discovery\/instance|oauth2\/(v2\.0\/)?(token|authorize))(\?|$)/i;

const isPreflight = (method, headers) =>
    method === 'OPTIONS' &&
    ['origin', 'access-control-request-method'].every((wanted) =>
        Object.keys(headers).some((name) => name.toLowerCase() === wanted),
    );

/** The documented responses: [place in the document, its responses], the likeliest first. */
function candidates(place, method, { headers, inside, closes, atRoot, oauth }) {
    const found = [];
    const everywhereIs = (part) => found.push([`x-everywhere.${part}`, everywhere[part]]);
    const item = place?.item;
    const name = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = item?.[name];
    if (operation) found.push([`${place.template} ${name}`, { ...operation.responses, ...operation['x-conditional'] }]);
    if (method === 'OPTIONS' && (place || atRoot || isPreflight(method, headers))) everywhereIs('options');
    else if (oauth) everywhereIs('oauthEndpoint');
    else if (!place) everywhereIs('unknownPath');
    if (item?.['x-other-methods'] && !operation) found.push([place.template, item['x-other-methods']]);
    else if (place && !operation && method !== 'OPTIONS') everywhereIs('otherMethods');
    if (inside) everywhereIs('batchItem');
    else if (closes) everywhereIs('anyRequest');
    return found;
}

function validateHeaders(response, headers, inside, wrong) {
    const documented = Object.entries(response.headers ?? {}).map(([name, header]) => [
        name.toLowerCase(),
        resolve(header),
    ]);
    for (const [name, { required, schema }] of documented) {
        const value = headers[name];
        // For an item, the surrounding answer has them.
        if (value === undefined && inside && name.endsWith('request-id')) continue;
        if (value === undefined && !required) continue;
        if (value === undefined) wrong(`the header ${name} is missing`);
        const problem = fault(schema, schema.type === 'integer' ? Number(value) : value);
        if (problem) wrong(`the header ${name}: ${value}: ${problem}`);
    }
    for (const name of Object.keys(headers))
        if (!undocumented.test(name) && !documented.some(([one]) => one === name))
            wrong(`the header ${name} is not documented: add it to the response`);
}

const readers = { 'application/json': JSON.parse, 'application/yaml': (body) => parse(body.toString()) };

function validateBody(response, headers, body, wrong) {
    const type = headers['content-type']?.split(';')[0];
    const content = response.content ?? {};
    if (type === undefined && Object.keys(content).length > 0) wrong('the content type is missing');
    if (type === undefined) return body.length === 0 || wrong('a body without a content type');
    if (!content[type]) return wrong(`the content type ${type} is not documented: add it to the response`);
    if (body === undefined) return;
    const value = (readers[type] ?? String)(body);
    const problem = fault(content[type].schema, value);
    if (problem) wrong(`the body: ${problem}: ${body.toString().slice(0, 500)}`);
    const codes = response['x-codes'];
    if (codes && !codes.includes(value.error.code)) wrong(`the code ${value.error.code} is none of ${codes.join(', ')}`);
}

/** The documented `Allow`: the methods, and HEAD beside GET. */
export function allowed({ item }) {
    return methods
        .filter((method) => item[method === 'head' ? 'get' : method])
        .map((method) => method.toUpperCase());
}

function validateAllow(place, headers, wrong) {
    const said = headers.allow.split(', ').filter((method) => method !== 'OPTIONS');
    const wanted = allowed(place);
    if (said.join() !== wanted.join()) wrong(`Allow is ${headers.allow}; documented: ${wanted.join(', ')}`);
}

const read = (text) => {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
};

/** Validates each answer within an answer like the answer to a single request. */
function validateBatch(answer, path, asked) {
    const version = /^\/beta\b/i.test(path) ? '/beta' : '/v1.0';
    for (const { id, status, headers, body } of answer.json().responses) {
        const { method = '', url = '' } = asked.requests.find((item) => item.id === id);
        const inner = url.replace(/^\/+/, '');
        const target = /^(v1\.0|beta)\b/i.test(inner) ? `/${inner}` : `${version}/${inner}`;
        const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
        const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
        const item = { status, headers: lower, body: Buffer.from(body === undefined ? '' : text) };
        validateAnswer(item, String(method).toUpperCase(), target, { inside: true });
    }
}

function validateParts(answer, { kind = 'users', size }) {
    for (const { id, status, headers, body } of parts(answer)) {
        const { 'content-id': _, status: __, ...own } = headers;
        const tail = size ? `photos/${size}/$value` : 'photo/$value';
        validateAnswer({ status, headers: own, body }, 'GET', `/v1.0/${kind ?? 'users'}/${encodeURIComponent(id)}/${tail}`, { inside: true });
    }
}

/** Throws if the answer { status, headers (lower case), body } is not documented. */
export function validateAnswer(answer, method, path, { headers = {}, body, inside = false } = {}) {
    const place = placeOf(path);
    const { status } = answer;
    const closes = answer.headers.connection === 'close';
    const about = { headers, inside, closes, atRoot: /^\/?(\?|$)/.test(path), oauth: !place && oauthEndpoint.test(path) };
    const found = candidates(place, method, about);
    const [where, responses] = found.find(([, one]) => one[status]) ?? [];
    const told = `${method} ${path}: ${status} is not documented in docs/openapi.yaml`;
    assert.ok(
        where,
        `${told}: add '${status}' to the responses of ${found.map(([one]) => one).join(' or ')}. ${answer.body.toString().slice(0, 500)}`,
    );
    const response = resolve(responses[status]);
    const wrong = (what) => assert.fail(`${told} at ${where}: ${what}`);
    validateHeaders(response, answer.headers, inside, wrong);
    if (method !== 'HEAD') validateBody(response, answer.headers, answer.body, wrong);
    if (status === 405 || (method === 'OPTIONS' && place && !isPreflight(method, headers)))
        validateAllow(place, answer.headers, wrong);
    const asked = status === 200 && method === 'POST' ? read(body) : undefined;
    if (asked && where === '/$batch post') validateBatch(answer, path, asked);
    if (asked && where === '/cameo/v1/photos post') validateParts(answer, asked);
}
