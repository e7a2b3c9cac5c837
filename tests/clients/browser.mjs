// Chromium without a screen, and a web server of this machine for the pages of examples/page.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import { basename, extname } from 'node:path';

const types = { '.html': 'text/html', '.js': 'text/javascript' };
export const browserOptions = (
    '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
    '--disable-component-update --disable-sync'
).split(' ');

export function openBrowser() {
    const { chromium } = createRequire(new URL('node/', import.meta.url))('playwright-core');
    return chromium.launch({ executablePath: '/usr/bin/chromium', args: browserOptions });
}

export class Site {
    static async start() {
        const site = new Site();
        site.listener = http.createServer(serve);
        await new Promise((done) => site.listener.listen(0, '127.0.0.1', done));
        site.address = `http://127.0.0.1:${site.listener.address().port}`;
        return site;
    }

    stop() {
        this.listener.closeAllConnections();
        return new Promise((done) => this.listener.close(done));
    }
}

async function serve({ url }, response) {
    const name = basename(url);
    try {
        const text = await readFile(new URL(`../../examples/page/${name}`, import.meta.url));
        response.writeHead(200, { 'Content-Type': types[extname(name)] }).end(text);
    } catch {
        response.writeHead(404).end();
    }
}

/** The page's requests from now on: a growing list. */
export function requestsOf(page) {
    const asked = [];
    page.on('request', (request) => asked.push({ method: request.method(), url: request.url() }));
    return asked;
}

/** The requests to other machines. */
export const elsewhere = (asked) =>
    asked.filter(({ url }) => !/^(data:|(blob:)?http:\/\/127\.0\.0\.1:\d+\/)/.test(url));
