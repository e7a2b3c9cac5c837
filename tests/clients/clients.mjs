// The clients: how each is started, and how it comes to trust the certificate.
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const trustsByNode = (world) => ({ NODE_EXTRA_CA_CERTS: world.ca });
const trustsByOpenssl = (world) => ({ SSL_CERT_FILE: world.ca });
const node = (...args) => ({ command: process.execPath, args, environment: trustsByNode });

/** Those of ./dev test. */
export const npmClients = [
    { name: 'microsoft-graph-client 3 (npm)', ...node(here('node/graph_client.mjs')) },
    { name: 'msgraph-sdk (npm)', ...node(here('node/msgraph_sdk.mjs')) },
    { name: 'msgraph-sdk with gzip (npm)', ...node(here('node/msgraph_sdk.mjs'), 'gzip') },
];

/** Those of ./dev clients: each a runtime and a registry that may be missing. */
export const otherClients = [
    {
        name: 'msgraph-sdk (PyPI)',
        command: here('../../build/clients/python/bin/python'),
        args: [here('python/client.py')],
        environment: trustsByOpenssl,
    },
    {
        name: 'msgraph-sdk-go',
        command: here('../../build/clients/go/client'),
        environment: trustsByOpenssl,
    },
];
