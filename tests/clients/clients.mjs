// The clients: how each is started, and how it trusts the certificate. `file` names its last result in results/.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../api/lib/server.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const trustsByNode = (world) => ({ NODE_EXTRA_CA_CERTS: world.ca });
const trustsByOpenssl = (world) => ({ SSL_CERT_FILE: world.ca });
function trustsByKeystore(world) {
    const store = join(temporaryFolder(), 'trust.p12');
    const options = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', 'changeit'];
    execFileSync('keytool', ['-importcert', '-noprompt', '-alias', 'cameo', '-file', world.ca, ...options], {
        stdio: 'ignore',
    });
    return {
        JDK_JAVA_OPTIONS: `-Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=changeit`,
    };
}
// The empty entry of the list is PHP's own folder, where Debian turns on curl.
function trustsByIni(world) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'cameo.ini'), `curl.cainfo=${world.ca}\nopenssl.cafile=${world.ca}\n`);
    return { PHP_INI_SCAN_DIR: `:${folder}` };
}
const trustsByRequests = (world) => ({ REQUESTS_CA_BUNDLE: world.ca });
// CLI for Microsoft 365 keeps its settings there.
const trustsWithoutHome = (world) => ({ ...trustsByNode(world), HOME: temporaryFolder() });
const node = (...args) => ({ command: process.execPath, args, environment: trustsByNode });

/** Those of ./dev test. */
export const npmClients = [
    { name: 'microsoft-graph-client 3 (npm)', file: 'npm-microsoft-graph-client', ...node(here('node/graph_client.mjs')) },
    { name: 'msgraph-sdk (npm)', file: 'npm-msgraph-sdk', ...node(here('node/msgraph_sdk.mjs')) },
    { name: 'msgraph-sdk with gzip (npm)', file: 'npm-msgraph-sdk-gzip', ...node(here('node/msgraph_sdk.mjs'), 'gzip') },
    { name: 'PnPjs (npm)', file: 'npm-pnpjs', ...node(here('node/pnpjs.mjs')) },
];

const built = (path) => here(`../../build/clients/${path}`);
const csharp = (major) => ({
    name: `Microsoft.Graph ${major} (NuGet)`,
    file: `csharp-${major}`,
    made: built(`csharp-${major}/.made`),
    command: 'dotnet',
    args: [built(`csharp-${major}/out/Client.dll`)],
    environment: trustsByOpenssl,
});
const php = (major) => ({
    name: `microsoft-graph ${major} (PHP)`,
    file: `php-${major}`,
    made: built(`php-${major}/.made`),
    command: 'php',
    args: [here('php/client.php'), built(`php-${major}`)],
    environment: trustsByIni,
});
/** Those of ./dev test clients, which makes them in build/clients; `made` is the file that proves the build. */
export const otherClients = [
    {
        name: 'msgraph-sdk (PyPI)',
        file: 'pypi-msgraph-sdk',
        made: built('python/.made'),
        command: built('python/bin/python'),
        args: [here('python/client.py')],
        environment: trustsByOpenssl,
    },
    {
        name: 'msgraph-sdk-go',
        file: 'go-msgraph-sdk',
        made: built('go/client'),
        command: built('go/client'),
        environment: trustsByOpenssl,
    },
    {
        name: 'microsoft-graph (Maven)',
        file: 'maven-microsoft-graph',
        made: built('java/.made'),
        command: 'java',
        args: ['-cp', `${built('java/classes')}:${built('java/dependency/*')}`, 'Client'],
        environment: trustsByKeystore,
    },
    csharp(6),
    csharp(5),
    php(3),
    php(2),
];

const photo = 'seed-photo seed-48 sizes upload not-found unauthorized';
const metadata = 'seed-metadata seed-team-metadata seed-team-photo metadata list delete group team contact folder-contact';
const program = (name, source, does) => ({
    name,
    file: `npm-${source.replace('_', '-')}`,
    made: built('programs/.made'),
    ...node(here(`programs/${source}.mjs`)),
    environment: trustsWithoutHome,
    does: does.split(' '),
});
const pythonProgram = (name, source, does) => ({
    name,
    file: `pypi-${source.replace('_', '-')}`,
    made: built('python/.made'),
    command: built('python/bin/python'),
    args: [here(`python/${source}.py`)],
    environment: trustsByRequests,
    does: does.split(' '),
});

/** Libraries and programs of others that use Graph, with the checks of checks.mjs that each has calls for. */
export const programs = [
    pythonProgram('O365 (PyPI)', 'o365', `${photo} throttled contact encoded-ids people find`),
    pythonProgram('Office365-REST (PyPI)', 'office365_rest', `${photo} ${metadata} encoded-ids people find members delta`),
    program('Backstage catalog (npm)', 'backstage', 'seed-48 list not-found people members organization'),
    program('CLI for Microsoft 365 (npm)', 'cli_microsoft365', 'seed-photo group not-found people members find'),
    program('Auth.js (npm)', 'authjs', 'seed-48 not-found'),
    program('Graph Toolkit, Chromium (npm)', 'toolkit', 'seed-photo encoded-ids not-found group contact people find members'),
];
