// Schemathesis against a server of its own: a second opinion on whether docs/openapi.yaml and the server agree.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeOwners } from '../api/lib/owners.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server, temporaryFolder } from '../api/lib/server.mjs';
import { unknownId } from '../api/lib/world.mjs';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
export const made = file('../../build/clients/schemathesis/.made');
const program = file('../../build/clients/schemathesis/bin/st');
const seed = process.env.CAMEO_FUZZ_SEED ?? '1';
const examples = '5'; // of each operation, beside those that cover its parameters
const checks = [
    'not_a_server_error',
    'status_code_conformance',
    'content_type_conformance',
    'response_headers_conformance',
    'response_schema_conformance',
    'allow_header_conformance',
];
const scopes = 'ProfilePhoto.ReadWrite.All User.Read.All Group.ReadWrite.All TeamSettings.ReadWrite.All Contacts.ReadWrite';
const userAdministrator = 'User Administrator';
// Paths outside the base URLs of the document's servers.
const outside = '^/(cameo|healthz|readyz|metrics|openapi)';

const table = (values) =>
    Object.entries(values)
        .map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`)
        .join(', ');

/** Real keys for the parameters of paths, but unknown ones for DELETE. */
function settings({ user, team, contact, folder, child }) {
    const keys = { user, group: team, team, contact, folder, child, member: user, operation: unknownId, size: '48x48' };
    const missing = { user: unknownId, group: unknownId, team: unknownId, contact: 'x', folder: 'x', child: 'x' };
    return `parameters = { ${table(keys)} }\n[[operations]]\ninclude-method = "DELETE"\nparameters = { ${table(missing)} }\n`;
}

async function runAt(url, filter, { cwd, token }) {
    const options = ['--seed', seed, '--max-examples', examples, '--phases', 'coverage,fuzzing', '--checks', checks.join()];
    const args = ['--config-file', 'st.toml', 'run', file('../../docs/openapi.yaml'), '--url', url, ...filter, ...options];
    const env = {
        ...process.env,
        CAMEO_PICTURE: join(cwd, 'face.jpg'),
        SCHEMATHESIS_HOOKS: 'hooks',
        PYTHONPATH: file('schemathesis'),
    };
    const bearer = ['--header', `Authorization: Bearer ${token}`, '--warnings', 'off'];
    const { stdout } = await promisify(execFile)(program, [...args, ...bearer], { cwd, env, timeout: 600_000, maxBuffer: 2 ** 26 });
    const [, version] = /Schemathesis v(\S+)/.exec(stdout);
    const [, operations] = /Tested: (\d+)/.exec(stdout);
    const [, requests] = /(\d+) generated/.exec(stdout);
    return { version, operations: Number(operations), requests: Number(requests) };
}

/** { said: 'ok' or the error; version, operations, requests where it is ok } */
export async function runSchemathesis() {
    const server = await Server.start({ config: '[limits]\nrequests_per_second = 0\nuploads_per_second = 0\n' });
    try {
        const { ids, user } = await makeOwners(server);
        const cwd = temporaryFolder();
        writeFileSync(join(cwd, 'st.toml'), settings(ids));
        writeFileSync(join(cwd, 'face.jpg'), jpeg(64, 64));
        const world = { cwd, token: server.userToken(user.id, scopes, userAdministrator) };
        const ofGraph = await runAt(`${server.origin}/v1.0`, ['--exclude-path-regex', outside], world);
        const others = await runAt(server.origin, ['--include-path-regex', outside], world);
        return {
            said: 'ok',
            version: ofGraph.version,
            operations: ofGraph.operations + others.operations,
            requests: ofGraph.requests + others.requests,
        };
    } catch (error) {
        return { said: error.stdout || String(error) };
    } finally {
        await server.stop();
    }
}
