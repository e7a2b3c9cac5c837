// docs/openapi.yaml: sound by others' tools, served as it is, and one with the routes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createConfig, lint } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { allowed, judge } from './lib/judge.mjs';
import { call, get, head, send } from './lib/http.mjs';
import { document, everywhere, file, placeOf, places, resolve, text } from './lib/openapi.mjs';
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

test('the lint of Redocly has nothing to say', async () => {
    const config = await createConfig({
        extends: ['recommended-strict'],
        rules: {
            'operation-operationId': 'off', // an operation stands in several paths
            'operation-2xx-response': 'off', // people and presence: what clients ask for and nobody serves
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

test('what is served is the file, without a token', async () => {
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
    template.replace('{size}', size).replace(/\{(\w+)\}/g, (_, name) => `some-${name}`);

for (const place of places) {
    test(`${place.template} takes the documented methods and no other`, async () => {
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

// The lines of src/graph/routes.cc: [place, what stands behind it, methods, spelling].
function routes() {
    const source = readFileSync(new URL('../../src/graph/routes.cc', import.meta.url), 'utf8');
    const table = /kLines\{\n([^]*?)\n\};/.exec(source)[1].replace(/^\s*\/\/.*$/gm, '');
    const line =
        /^Line\{(?:\.place = )?Place::(\w+),\s*(?:\.path = )?\{([^}]*(?:\{\w+\}[^}]*)*?)\},\s*(?:\.realm = )?kPhoto|^/;
    return table.split(/(?=\bLine\{)/).filter((part) => part.startsWith('Line{')).map((part) => {
        const [, where] = /Place::(\w+)/.exec(part);
        const behind = /Place::\w+,\s*(?:\.path = )?\{((?:[^{}]|\{\w+\})*)\}/.exec(part)[1];
        const answers = /\{((?:\s*\.(?:get|post|put|patch|del) = \w+,?)+)\}/.exec(part)[1];
        return {
            where,
            behind: [...behind.matchAll(/"([^"]+)"/g)].map(([, segment]) => segment),
            methods: [...answers.matchAll(/\.(\w+) =/g)].map(([, name]) => (name === 'del' ? 'delete' : name)),
            spelling: /Spelling::(\w+)/.exec(part)?.[1] ?? 'any',
            line,
        };
    });
}
