// My photo at 48x48 and its metadata: npm install @microsoft/microsoft-graph-client; CAMEO_TOKEN=... node photo.js
// This client sends no token over plain http: TLS_PORT=8443 ./dev run; docs/clients.md has how to trust it.
import { Client, ResponseType } from '@microsoft/microsoft-graph-client';
import { writeFile } from 'node:fs/promises';

const client = Client.initWithMiddleware({
    baseUrl: process.env.CAMEO_URL ?? 'https://127.0.0.1:8443/', // without /v1.0, which it adds itself
    customHosts: new Set(['127.0.0.1']),
    authProvider: { getAccessToken: async () => process.env.CAMEO_TOKEN },
});

const result = await client.api('/me/photo').get();
console.log(`${result.id}, ${result.width} pixels wide`);
const bytes = await client.api('/me/photos/48x48/$value').responseType(ResponseType.ARRAYBUFFER).get();
await writeFile('photo.jpg', Buffer.from(bytes));
