// Runs the examples that can run here against a server of their own, and checks their output and files.
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dimensions } from '../api/lib/jpeg_inspection.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server, temporaryFolder } from '../api/lib/server.mjs';
import { makeUser } from '../api/lib/world.mjs';
import { otherClients } from './clients.mjs';

const example = (path) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
const built = (path) => fileURLToPath(new URL(`../../build/clients/${path}`, import.meta.url));
const madeBy = (file) => otherClients.find((client) => client.file === file).made;

/** Those with `made` use the packages of a client, and run where that file exists. */
export const examples = {
    csharp: {
        made: madeBy('csharp-6'),
        command: () => ({ file: 'dotnet', args: ['run', example('csharp/photo.cs')] }),
    },
    javascript: { secure: true, command: () => ({ file: process.execPath, args: [besidePackages()] }) },
    php: { made: madeBy('php-2'), command: () => ({ file: 'php', args: [besideVendor()] }) },
    python: {
        made: madeBy('pypi-msgraph-sdk'),
        command: () => ({ file: built('python/bin/python'), args: [example('python/photo.py')] }),
    },
    go: { made: madeBy('go-msgraph-sdk'), command: () => ({ file: built('go/example'), args: [] }) },
    java: {
        made: madeBy('maven-microsoft-graph'),
        command: () => ({ file: 'java', args: ['-cp', built('java/dependency/*'), example('java/Photo.java')] }),
    },
};

/** 'ok', or the error. */
export async function runExample(name) {
    const { secure = false, command } = examples[name];
    const server = await Server.start({ secure });
    try {
        const user = await makeUser(server, { picture: jpeg(504, 504) });
        const cwd = temporaryFolder();
        const { file, args } = command();
        const env = {
            ...process.env,
            CAMEO_URL: secure ? `${server.origin}/` : `${server.origin}/v1.0`,
            CAMEO_TOKEN: server.userToken(user.id, 'User.Read'),
            NODE_EXTRA_CA_CERTS: join(server.data, 'dev-ca', 'ca.pem'),
            DOTNET_CLI_TELEMETRY_OPTOUT: '1',
            DOTNET_NOLOGO: '1',
        };
        const { stdout } = await promisify(execFile)(file, args, { cwd, env, timeout: 120_000 });
        const { width } = dimensions(readFileSync(join(cwd, 'photo.jpg')));
        return stdout.trim() === '504x504, 504 pixels wide' && width === 48 ? 'ok' : `${stdout} and a photo of ${width}`;
    } catch (error) {
        return error.stderr || String(error);
    } finally {
        await server.stop();
    }
}

/** A copy of the JavaScript example in a folder that has the npm packages. */
function besidePackages() {
    const folder = temporaryFolder();
    symlinkSync(fileURLToPath(new URL('node/node_modules', import.meta.url)), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    copyFileSync(example('javascript/photo.js'), join(folder, 'photo.js'));
    return join(folder, 'photo.js');
}

/** A copy of the PHP example in a folder that has the packages of the client. */
function besideVendor() {
    const folder = temporaryFolder();
    symlinkSync(built('php-2/vendor'), join(folder, 'vendor'));
    copyFileSync(example('php/photo.php'), join(folder, 'photo.php'));
    return join(folder, 'photo.php');
}
