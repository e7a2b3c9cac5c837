// web/bundle, which is committed: it is what the sources give, byte for byte, and small (docs/web.md).
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle } from '../../web/build.mjs';

const committed = fileURLToPath(new URL('../../web/bundle/', import.meta.url));

/** { name: bytes } of all files below the folder. */
function filesOf(folder) {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(names.sort().map((name) => [name.slice(folder.length).replace(/^\//, ''), readFileSync(name)]));
}

const files = filesOf(committed);
const sum = (sizes) => sizes.reduce((all, one) => all + one, 0);

test('the sources give exactly the committed bundle', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cameo-bundle-'));
    try {
        await bundle(folder);
        const made = filesOf(folder);
        assert.deepEqual(Object.keys(files), Object.keys(made), 'the names hold the hashes: run npm run build in web/');
        for (const [name, bytes] of Object.entries(made)) assert.ok(bytes.equals(files[name]), `${name} differs`);
    } finally {
        rmSync(folder, { recursive: true });
    }
});

test('the bundle is under 200 KB', () => {
    assert.ok(sum(Object.values(files).map((bytes) => bytes.length)) < 200_000);
});

/** The files that the page loads before anything is clicked, without an issuer: those that index.html and scripts name. */
function firstLoad() {
    const seen = new Set(['index.html']);
    const visit = (name, pattern) => {
        for (const [, found] of files[name].toString('utf8').matchAll(pattern)) {
            const next = `assets/${found}`;
            if (!seen.has(next) && seen.add(next) && next.endsWith('.js')) visit(next, staticImport);
        }
    };
    const staticImport = /(?:from|import)\s*"\.\/([\w.-]+)"/g;
    visit('index.html', /"assets\/([\w.-]+)"/g);
    return [...seen];
}

test('the first load is at most 80 KB compressed', () => {
    const names = firstLoad();
    assert.ok(names.length >= 4, names.join());
    assert.ok(!names.some((name) => name.includes('oidc')), names.join());
    const size = sum(names.map((name) => gzipSync(files[name]).length));
    assert.ok(size <= 80_000, `${size} bytes: ${names}`);
});

test('nothing in the bundle needs what the policy forbids, or comes from elsewhere', () => {
    const page = files['index.html'].toString('utf8');
    assert.doesNotMatch(page, /<style|style=|<script(?![^>]*\bsrc=)|\son\w+=/);
    for (const [name, bytes] of Object.entries(files)) {
        if (name.endsWith('.css')) assert.doesNotMatch(bytes.toString('utf8'), /url\(|@import/, name);
        if (name.endsWith('.js')) assert.doesNotMatch(bytes.toString('utf8'), /\beval\(|new Function\(/, name);
    }
});
