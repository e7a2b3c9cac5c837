// Makes schemaN.sql and schemaN.json: `node earlier/make.mjs N`, with the last binary of that schema. It fills a real
// server's folder, replaces the rendered blobs by those of a formula (folder.mjs), writes the catalog as SQL and
// the server's answers for every photo and object. Never run again for a released schema.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { get, put, remove } from '../lib/http.mjs';
import { jpeg } from '../lib/pictures.mjs';
import { OpenIdProvider, audience } from '../lib/provider.mjs';
import { Server } from '../lib/server.mjs';
import { givePhoto, makeContact, makeFolder, makeGroup, makeTeam, makeUser } from '../lib/world.mjs';
import { bytesOf, photosOf, sql, writeBlob } from './folder.mjs';

const name = `schema${process.argv[2]}`;
const here = dirname(fileURLToPath(import.meta.url));

/** Fills a server; returns the paths to request. */
async function fill(server, provider) {
    const photo = (side) => ({ picture: jpeg(side, side) });
    const ada = await makeUser(server, { displayName: 'Ada Lovelace', givenName: 'Ada', ...photo(700) });
    const jose = await makeUser(server, { displayName: 'José Núñez', businessPhones: ['+34 1'], ...photo(100) });
    const grace = await makeUser(server, { displayName: 'Grace Hopper', photoStorage: 'directory', ...photo(90) });
    const alan = await makeUser(server, { displayName: 'Alan Turing', accountEnabled: false });
    const group = await makeGroup(server, { displayName: 'Analysts', members: [ada, jose], ...photo(300) });
    const team = await makeTeam(server, { displayName: 'Compilers', ...photo(240) });
    const contact = await makeContact(server, ada, { displayName: 'Charles Babbage', ...photo(64) });
    const folder = await makeFolder(server, ada, { displayName: 'Engines' });
    const inner = await makeFolder(server, folder, { displayName: 'Difference' });
    const deep = await makeContact(server, inner, { displayName: 'Joseph Clement', ...photo(120) });
    await givePhoto(server, jose, jpeg(200, 200)); // the previous photo is retired
    await remove(server, grace.photo, server.admin);
    await givePhoto(server, grace, jpeg(96, 96)); // of the other kind of storage
    provider.people.set('ada', { preferred_username: ada.upn, name: 'Ada' });
    const token = await provider.userToken('ada');
    const signedIn = await put(server, '/v1.0/me/photo/$value', token, jpeg(650, 650));
    if (signedIn.status !== 200) throw new Error(signedIn.text);
    const owners = [ada, jose, grace, alan, group, team, contact, deep];
    const sizes = ({ path }) => (/contact|teams/.test(path) ? [] : ['48x48', '240x240', '648x648']);
    return [
        ...owners.flatMap((owner) => [owner.path, owner.photo, `${owner.path}/photo`, ...sizes(owner).map((size) => `${owner.path}/photos/${size}/$value`)]),
        `${group.path}/members`,
        `${ada.path}/contactFolders`,
        inner.path,
        '/v1.0/users?$search=%22displayName:jose%22&$select=id,displayName',
    ];
}

const table = Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0x82f63b78 : n >>> 1;
    return n >>> 0;
});
const crc32c = (bytes) => (bytes.reduce((crc, byte) => table[(crc ^ byte) & 0xff] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** docs/storage.md, "The packed renditions". */
function packed(key, sizes) {
    const head = Buffer.alloc(2 + 16 * sizes.length);
    head.set([1, sizes.length]);
    let offset = 0;
    sizes.forEach((size, i) => {
        const bytes = bytesOf(key, size);
        const [width, height] = size.split('x').map(Number);
        head.writeUInt16LE(width, 2 + 16 * i);
        head.writeUInt16LE(height, 4 + 16 * i);
        [offset, bytes.length, crc32c(bytes)].forEach((value, j) => head.writeUInt32LE(value, 6 + 16 * i + 4 * j));
        offset += bytes.length;
    });
    return head.toString('hex');
}

/** Every table except the internal ones of SQLite and FTS5, then the rows; triggers fill the index of words. */
function dump(data) {
    const shadow = "(SELECT name FROM pragma_table_list WHERE type='shadow')";
    const own = `name NOT LIKE 'sqlite_%' AND tbl_name NOT IN ${shadow} AND sql NOT NULL`;
    const schema = sql(data, `SELECT sql || char(59) FROM sqlite_schema WHERE ${own} ORDER BY rowid;`);
    const tables = sql(data, "SELECT name FROM pragma_table_list WHERE schema='main' AND type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name='members' OR name='issuer_subjects', name;").trim().split('\n');
    const rows = (name) => {
        const columns = sql(data, `SELECT group_concat('"' || name || '"', ',') FROM pragma_table_info('${name}');`).trim();
        return sql(data, `.mode insert "${name}"\nSELECT ${columns} FROM "${name}";`).replaceAll(/^INSERT INTO "?\w+"?(\([^)]*\))? VALUES/gm, `INSERT INTO "${name}"(${columns}) VALUES`);
    };
    const version = sql(data, 'PRAGMA user_version;').trim();
    const statistics = `ANALYZE tenants;\nDELETE FROM sqlite_stat1;\n${rows('sqlite_stat1')}`;
    return `BEGIN;\n${schema}${tables.map(rows).join('')}${statistics}PRAGMA application_id=0x43414d4f;\nPRAGMA user_version=${version};\nCOMMIT;\n`;
}

const provider = await OpenIdProvider.start();
const config = `[[issuer]]\ndiscovery = "${provider.discovery}"\naudience = ["${audience}"]\ntenant = "default"\nmatch_by_name = true\n`;
const server = await Server.start({ config });
const paths = await fill(server, provider);
await server.stop();
await provider.close();
const photos = photosOf(server.data);
for (const [key, sizes] of photos) {
    writeBlob(server.data, key, sizes);
    sql(server.data, `UPDATE photos SET renditions=x'${packed(key, sizes)}' WHERE blob_key='${key}';`);
}
// A constant name instead of the provider's port.
sql(server.data, "UPDATE issuer_subjects SET issuer='https://issuer.example';");
writeFileSync(join(here, `${name}.sql`), dump(server.data));

const other = await Server.startOn(server.data);
const answers = {};
for (const path of paths) {
    const { status, headers, body } = await get(other, path, other.admin, path.includes('$search') ? { ConsistencyLevel: 'eventual' } : {});
    const text = body.toString().replaceAll(other.origin, '');
    const isPicture = headers['content-type'] === 'image/jpeg';
    // Errors contain the time.
    answers[path] = { status, etag: headers.etag, modified: headers['last-modified'], body: isPicture ? `sha256 ${createHash('sha256').update(body).digest('hex')}` : status === 200 ? text : '' };
}
await other.stop();
writeFileSync(join(here, `${name}.json`), `${JSON.stringify(answers, null, 4)}\n`);
