// docs/openapi.yaml and docs/openapi.json: made of one source, valid by external tools, readable by generators of clients,
// served unchanged, and consistent with the routes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createConfig, lint } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { isAlias, parse, parseDocument, visit } from 'yaml';
import { allowed, validateAnswer } from './lib/openapi_validator.mjs';
import { send } from './lib/http.mjs';
import { document, file, json, methods, placeOf, places, resolve, text } from './lib/openapi.mjs';
import { run, Server } from './lib/server.mjs';

const forms = [
    { path: '/openapi.yaml', type: 'application/yaml', text },
    { path: '/openapi.json', type: 'application/json', text: json },
];
let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

test('it is valid by the schema of OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 1));
});

// For the lint x-conditional of an operation is responses like the others: it follows their references.
const conditional = {
    id: 'cameo',
    typeExtension: {
        oas3: ({ Operation, ...types }) => ({
            ...types,
            Operation: { ...Operation, properties: { ...Operation.properties, 'x-conditional': 'Responses' } },
        }),
    },
};

test('the lint of Redocly finds nothing', async () => {
    const config = await createConfig({
        plugins: [conditional],
        extends: ['recommended-strict'],
        rules: {
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

test('both files are what docs/openapi.source.yaml makes', () => {
    const producer = fileURLToPath(new URL('../../tools/openapi.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [producer, 'check'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
});

test('both are the same document; the JSON is compact, and the YAML has neither anchors nor aliases', () => {
    assert.deepEqual(parse(text), document);
    assert.equal(json, `${JSON.stringify(JSON.parse(json))}\n`);
    assert.ok(json.length < 400_000, `${json.length} bytes`);
    const found = [];
    visit(parseDocument(text), {
        Node: (_, node) => void ((isAlias(node) || node.anchor) && found.push(node.anchor ?? node.source)),
    });
    assert.deepEqual(found, []);
});

// What generators of clients need.
const operations = places.flatMap(({ template, item }) =>
    methods.filter((method) => item[method]).map((method) => ({ where: `${method} ${template}`, operation: item[method] })),
);
const at = (where, found = []) => {
    if (where !== null && typeof where === 'object') {
        found.push(where);
        for (const one of Object.values(where)) at(one, found);
    }
    return found;
};

test('each operation has an operationId: an identifier, unique also without its letter case', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    for (const id of ids) assert.match(id, /^[a-z][A-Za-z]*$/);
    assert.equal(new Set(ids.map((id) => id.toLowerCase())).size, ids.length);
});

test('no operation has an answer of 3xx: x-conditional has it, without a body, and the description tells it', () => {
    for (const { where, operation } of operations) {
        const redirections = Object.keys(operation.responses).filter((status) => status.startsWith('3'));
        assert.deepEqual(redirections, [], where);
        for (const [status, response] of Object.entries(operation['x-conditional'] ?? {})) {
            assert.equal(status, '304', where);
            assert.equal(resolve(response).content, undefined, where);
            assert.match(operation.description, /\b304\b/, where);
        }
    }
});

test('each JSON error is the schema Error by reference, with its codes in x-codes and in the description', () => {
    const { enum: known } = document.components.schemas.Error.properties.error.properties.code;
    const responsesOf = ({ operation }) => Object.entries({ ...operation.responses, ...operation['x-conditional'] });
    const everywhere = Object.values(document['x-everywhere']).filter((part) => typeof part === 'object').flatMap(Object.entries);
    const all = [...operations.flatMap(responsesOf), ...everywhere].filter(([status]) => /^\d+$/.test(status));
    let count = 0;
    for (const [status, reference] of all) {
        const response = resolve(reference);
        const schema = response.content?.['application/json']?.schema;
        const codes = response['x-codes'];
        assert.equal(Boolean(codes), Boolean(schema && status >= 400), `${status}: ${response.description}`);
        if (!codes) continue;
        count++;
        assert.deepEqual(response.content, { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } });
        assert.ok(codes.length > 0 && codes.every((code) => known.includes(code)), codes.join());
        for (const code of codes) assert.ok(response.description.includes(`\`${code}\``), response.description);
    }
    assert.ok(count > 1000, `only ${count} errors`);
});

test('each enum and each const has values of one JSON type, and names it', () => {
    const typeOf = (value) => (Number.isInteger(value) ? 'integer' : typeof value);
    const { schemas, ...others } = document.components;
    for (const { enum: values, const: value, type } of at([schemas, others, document.paths, document['x-everywhere']])) {
        if (value !== undefined) assert.equal(typeOf(value), type, JSON.stringify(value));
        for (const one of Array.isArray(values) ? values : []) assert.equal(typeOf(one), type, JSON.stringify(values));
    }
});

for (const { path, type, text } of forms) {
    test(`${path}: the file is served, without a token`, async () => {
        const answer = await send(server, 'GET', path);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-type'], type);
        assert.equal(answer.text, text);
    });

    test(`${path}: HEAD, If-None-Match and other methods`, async () => {
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

    test(`${path}: a page of this machine may read it, another one not`, async () => {
        for (const [origin, permission] of [
            ['http://localhost:8081', 'http://localhost:8081'],
            ['https://example.org', undefined],
        ]) {
            const ask = { Origin: origin, 'Access-Control-Request-Method': 'GET' };
            const asking = await send(server, 'OPTIONS', path, { headers: ask });
            assert.equal(asking.status, 204);
            const answer = await send(server, 'GET', path, { headers: { Origin: origin } });
            assert.equal(answer.status, 200);
            for (const one of [asking, answer])
                assert.equal(one.headers['access-control-allow-origin'], permission, origin);
        }
    });
}

test('the two forms have different ETags', async () => {
    const [yaml, json] = await Promise.all(forms.map(({ path }) => send(server, 'GET', path)));
    assert.deepEqual([yaml.status, json.status], [200, 200]);
    assert.notEqual(yaml.headers.etag, json.headers.etag);
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

// What may stand before the path of a line of src/graph/graph_routes.cc and cameo_routes.cc, and how Spelling names it.
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

/** The rows of the table in that file: { place, tail, methods, spelling }. */
function routes(file) {
    const source = readFileSync(new URL(`../../src/graph/${file}`, import.meta.url), 'utf8');
    const methodsIn = (text) => [...text.matchAll(/\.(get|post|put|patch|del) =/g)].map(([, name]) => name);
    // Endpoints that several rows share have a name.
    const named = new Map(
        [...source.matchAll(/constexpr Endpoints (k\w+)\{([^;]*)\};/g)].map(([, name, text]) => [name, methodsIn(text)]),
    );
    const [, table] = /constexpr std::array kRoutes\{\n([^]*?)\n\};/.exec(source);
    return table.split(/\bRoute\{/).slice(1).flatMap((row) => {
        const [, place = 'root', segments] = /^\s*(?:(?:\.type = )?(\w+),\s*(?:\.path = )?|\.path = )\{((?:[^{}]|\{\w+\})*)\}/.exec(row);
        const tail = [...segments.matchAll(/"([^"]+)"/g)].map(([, segment]) => `/${segment.replace('()', '')}`).join('');
        const shared = [...row.matchAll(/\bk\w+\b/g)].flatMap(([name]) => named.get(name) ?? []);
        const route = { place, tail, methods: [...methodsIn(row), ...shared], spelling: /PathAlias::(\w+)/.exec(row)?.[1] ?? 'any' };
        const isCast = /\bkCasts\b/.test(row);
        const type = /PathAlias::\w+, "(\w+)"\}/.exec(row)?.[1];
        if (type) return [{ ...route, tail: tail.replace(/(\/\$count)?$/, `/microsoft.graph.${type}$1`) }];
        return isCast ? [route, { ...route, tail: tail.replace(/(\/\$count)?$/, '/graph.user$1') }] : [route];
    });
}

const unnamed = (template) => template.replace(/\{\w+\}/g, '{}');

test('every line of graph_routes.cc and cameo_routes.cc has its paths in the document, and every path its line', () => {
    const routed = {};
    for (const [file, base] of [['graph_routes.cc', '/v1.0'], ['cameo_routes.cc', '/cameo/v1']]) {
        for (const { place, tail, methods, spelling } of routes(file)) {
            for (const [front, own] of fronts[place]) {
                if (spelling !== 'any' && spelling !== own) continue;
                const where = placeOf(base + unnamed(front + tail).replaceAll('{}', 'x'));
                assert.ok(where, `${base}${front}${tail} is not in docs/openapi.yaml`);
                // The first matching line answers.
                routed[where.template] ??= methods.map((name) => (name === 'del' ? 'DELETE' : name.toUpperCase()));
            }
        }
    }
    const documented = places.filter(({ atRoot, isCameo }) => !atRoot || isCameo);
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

const bytesHeaders = { ...fields, 'content-type': undefined, etag: `"${'0A'.repeat(16)}"`, 'last-modified': 'Mon, 30 Nov 2026 12:00:00 GMT', 'cross-origin-resource-policy': 'same-origin' };
const withoutUndefined = (headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value));
const errorWith = (code) => JSON.stringify({ error: { code, message: 'No.', innerError: { date: '2026-11-30T12:00:00', 'request-id': id, 'client-request-id': id } } });

test('the validator accepts an error with a documented code', () => {
    validateAnswer(answerOf(404, errorWith('ImageNotFound')), 'GET', photo);
});

test('the validator accepts a documented 304', () => {
    validateAnswer(answerOf(304, '', withoutUndefined(bytesHeaders)), 'GET', `${photo}/$value`);
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
    ['the code of another operation', answerOf(404, errorWith('ErrorItemNotFound'))],
    ['the code of another status', answerOf(404, errorWith('BadRequest'))],
    ['a code that is none', answerOf(404, errorWith('Gone'))],
    ['a 304 of an operation without one', answerOf(304, '', { ...bytesHeaders })],
    ['a 304 of a write', answerOf(304, '', { ...bytesHeaders }), 'PUT', `${photo}/$value`],
    ['a 304 without its ETag', answerOf(304, '', { ...bytesHeaders, etag: undefined }), 'GET', `${photo}/$value`],
    ['a 304 with another header', answerOf(304, '', { ...bytesHeaders, 'accept-ranges': 'bytes' }), 'GET', `${photo}/$value`],
    ['a 304 with a body', answerOf(304, 'x', { ...bytesHeaders }), 'GET', `${photo}/$value`],
    ['a 304 with a content type', answerOf(304, '', { ...bytesHeaders, 'content-type': 'image/jpeg' }), 'GET', `${photo}/$value`],
]) {
    test(`the validator rejects ${what}`, () => {
        const headers = withoutUndefined(answer.headers);
        assert.throws(() => validateAnswer({ ...answer, headers }, method, path), /docs\/openapi\.yaml/);
    });
}
