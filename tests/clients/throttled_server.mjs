// A second server with the people, photos and tokens of the first (from its backup), with a limit of one read a
// second for a person. In front of it a proxy with the first server's certificate, which records the heads of
// uploads and uses up the limit before the first read, so that the server itself rejects that read.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { command } from '../api/lib/command.mjs';
import { get } from '../api/lib/http.mjs';
import { Server, temporaryFolder } from '../api/lib/server.mjs';

const config = '[limits]\nrequests_per_second = 1\nrequests_burst = 1\n';

export class ThrottledServer {
    refused = 0; // reads that were answered 429
    uploads = [];
    #server;
    #proxy;
    #usedUp;

    static async startBeside(server) {
        const throttled = new ThrottledServer();
        throttled.#server = await Server.startOn(await copyOf(server.data), { config });
        const made = (name) => readFileSync(join(server.data, 'dev-ca', name));
        const files = { cert: made('server.pem'), key: made('server-key.pem') };
        throttled.#proxy = https.createServer(files, (request, response) => throttled.#answer(request, response));
        await new Promise((done) => throttled.#proxy.listen(0, '127.0.0.1', done));
        throttled.origin = `https://localhost:${throttled.#proxy.address().port}`;
        return throttled;
    }

    async stop() {
        this.#proxy.closeAllConnections();
        await new Promise((done) => this.#proxy.close(done));
        await this.#server.stop();
    }

    async #answer(request, response) {
        const { method, url, headers } = request;
        if (method !== 'GET') this.uploads.push(headers);
        if (method === 'GET') await (this.#usedUp ??= this.#useUp(headers.authorization));
        const options = { method, headers, agent: this.#server.agent };
        const onwards = http.request(this.#server.origin + url, options, (answered) => {
            if (answered.statusCode === 429) this.refused++;
            response.writeHead(answered.statusCode, answered.rawHeaders);
            answered.pipe(response);
        });
        onwards.on('error', () => response.destroy());
        request.pipe(onwards);
    }

    async #useUp(authorization) {
        const token = authorization.replace(/^Bearer /i, '');
        while ((await get(this.#server, '/v1.0/me', token)).status !== 429);
    }
}

async function copyOf(data) {
    const [backup, copy] = ['backup', 'copy'].map((name) => join(temporaryFolder(), name));
    for (const args of [['backup', backup, '--data', data], ['restore', backup, '--data', copy]]) {
        const { status, stderr } = await command(...args);
        if (status !== 0) throw new Error(`cameo ${args.join(' ')}: ${stderr}`);
    }
    return copy;
}
