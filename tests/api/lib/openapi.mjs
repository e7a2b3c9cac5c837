// Reads the OpenAPI document: finds the path of a request, and validates values by its schemas.
import { readFileSync } from 'node:fs';
import { dirname, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const here = dirname(fileURLToPath(import.meta.url));
export const file = resolvePath(here, '../../../docs/openapi.yaml');
export const text = readFileSync(file, 'utf8');
export const json = readFileSync(resolvePath(here, '../../../docs/openapi.json'), 'utf8');
// The same document as the YAML, and read in a hundredth of the time.
export const document = JSON.parse(json);
export const everywhere = document['x-everywhere'];
export const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'];

/** The target of a `$ref`; any other value unchanged. */
export function resolve(node) {
    if (node?.$ref === undefined) return node;
    return resolve(node.$ref.slice(2).split('/').reduce((at, name) => at[name], document));
}

const isParameter = (segment) => segment.startsWith('{');

// The version of Cameo's own paths (docs/cameo-api.md); it matches exactly.
const cameo = '/cameo/v1/';

/** Every path: { template, segments (after the version), item, atRoot, isCameo }; those without parameters first. */
export const places = Object.entries(document.paths)
    .map(([template, item]) => {
        const isCameo = template.startsWith(cameo);
        const segments = template.slice(isCameo ? cameo.length : 1).split('/');
        return { template, segments, item, atRoot: item.servers !== undefined, isCameo };
    })
    .sort((one, other) => one.segments.filter(isParameter).length - other.segments.filter(isParameter).length);

const collections = new Set(
    places.flatMap(({ segments }) =>
        segments.filter((_, i) => isParameter(segments[i + 1] ?? '')).map((name) => name.toLowerCase()),
    ),
);

// The functions and actions in their spellings: delta, microsoft.graph.delta(), graph.getByIds.
const ofSets = /^(?:(?:microsoft\.)?graph\.)?(delta|getByIds)(?:\(\))?$/i;
const ofObjects = /^(?:(?:microsoft\.)?graph\.)?(getMemberGroups|getMemberObjects|checkMemberGroups|checkMemberObjects|restore)(?:\(\))?$/i;
const isSet = (segment) => /^(users|groups|directoryObjects)$/i.test(segment ?? '');

const ofTeams = /^(?:microsoft\.)?graph\.(add|remove|archive|unarchive)$/i;

/** The segment as the document spells it. */
function spelled(segment, i, all) {
    const action = (isSet(all[i - 1]) && ofSets.exec(segment)) || (i === all.length - 1 && ofObjects.exec(segment));
    if (action) return action[1];
    if (i > 1 && ofTeams.test(segment)) return ofTeams.exec(segment)[1];
    return all[i - 1]?.toLowerCase() === 'deleteditems' ? segment.replace(/^graph\./i, 'microsoft.graph.') : segment;
}

/** The segments after the version as the server parses them (docs/http.md, Paths); null for an invalid path. */
function segmentsOf(path) {
    try {
        const isCameo = path.startsWith(cameo);
        const graph = isCameo ? path.replace(cameo, '/v1.0/') : path;
        const [version, ...all] = graph.replace(/^\/+|\/+$/g, '').split(/\/+/);
        const raw = !isCameo && all[0]?.toLowerCase() === 'myorganization' ? all.slice(1) : all;
        if (!/^(v1\.0|beta)$/i.test(version) || raw.some((segment) => segment.includes('%00'))) return null;
        return raw.flatMap((segment) => {
            const decoded = decodeURIComponent(segment);
            const [, name, key] = /^(\w+)\('(.+)'\)$/s.exec(decoded) ?? [];
            return collections.has(name?.toLowerCase()) ? [name, key] : [decoded];
        }).map(spelled);
    } catch {
        return null;
    }
}

/** Folders at any depth are one `childFolders/{child}` of the document. */
function flat(segments) {
    const isFolders = (i) => segments[i]?.toLowerCase() === 'childfolders';
    return segments.filter((_, i) => !(isFolders(i) && isFolders(i + 2)) && !(isFolders(i - 1) && isFolders(i + 1)));
}

// `users/$count` names no user; other segments after these are keys.
const takesAll = ['{member}', '{operation}', '{size}', '{former}', '{formerSize}', '{run}'];
const isType = (segment) => /^(microsoft\.)?graph\.(user|group|device|orgContact|servicePrincipal|application|directoryRole|administrativeUnit|directoryObject)$/i.test(segment);
const names = (part, segment) =>
    part === '{type}'
        ? isType(segment)
        : part === '{object}' && /^(microsoft\.)?graph\./i.test(segment)
        ? false // a cast
        : isParameter(part)
        ? segment !== '' && (takesAll.includes(part) || !['$count', '$ref'].includes(segment.toLowerCase()))
        : part.toLowerCase() === segment.toLowerCase();

/** The place of a request target in the document, or undefined. */
export function placeOf(target) {
    const [path] = target.split('?');
    const outside = places.find(({ atRoot, template }) => atRoot && template === (path || '/'));
    if (outside) return outside;
    const segments = segmentsOf(path);
    if (!segments) return undefined;
    const asked = flat(segments);
    return places.find(
        ({ atRoot, isCameo, segments: own }) =>
            (path.startsWith(cameo) ? isCameo : !atRoot) && own.length === asked.length && own.every((part, i) => names(part, asked[i])),
    );
}

const { schemas } = document.components;
const ajv = new Ajv2020({ strict: false });
addFormats(ajv);
ajv.addFormat('binary', true);
ajv.addSchema({ $id: 'openapi.yaml', components: { schemas } });
const compiled = new WeakMap();

/** Undefined if the value is valid by the schema, else a description of the error. */
export function fault(schema, value) {
    if (!compiled.has(schema)) {
        const outside = JSON.stringify(schema).replaceAll('"#/components', '"openapi.yaml#/components');
        compiled.set(schema, ajv.compile(JSON.parse(outside)));
    }
    const validate = compiled.get(schema);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
}
