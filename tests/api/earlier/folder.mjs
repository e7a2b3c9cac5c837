// Data folders of earlier versions: the catalog from SQL text, the blobs from a formula, so that no binary file is
// committed. make.mjs wrote the texts.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

const database = (data) => join(data, 'catalog.db');

/** Runs SQL on the catalog of a folder that no server uses; returns the output of sqlite3. */
export const sql = (data, text) => execFileSync('sqlite3', [database(data)], { input: text, encoding: 'utf8' });

/** The bytes of one size: a JPEG file's markers around a comment. The server sends them unchanged. */
export function bytesOf(key, size) {
    const comment = Buffer.from(`${key} ${size}`);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(comment.length + 2);
    return Buffer.concat([Buffer.from('ffd8fffe', 'hex'), length, comment, Buffer.from('ffd9', 'hex')]);
}

/** docs/storage.md, "The packed renditions": the sizes, as 48x48. */
export function sizesOf(packed) {
    return Array.from({ length: packed[1] }, (_, i) => `${packed.readUInt16LE(2 + 16 * i)}x${packed.readUInt16LE(4 + 16 * i)}`);
}

export function writeBlob(data, key, sizes) {
    const folder = join(data, 'blobs', key.slice(0, 2), key.slice(2, 4));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, `${key}.blob`), Buffer.concat(sizes.map((size) => bytesOf(key, size))), { mode: 0o600 });
}

/** [key, sizes] of every photo. */
export function photosOf(data) {
    const rows = sql(data, "SELECT blob_key || ' ' || hex(renditions) FROM photos ORDER BY blob_key;").trim().split('\n');
    return rows.map((row) => row.split(' ')).map(([key, packed]) => [key, sizesOf(Buffer.from(packed, 'hex'))]);
}

/** The SQL of an earlier version's catalog, and what its server answered: { sql, answers }. */
export const earlier = (name) => ({
    sql: readFileSync(join(here, `${name}.sql`), 'utf8'),
    answers: JSON.parse(readFileSync(join(here, `${name}.json`), 'utf8')),
});

/** Makes the data folder `data`, which is missing. `change` is SQL that runs after that of the catalog. */
export function makeFolder(data, { sql: text }, change = '') {
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(database(data), '', { mode: 0o600 });
    sql(data, `PRAGMA journal_mode=WAL;\n${text}\n${change}`);
    for (const [key, sizes] of photosOf(data)) writeBlob(data, key, sizes);
    for (const key of sql(data, 'SELECT key FROM retired_blobs;').trim().split('\n')) writeBlob(data, key, ['48x48']);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(join(data, 'signing-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    chmodSync(database(data), 0o600);
    return data;
}
