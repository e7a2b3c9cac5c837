// docs/openapi.yaml: valid by external tools, served unchanged, and consistent with the routes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createConfig, lint } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { allowed, validateAnswer } from './lib/openapi_validator.mjs';
import { send } from './lib/http.mjs';
import { document, file, placeOf, places, text } from './lib/openapi.mjs';
import { run, Server } from './lib/server.mjs';

const path = '/openapi.yaml';
let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

test('it is valid by the schema of OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 1));
});

test('the lint of Redocly finds nothing', async () => {
    const config = await createConfig({
        extends: ['recommended-strict'],
        rules: {
            'operation-operationId': 'off', // an operation stands in several paths
            'operation-2xx-response': 'off', // presence: clients request it, and it is not implemented
            'operation-4xx-response': 'off', // $metadata: 405 is in x-everywhere
            'no-unused-components': 'error',
            'no-invalid-media-type-examples': 'error',
            'no-invalid-schema-examples': 'error',
        },
    });
    const problems = await lint({ ref: file, config });
    const told = problems.map(({ message, location }) => `${location[0].pointer}: ${message}`);
    assert.deepEqual(told, []);
});

test('its version is the program’s', () => {
    assert.match(run('--version').stdout, new RegExp(`\\b${document.info.version.replaceAll('.', '\\.')}\\b`));
});

test('the file is served, without a token', async () => {
    const answer = await send(server, 'GET', path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/yaml');
    assert.equal(answer.text, text);
});

test('HEAD, If-None-Match and other methods', async () => {
    const { headers } = await send(server, 'GET', path);
    const only = await send(server, 'HEAD', path);
    assert.deepEqual([only.status, only.headers.etag, only.body.length], [200, headers.etag, 0]);
    assert.equal(only.headers['content-length'], headers['content-length']);
    for (const known of [headers.etag, `W/${headers.etag}`, '*', `"x", ${headers.etag}`]) {
        const answer = await send(server, 'GET', path, { headers: { 'If-None-Match': known } });
        assert.deepEqual([answer.status, answer.body.length], [304, 0], known);
        assert.equal(answer.headers.etag, headers.etag);
    }
    const other = await send(server, 'GET', path, { headers: { 'If-None-Match': '"x"' } });
    assert.equal(other.status, 200);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        const answer = await send(server, method, path);
        assert.deepEqual([answer.status, answer.headers.allow], [405, 'GET, HEAD'], method);
    }
});

test('a page of this machine may read it, another one not', async () => {
    for (const [origin, permission] of [
        ['http://localhost:8081', 'http://localhost:8081'],
        ['https://example.org', undefined],
    ]) {
        const ask = { Origin: origin, 'Access-Control-Request-Method': 'GET' };
        const asking = await send(server, 'OPTIONS', path, { headers: ask });
        assert.equal(asking.status, 204);
        const answer = await send(server, 'GET', path, { headers: { Origin: origin } });
        for (const one of [asking, answer])
            assert.equal(one.headers['access-control-allow-origin'], permission, origin);
    }
});

const filled = (template, size = '48x48') =>
    template.replace('{size}', size).replace('{type}', 'microsoft.graph.user').replace(/\{(\w+)\}/g, (_, name) => `some-${name}`);

for (const place of places) {
    test(`${place.template} allows exactly the documented methods`, async () => {
        for (const base of place.atRoot ? [''] : ['/v1.0', '/beta']) {
            const where = base + filled(place.template);
            assert.equal(placeOf(where)?.template, place.template, 'the template is found again');
            const answer = await send(server, 'TRACE', where);
            assert.equal(answer.status, 405);
            const said = answer.headers.allow.split(', ').filter((one) => one !== 'OPTIONS');
            assert.deepEqual(said, allowed(place));
            for (const method of said) assert.notEqual((await send(server, method, where)).status, 405);
        }
    });
}

// What may stand before the path of a line of src/graph/routes.cc, and how Spelling names it.
const boxes = [['/me', 'me'], ['/users/{}', 'key']];
const behindBoxes = (tails) => boxes.flatMap(([box, spelling]) => tails.map((tail) => [box + tail, spelling]));
const fronts = {
    root: [['', 'any']],
    user: boxes,
    group: [['/groups/{}', 'any']],
    team: [
        ['/teams/{}', 'teams'],
        ['/team/{}', 'teams'],
        ['/groups/{}/team', 'group'],
        ...behindBoxes(['/joinedTeams/{}']),
    ],
    contact: behindBoxes(
        ['', '/contactFolders/{}', '/contactFolders/{}/childFolders/{}'].map((tail) => `${tail}/contacts/{}`),
    ),
    folder: behindBoxes(['/contactFolders/{}', '/contactFolders/{}/childFolders/{}']),
};

/** The rows of the table: { place, tail, methods, spelling }. */
function routes() {
    const source = readFileSync(new URL('../../src/graph/routes.cc', import.meta.url), 'utf8');
    const methodsIn = (text) => [...text.matchAll(/\.(get|post|put|patch|del) =/g)].map(([, name]) => name);
    // Endpoints that several rows share have a name.
    const named = new Map(
        [...source.matchAll(/constexpr Endpoints (k\w+)\{([^;]*)\};/g)].map(([, name, text]) => [name, methodsIn(text)]),
    );
    const [, table] = /constexpr std::array kRoutes\{\n([^]*?)\n\};/.exec(source);
    return table.split(/\bRoute\{/).slice(1).flatMap((row) => {
        const [, place = 'root', segments] = /^\s*(?:(\w+),\s*|\.path = )\{((?:[^{}]|\{\w+\})*)\}/.exec(row);
        const tail = [...segments.matchAll(/"([^"]+)"/g)].map(([, segment]) => `/${segment === '{delta}' ? 'delta' : segment}`).join('');
        const shared = [...row.matchAll(/\bk\w+\b/g)].flatMap(([name]) => named.get(name) ?? []);
        const route = { place, tail, methods: [...methodsIn(row), ...shared], spelling: /PathAlias::(\w+)/.exec(row)?.[1] ?? 'any' };
        const isCast = /\bkCasts\b/.test(row);
        return isCast ? [route, { ...route, tail: tail.replace(/(\/\$count)?$/, '/graph.user$1') }] : [route];
    });
}

const unnamed = (template) => template.replace(/\{\w+\}/g, '{}');

test('every line of routes.cc has its paths in the document, and every path its line', () => {
    const routed = {};
    for (const { place, tail, methods, spelling } of routes()) {
        for (const [front, own] of fronts[place]) {
            if (spelling !== 'any' && spelling !== own) continue;
            const where = placeOf(`/v1.0${unnamed(front + tail).replaceAll('{}', 'x')}`);
            assert.ok(where, `${front}${tail} is not in docs/openapi.yaml`);
            // The first matching line answers.
            routed[where.template] ??= methods.map((name) => (name === 'del' ? 'DELETE' : name.toUpperCase()));
        }
    }
    const documented = places.filter(({ atRoot }) => !atRoot);
    const withoutHead = (place) => allowed(place).filter((method) => method !== 'HEAD');
    assert.deepEqual(
        Object.fromEntries(Object.entries(routed).sort()),
        Object.fromEntries(documented.map((place) => [place.template, withoutHead(place)]).sort()),
    );
});

test('the codes of the document are those of docs/http.md and of the batch', () => {
    const { enum: codes } = document.components.schemas.Error.properties.error.properties.code;
    const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('| status | code |')).split('\n\n')[0];
    const told = [...table.matchAll(/^\| \d+ \|([^|]*)\|/gm)].flatMap(([, cell]) =>
        [...cell.matchAll(/`(\w+)`/g)].map(([, code]) => code),
    );
    const wanted = new Set([...told, 'FailedDependency']);
    wanted.delete('InternalServerError'); // not documented: no request should cause it
    assert.deepEqual([...codes].sort(), [...wanted].sort());
});

// The validator itself: answers that it must reject.
const photo = '/v1.0/me/photo';
const metadata = {
    '@odata.context': "http://127.0.0.1/v1.0/$metadata#users('x')/photo/$entity",
    '@odata.mediaContentType': 'image/jpeg',
    '@odata.mediaEtag': `"${'0A'.repeat(16)}"`,
    id: '48x48',
    width: 48,
    height: 48,
};
const id = '01234567-89ab-cdef-0123-456789abcdef';
const fields = {
    'content-type': 'application/json',
    'cache-control': 'private',
    'request-id': id,
    'client-request-id': id,
};
const answerOf = (status, body, headers = fields) => ({ status, headers, body: Buffer.from(body) });

test('the validator accepts a documented answer', () => {
    validateAnswer(answerOf(200, JSON.stringify(metadata)), 'GET', photo);
});

for (const [what, answer, method = 'GET', path = photo] of [
    ['an undocumented status', answerOf(409, JSON.stringify(metadata))],
    ['a status of another method', answerOf(200, '', { ...fields, 'content-type': undefined }), 'PUT'],
    ['an answer for a path that is none', answerOf(200, JSON.stringify(metadata)), 'GET', '/v1.0/me/face'],
    ['a member too many', answerOf(200, JSON.stringify({ ...metadata, extra: 1 }))],
    ['an @odata member too few', answerOf(200, JSON.stringify({ ...metadata, '@odata.mediaEtag': undefined }))],
    ['a member of another type', answerOf(200, JSON.stringify({ ...metadata, width: '48' }))],
    ['another content type', answerOf(200, JSON.stringify(metadata), { ...fields, 'content-type': 'text/json' })],
    ['a header too few', answerOf(200, JSON.stringify(metadata), { ...fields, 'request-id': undefined })],
    ['a header that is not documented', answerOf(200, JSON.stringify(metadata), { ...fields, 'x-powered-by': 'us' })],
    ['an error of another shape', answerOf(404, '{"error":"gone"}')],
]) {
    test(`the validator rejects ${what}`, () => {
        const headers = Object.fromEntries(Object.entries(answer.headers).filter(([, value]) => value));
        assert.throws(() => validateAnswer({ ...answer, headers }, method, path), /docs\/openapi\.yaml/);
    });
}
