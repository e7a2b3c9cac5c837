// openapi.mjs [check]: writes docs/openapi.yaml and docs/openapi.json from docs/openapi.source.yaml; with `check`
// it writes nothing, and fails if one of them is not what the source makes. docs/openapi.md has the short forms of the source.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// The package is that of the API tests; there is none beside this file.
const require = createRequire(new URL('../tests/api/package.json', import.meta.url));
const { Document, parse, visit } = require('yaml');

const docs = new URL('../docs/', import.meta.url);
const source = new URL('openapi.source.yaml', docs);
const head = '# Everything that the server answers: docs/openapi.md. Made by tools/openapi.mjs from docs/openapi.source.yaml.\n';

const errorContent = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };

/** The response that the short form `x-codes` means: a JSON error with one of these codes. */
function errorOf({ description, ...rest }) {
    const codes = rest['x-codes'].map((code) => `\`${code}\``);
    const told = `${description} ${codes.length > 1 ? 'Codes' : 'Code'}: ${codes.join(', ')}.`;
    return { description: told, ...rest, content: errorContent };
}

/** The value with every short form written out. */
function whole(value) {
    if (Array.isArray(value)) return value.map(whole);
    if (value === null || typeof value !== 'object') return value;
    const members = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, whole(one)]));
    return members['x-codes'] ? errorOf(members) : members;
}

/** The document as generators read it. */
function documentOf(text) {
    // `merge` is the key `<<`, by which a path's operation takes a shared one.
    const { 'x-operations': _, ...document } = parse(text, { merge: true });
    return whole(document);
}

const width = 120;

/** Collections that fit in a line are written in one, as in the source. */
function yamlOf(document) {
    const made = new Document(document, { aliasDuplicateObjects: false });
    visit(made, {
        Collection(_, node, path) {
            const text = JSON.stringify(node);
            node.flow = !text.includes('\\n') && text.length + path.length < width;
        },
    });
    return head + made.toString({ lineWidth: 0, singleQuote: true });
}

const document = documentOf(readFileSync(source, 'utf8'));
const files = { 'openapi.yaml': yamlOf(document), 'openapi.json': `${JSON.stringify(document)}\n` };
const isStale = (name) => !existsSync(new URL(name, docs)) || readFileSync(new URL(name, docs), 'utf8') !== files[name];
const stale = Object.keys(files).filter(isStale);
if (process.argv[2] === 'check') {
    for (const name of stale) console.error(`docs/${name} is not what docs/openapi.source.yaml makes: ./dev openapi writes it`);
    process.exitCode = stale.length > 0 ? 1 : 0;
} else {
    for (const name of stale) writeFileSync(new URL(name, docs), files[name]);
}
