// One visit to the page, by a new browser with an empty cache. No debugger is attached, since its events for every request
// would add to the cost of the request: the page measures itself and reports to the site.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { X509Certificate, createHash } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import { temporaryFolder } from '../../tests/api/lib/server.mjs';
import { browserOptions } from '../../tests/clients/browser.mjs';

const types = { '.html': 'text/html', '.js': 'text/javascript' };
const timeoutMs = 120_000; // milliseconds

/** { first, again }: the page's results, with `cpu`, the server's milliseconds, and the increase of `count()`. */
export async function visit(server, token, way, { url = server.origin, count = async () => ({}) } = {}) {
    const passes = {};
    let atStart;
    const look = async () => ({ cpu: processorTime(server.child.pid), ...(await count()) });
    const site = await serve({
        begin: async () => void (atStart = await look()),
        end: async ({ pass, ...seen }) => {
            const now = await look();
            for (const name of Object.keys(now)) seen[name] = now[name] - atStart[name];
            passes[pass] = seen;
        },
    });
    const query = new URLSearchParams({ way, url, token });
    const browser = open(`http://127.0.0.1:${site.port}/page.html?${query}`, server);
    try {
        const { error } = await Promise.race([site.bye, browser.ended]);
        if (error) throw new Error(`${way}: ${error}`);
        return passes;
    } finally {
        await browser.close();
        site.close();
    }
}

/** The page's files, and its messages. */
async function serve(messages) {
    let bye;
    const said = new Promise((done) => (bye = done));
    const listener = http.createServer(async (request, response) => {
        if (request.method === 'GET') return file(basename(request.url.split('?')[0]), response);
        let text = '';
        for await (const piece of request) text += piece;
        const name = request.url.slice(1);
        if (name === 'bye') bye(JSON.parse(text));
        await messages[name]?.(JSON.parse(text));
        response.end();
    });
    await new Promise((done) => listener.listen(0, '127.0.0.1', done));
    const close = () => {
        listener.closeAllConnections();
        listener.close();
    };
    return { port: listener.address().port, bye: said, close };
}

async function file(name, response) {
    for (const folder of ['./', '../../examples/page/']) {
        const text = await readFile(new URL(folder + name, import.meta.url)).catch(() => undefined);
        if (text) return response.writeHead(200, { 'Content-Type': types[extname(name)] }).end(text);
    }
    response.writeHead(404).end();
}

function open(address, server) {
    const profile = temporaryFolder();
    const args = ['--headless=new', '--window-size=1280,900', ...browserOptions, `--user-data-dir=${profile}`];
    if (server.secure) args.push(`--ignore-certificate-errors-spki-list=${keyHash(server)}`);
    if (process.env.SAME_ORIGIN) args.push('--disable-web-security');
    const child = spawn('/usr/bin/chromium', [...args, address], { stdio: 'ignore' });
    const end = () => child.kill();
    const exited = new Promise((done) => child.on('exit', done));
    process.once('exit', end);
    const late = setTimeout(end, timeoutMs);
    return {
        ended: exited.then(() => ({ error: 'the browser ended before the page did' })),
        async close() {
            clearTimeout(late);
            end();
            await exited;
            process.off('exit', end);
            await rm(profile, { recursive: true, force: true, maxRetries: 10 });
        },
    };
}

function keyHash(server) {
    const { publicKey } = new X509Certificate(readFileSync(join(server.data, 'dev-ca', 'server.pem')));
    return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
}

/** Processor time of all threads, in milliseconds. */
function processorTime(pid) {
    const ofThread = (id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]);
    return readdirSync(`/proc/${pid}/task`).reduce((sum, id) => sum + ofThread(id), 0) / 1e6;
}

/** A proxy in front of the server that counts bytes: { port, bytes, close }. */
export async function countingProxy(server) {
    const proxy = { bytes: 0 };
    const listener = net.createServer((from) => {
        const to = net.connect(server.port, '127.0.0.1');
        for (const [one, other] of [[from, to], [to, from]]) {
            one.on('data', ({ length }) => (proxy.bytes += length));
            one.on('error', () => other.destroy());
            one.pipe(other);
        }
    });
    await new Promise((done) => listener.listen(0, '127.0.0.1', done));
    return Object.assign(proxy, { port: listener.address().port, close: () => listener.close() });
}
