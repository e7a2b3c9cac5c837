// generators.mjs [NAME...]: the clients that tools/generators.sh made of docs/openapi.json, or those whose names contain a NAME.
// Each program reads my missing photo, uploads one, reads it, its size 48x48 and its metadata, and the missing photo of another
// person, and prints what it got as one JSON object. Ends with failure where one got something else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertWhole } from '../api/lib/jpeg_inspection.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server } from '../api/lib/server.mjs';
import { makeUser } from '../api/lib/world.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = (path) => here(`../../build/clients/${path}`);
const java = built('generator_java/client/target');
const generators = [
    { name: 'openapi-generator (generator)', folder: 'generator_java', command: 'java', args: ['-cp', `${java}/classes:${java}/dependency/*`, 'Photo'] },
    {
        name: 'openapi-python-client (generator)',
        folder: 'generator_python',
        command: built('generator_python/bin/python'),
        args: [here('generators/python/photo.py')],
        environment: { PYTHONPATH: built('generator_python/client') },
    },
    { name: 'oapi-codegen (generator)', folder: 'generator_go', command: built('generator_go/client'), args: [] },
    // Compiled only.
    { name: 'Kiota (generator)', folder: 'generator_kiota' },
    { name: 'NSwag (generator)', folder: 'generator_nswag' },
];

async function use({ command, args, environment }) {
    const server = await Server.start();
    try {
        const [user, other] = [await makeUser(server), await makeUser(server)];
        const env = {
            ...process.env,
            ...environment,
            CAMEO_URL: `${server.origin}/v1.0`,
            CAMEO_TOKEN: server.userToken(user.id, 'ProfilePhoto.ReadWrite.All User.Read.All'),
            CAMEO_PICTURE: jpeg(648, 648).toString('base64'),
            CAMEO_WITHOUT_PHOTO: other.id,
        };
        const { stdout } = await promisify(execFile)(command, args, { env, timeout: 60_000, maxBuffer: 2 ** 26 });
        const { photo, small, message, ...said } = JSON.parse(stdout);
        assert.deepEqual(said, { before: 'ImageNotFound', upload: 200, metadata: { id: '648x648', width: 648 }, missing: 'ImageNotFound' });
        assert.ok(message.length > 0, 'the error has no message');
        assertWhole(Buffer.from(photo, 'base64'), 648);
        assertWhole(Buffer.from(small, 'base64'), 48);
    } finally {
        await server.stop();
    }
}

const names = process.argv.slice(2).map((name) => name.toLowerCase());
let failed = 0;
for (const one of generators) {
    if (names.length > 0 && !names.some((name) => one.name.toLowerCase().includes(name))) continue;
    const why = built(`${one.folder}/.skipped`);
    if (!existsSync(built(`${one.folder}/.made`))) {
        console.log(`${one.name}: skipped: ${existsSync(why) ? readFileSync(why, 'utf8').trim() : 'not made'}`);
        continue;
    }
    try {
        if (one.command) await use(one);
        console.log(`${one.name}: ok`);
    } catch (error) {
        failed++;
        console.log(`${one.name}: FAIL: ${error.stderr || error.message}`);
    }
}
process.exit(failed > 0 ? 1 : 0);
