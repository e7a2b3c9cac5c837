// The clients: how each is started, and how it trusts the certificate.
import { execFileSync } from 'node:child_process';
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
const node = (...args) => ({ command: process.execPath, args, environment: trustsByNode });

/** Those of ./dev test. */
export const npmClients = [
    { name: 'microsoft-graph-client 3 (npm)', ...node(here('node/graph_client.mjs')) },
    { name: 'msgraph-sdk (npm)', ...node(here('node/msgraph_sdk.mjs')) },
    { name: 'msgraph-sdk with gzip (npm)', ...node(here('node/msgraph_sdk.mjs'), 'gzip') },
    { name: 'PnPjs (npm)', ...node(here('node/pnpjs.mjs')) },
];

/** Those of ./dev clients, which makes them in build/clients; `made` is the file that proves the build. */
const built = (path) => here(`../../build/clients/${path}`);
export const otherClients = [
    {
        name: 'msgraph-sdk (PyPI)',
        made: built('python/.made'),
        command: built('python/bin/python'),
        args: [here('python/client.py')],
        environment: trustsByOpenssl,
    },
    {
        name: 'msgraph-sdk-go',
        made: built('go/client'),
        command: built('go/client'),
        environment: trustsByOpenssl,
    },
    {
        name: 'microsoft-graph (Maven)',
        made: built('java/.made'),
        command: 'java',
        args: ['-cp', `${built('java/classes')}:${built('java/dependency/*')}`, 'Client'],
        environment: trustsByKeystore,
    },
];
