// Generators of clients for TypeScript, on docs/openapi.json: what they make has the names of the operations, compiles by the
// strict rules, and the client of one of them reads and writes photos of a live server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertWhole } from '../api/lib/jpeg_inspection.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server, temporaryFolder } from '../api/lib/server.mjs';
import { makeUser, unknownId } from '../api/lib/world.mjs';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const input = file('../../docs/openapi.json');
const out = temporaryFolder();
const made = (name) => join(out, name);

const generators = {
    'openapi-typescript': { args: [input, '-o', made('openapi-typescript.ts')], main: 'openapi-typescript.ts' },
    'hey-api': { program: 'openapi-ts', args: ['-i', input, '-o', made('hey-api')], main: 'hey-api/sdk.gen.ts' },
    orval: { args: ['--input', input, '--output', made('orval.ts'), '--client', 'fetch'], main: 'orval.ts' },
    'swagger-typescript-api': { args: ['generate', '-p', input, '-o', out, '-n', 'swagger-typescript-api.ts'], main: 'swagger-typescript-api.ts' },
};

/** Runs a program of node_modules to its end: an error has its output. */
async function run(program, args, cwd) {
    try {
        return await promisify(execFile)(file(`node_modules/.bin/${program}`), args, { cwd, timeout: 300_000, maxBuffer: 2 ** 26 });
    } catch (error) {
        throw new Error(`${program} ${args.join(' ')}: ${error.stdout}${error.stderr}`);
    }
}

async function compile(name, main) {
    const folder = made(`${name}-project`);
    mkdirSync(folder);
    const compilerOptions = {
        strict: true,
        // Without this the libraries of DOM and ECMAScript would be checked again for each.
        skipLibCheck: true,
        target: 'es2022',
        module: 'nodenext',
        types: [],
        lib: ['es2022', 'dom', 'dom.iterable'],
        rootDir: out,
        outDir: made(`${name}-js`),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [made(main)] }));
    await run('tsc', ['-p', folder], out);
}

const identifiers = Object.values(JSON.parse(readFileSync(input, 'utf8')).paths)
    .flatMap((item) => Object.values(item))
    .flatMap(({ operationId }) => operationId ?? []);

let server, user, other;
before(async () => {
    server = await Server.start();
    user = await makeUser(server);
    other = await makeUser(server);
});
after(() => server.stop());

test('clients for TypeScript', { concurrency: 2 }, async (t) => {
    const tests = Object.entries(generators).map(([name, { program = name, args, main }]) =>
        t.test(`${name}: every operation has its name, and the client compiles`, async () => {
            await run(program, args, out);
            const text = readFileSync(made(main), 'utf8');
            for (const identifier of identifiers) assert.match(text, new RegExp(`\\b${identifier}\\b`));
            if (name !== 'hey-api') return compile(name, main);
            copyFileSync(file('photo.ts'), made('photo.ts'));
            await compile(name, 'photo.ts');
        }),
    );
    await Promise.all(tests);
});

test('the client of hey-api reads my photo, a size, the metadata, a missing photo as a typed error, and uploads', async () => {
    const picture = jpeg(648, 648);
    const env = {
        ...process.env,
        CAMEO_URL: `${server.origin}/v1.0`,
        CAMEO_TOKEN: server.userToken(user.id, 'ProfilePhoto.ReadWrite.All User.Read.All'),
        CAMEO_PICTURE: picture.toString('base64'),
        CAMEO_WITHOUT_PHOTO: other.id,
        CAMEO_UNKNOWN: unknownId,
    };
    const { stdout } = await promisify(execFile)(process.execPath, [made('hey-api-js/photo.js')], { env });
    const { photo, small, message, ...said } = JSON.parse(stdout);
    assert.deepEqual(said, {
        before: 'ImageNotFound',
        upload: 200,
        metadata: { id: '648x648', width: 648, etag: true },
        missing: true,
        unknown: true,
        known: 304,
    });
    assert.ok(message.length > 0);
    assertWhole(Buffer.from(photo, 'base64'), 648);
    assertWhole(Buffer.from(small, 'base64'), 48);
});
