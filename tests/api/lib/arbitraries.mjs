// Requests for fast-check, generated from docs/openapi.yaml: valid ones and slightly invalid ones.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { places, resolve } from './openapi.mjs';
import { gif, jpeg, png } from './pictures.mjs';

/** Mostly the first, sometimes the second. */
const mostly = (good, odd) => fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: odd });

const visible = (maxLength) =>
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength });
const oddText = fc.oneof(
    fc.constantFrom('', '*', '%', '%25', "o'neil", 'a/b', '..', '#EXT#', '%2523EXT%2523', '$count', '$ref', 'me', 'null', '\u0000', 'a\r\nb'),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ maxLength: 400 }),
);
const oddValue = fc.oneof(fc.constantFrom(null, true, -1, 1e21, '', [], {}, [null], { a: [{}] }), oddText);

function objectOf({ properties = {}, required = [] }) {
    const members = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, valueOf(one)]));
    return fc.record(members, { requiredKeys: required });
}

const byType = {
    object: objectOf,
    array: ({ items, minItems = 0 }) => fc.array(valueOf(items ?? {}), { minLength: minItems, maxLength: minItems + 3 }),
    string: ({ pattern, minLength = 0, maxLength = 40 }) =>
        pattern
            ? fc.stringMatching(new RegExp(pattern)).map((text) => text.slice(0, maxLength))
            : fc.string({ minLength, maxLength: Math.min(maxLength, 40) }),
    integer: ({ minimum = -10, maximum = 10_000 }) => fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) }),
    boolean: () => fc.boolean(),
    null: () => fc.constant(null),
};

// Arbitraries are expensive to make, and the same schemas occur repeatedly.
const made = new WeakMap();

/** A value that the schema accepts. */
function valueOf(schema) {
    const known = resolve(schema);
    if (!made.has(known)) made.set(known, makeValue(known));
    return made.get(known);
}

function makeValue(schema) {
    const { allOf, anyOf, enum: values, type, examples, ...rest } = schema;
    if (values) return fc.constantFrom(...values);
    if (anyOf) return fc.oneof(...anyOf.map(valueOf));
    if (allOf) {
        const all = allOf.map(resolve);
        const required = all.flatMap((one) => one.required ?? []);
        return objectOf({ properties: Object.assign({}, ...all.map((one) => one.properties)), required });
    }
    if (!type && !rest.properties) return oddValue;
    const value = fc.oneof(...[type ?? 'object'].flat().map((one) => byType[one](rest)));
    return examples ? fc.oneof(fc.constantFrom(...examples), value) : value;
}

/** A valid value, except that one member is invalid or missing. */
const nearlyOf = (schema) =>
    fc.tuple(valueOf(schema), fc.nat(), fc.option(oddValue)).map(([value, at, odd]) => {
        const names = Object.keys(value ?? {});
        if (names.length === 0) return odd;
        return { ...value, [names[at % names.length]]: odd ?? undefined };
    });

const jsonBody = (schema) =>
    fc.oneof(
        { weight: 6, arbitrary: valueOf(schema).map((value) => JSON.stringify(value)) },
        { weight: 3, arbitrary: nearlyOf(schema).map((value) => JSON.stringify(value ?? null)) },
        { weight: 1, arbitrary: fc.oneof(fc.constantFrom('', '{', '[]', '{}', '\ufeff{}', '[[[['), oddText) },
    );

const pictures = [jpeg(48, 48), jpeg(64, 100), jpeg(120, 120), png(64, 64), gif(50, 50), jpeg(20, 64), jpeg(64, 20)];
const picture = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...pictures) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...pictures), fc.nat(900)).map(([bytes, end]) => bytes.subarray(0, end)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
);

/** Requests within a batch; each may depend on an earlier one. */
const itemOf = (keys) =>
    fc.record({
        request: fc.constantFrom(...inBatch).chain(([place, method]) => requestAt(place, method, keys)),
        waits: fc.option(fc.nat(3), { freq: 4 }),
    });
const asItem = ({ request: { method, path, options }, waits }, i) => ({
    id: `${i}`,
    method,
    url: i % 2 ? path : path.replace(/^\/v1\.0/, ''),
    headers: options.headers,
    body: Buffer.isBuffer(options.body) ? options.body.toString('base64') : read(options.body),
    ...(waits !== null && waits < i && { dependsOn: [`${waits}`] }),
});
const batchOf = (keys) =>
    fc.array(itemOf(keys), { maxLength: 6 }).map((items) => JSON.stringify({ requests: items.map(asItem) }));
const read = (text) => {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
};
const bulkOf = (keys) =>
    fc.record(
        {
            ids: fc.array(fc.oneof(keys('user'), keys('team'), oddText), { minLength: 1, maxLength: 5 }),
            kind: fc.constantFrom('users', 'groups', 'teams'),
            size: keys('size'),
        },
        { requiredKeys: ['ids'] },
    ).map((body) => JSON.stringify(body));
const memberOf = (keys) =>
    keys('member').map((key) => JSON.stringify({ '@odata.id': `https://graph.microsoft.com/v1.0/users/${key}` }));
const ofRequests = {
    '/$batch': batchOf,
    '/cameo/v1/photos': bulkOf,
    '/groups/{group}/members/$ref': memberOf,
    '/groups/{group}/owners/$ref': memberOf,
};

function bodyOf({ requestBody }) {
    if (!requestBody) return fc.option(fc.constant('{}'), { nil: undefined, freq: 20 });
    const { content } = resolve(requestBody);
    const json = content['application/json'];
    return fc.option(json ? jsonBody(json.schema) : picture, { nil: undefined, freq: 20 });
}

const parametersOf = (operation, where) => (operation.parameters ?? []).map(resolve).filter((one) => one.in === where);

const encoded = fc.constantFrom(encodeURIComponent, (text) => encodeURIComponent(encodeURIComponent(text)), (text) =>
    text.replace(/[^!$&-;=@-Z_a-z~]/gu, encodeURIComponent),
);

/** `name=value` for some of the documented options, and sometimes for an unknown one. */
function queryOf(operation) {
    const documented = parametersOf(operation, 'query').map(({ name, schema }) =>
        fc.tuple(fc.constantFrom(name, name, name, name.toUpperCase(), name.replace('$', '%24')), mostly(valueOf(schema), oddText)),
    );
    const other = fc.tuple(fc.constantFrom('$expand', '$skip', '$nonsense', '_', 'x y', '$format'), oddText);
    const write = (text, how) => how(String(text).toWellFormed());
    return fc
        .tuple(fc.array(fc.oneof(...documented, ...documented, other), { maxLength: 3 }), encoded)
        .map(([pairs, how]) => pairs.map(([name, value]) => `${name.replace(' ', '+')}=${write(value, how)}`).join('&'));
}

const knownHeaders = {
    'If-Match': fc.constantFrom('*', '"x"', 'x', 'W/"x"', ''),
    'If-None-Match': fc.constantFrom('*', '"x"', '"x", "y"', ','),
    Range: fc.constantFrom('bytes=0-', 'bytes=2-9', 'bytes=-5', 'bytes=99999999-', 'bytes=5-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=99999999999999999999-'),
    'If-Range': fc.constantFrom('"x"', 'Thu, 01 Jan 1970 00:00:00 GMT'),
    Accept: fc.constantFrom('application/json;odata.metadata=full', 'application/json;odata.metadata=none', 'image/*', '*/*', 'text/html'),
    'Content-Type': fc.constantFrom('image/jpeg', 'application/json', 'application/octet-stream', 'nonsense'),
    'Cameo-Crop': fc.constantFrom('x=0, y=0, side=48', 'x=1,y=0,side=63,rotate=90', 'x=0, y=0, side=9000', 'side=48', 'x=0, y=0, side=48, rotate=45', ''),
    'Cameo-Source': fc.constantFrom('web', 'api', ''),
    'Content-Encoding': fc.constantFrom('gzip', 'identity', 'br', 'GZIP'),
    'client-request-id': fc.constantFrom('abc', '01234567-89ab-cdef-0123-456789abcdef'),
    Origin: fc.constantFrom('http://localhost:3000', 'null', 'https://example.org'),
    ConsistencyLevel: fc.constant('eventual'),
};
const header = fc.oneof(
    ...Object.entries(knownHeaders).map(([name, value]) =>
        fc.tuple(fc.constant(name), mostly(value, visible(20).map((text) => text.trim()))),
    ),
);
const headers = fc.array(header, { maxLength: 3 }).map(Object.fromEntries);

const manners = [
    [12, (path) => path],
    [1, (path) => path.toLowerCase()],
    [1, (path) => path.toUpperCase()],
    [1, (path) => path.replace('$', '%24')],
    [1, (path) => `${path}/`],
    [1, (path) => path.replace(/\/(users|groups|teams|contacts|photos|members|owners)\/([^/$]+)/g, "/$1('$2')")],
    [1, (path) => path.replace(/\/(?=[^/]*$)/, '//')],
    [1, (path) => `${path}%`],
    [1, (path) => `${path}/%00`],
    [1, (path) => `${path}/photo/$value`],
    [1, (path) => path.slice(0, -1)],
];
const manner = fc.oneof(...manners.map(([weight, how]) => ({ weight, arbitrary: fc.constant(how) })));

/** The kind of key for `{name}` at that place. */
function kindOf(name, template) {
    if (name === 'group' && template.includes('/team')) return 'team';
    if (name !== 'contact') return name;
    return template.includes('/childFolders') ? 'nested' : template.includes('/contactFolders') ? 'filed' : 'contact';
}

function pathOf(place, changes, keys) {
    const names = [...place.template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const key = (name, i) => {
        const real = keys(kindOf(name, place.template), changes && i === names.length - 1);
        return fc.oneof({ weight: 8, arbitrary: real }, { weight: 1, arbitrary: oddText });
    };
    const bases = place.atRoot ? [''] : ['/v1.0', '/v1.0', '/beta'];
    return fc
        .tuple(fc.constantFrom(...bases), fc.tuple(...names.map(key)), manner)
        .map(([base, values, how]) => {
            const write = (_, name) => encodeURIComponent(values[names.indexOf(name)].toWellFormed());
            return base + how(place.template.replace(/\{(\w+)\}/g, write));
        });
}

const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Whether the request may remove or change a directory object. */
const changesEntry = (place, method) =>
    ['PATCH', 'DELETE'].includes(method) && !/\/photo(\/\$value)?$/.test(place.template);

function requestAt(place, method, keys) {
    const operation = place.item[method === 'HEAD' ? 'get' : method.toLowerCase()] ?? {};
    return fc
        .record({
            path: pathOf(place, changesEntry(place, method), keys),
            query: fc.option(queryOf(operation), { nil: '' }),
            headers,
            body: mostly(ofRequests[place.template]?.(keys) ?? bodyOf(operation), bodyOf(operation)),
            chunked: fc.boolean(),
        })
        .map(({ path, query, headers, body, chunked }) => {
            const zipped = headers['Content-Encoding'] === 'gzip' && body?.length % 2 === 0;
            return {
                method,
                path: query ? `${path}?${query}` : path,
                options: { headers, body: zipped ? gzipSync(body) : body, chunked },
            };
        });
}

const documented = places.flatMap((place) =>
    all
        .filter((method) => place.item[method === 'HEAD' ? 'get' : method.toLowerCase()])
        .map((method) => [place, method]),
);
const inBatch = documented.filter(
    ([{ atRoot, template }, method]) =>
        !atRoot && template !== '/$batch' && method !== 'HEAD' && !(template === '/me' && method === 'PATCH'),
);

/**
 * A request of any operation, sometimes with a method that the path lacks: { method, path, options }.
 * `keys(name, changes)` is an arbitrary of real keys for `{name}`; `changes` means that the object may be changed
 * or removed by the request.
 */
export function requests(keys) {
    const others = places.flatMap((place) => all.map((method) => [place, method]));
    return mostly(
        fc.oneof(...documented.map(([place, method]) => requestAt(place, method, keys))),
        fc.constantFrom(...documented, ...others).chain(([place, method]) => requestAt(place, method, keys)),
    );
}
