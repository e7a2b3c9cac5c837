// faces.mjs PHOTOGRAPHS PICTURES: a page of 1,000 faces at 96x96. Chromium requests the photos in three ways.
// PICTURES is a folder that is made once from the photographs. HTTPS=1: over TLS; SAME_ORIGIN=1: as if the page came from the server,
// so without preflights; ROUNDS=5: the number of visits of each kind.
import { countingProxy, visit } from './visit.mjs';
import { startWorld } from './world.mjs';
import { send } from '../../tests/api/lib/http.mjs';

const [photographs, pictures] = process.argv.slice(2);
const rounds = Number(process.env.ROUNDS ?? 5);
const ways = { single: 'one by one', batch: '$batch of 20', bulk: 'one call' };

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1)); // ends server and browser

const { server, token } = await startWorld({ photographs, pictures, secure: Boolean(process.env.HTTPS) });
const cold = {};
const warm = {};
const counted = {};
let asked = 0; // requests for the metrics
try {
    for (const way of Object.keys(ways)) {
        await server.stop();
        await server.start();
        cold[way] = [await ask(way)];
        counted[way] = await counting(way);
        warm[way] = [];
    }
    for (let round = 0; round < rounds; round++)
        for (const way of Object.keys(ways)) warm[way].push(await ask(way));
} finally {
    await server.stop();
}
print();

async function ask(way, options) {
    const passes = await visit(server, token, way, options);
    for (const { faces } of Object.values(passes))
        if (faces !== 1000) throw new Error(`${way}: ${faces} faces on the page`);
    return passes;
}

/** The same through a counting proxy. It is slower, so these visits are not timed. */
async function counting(way) {
    const proxy = await countingProxy(server);
    const url = `${server.secure ? 'https' : 'http'}://127.0.0.1:${proxy.port}`;
    const passes = await ask(way, { url, count: async () => ({ bytes: proxy.bytes, requests: await requests() }) });
    proxy.close();
    return passes;
}

async function requests() {
    const { text } = await send(server, 'GET', '/metrics');
    asked++;
    const lines = [...text.matchAll(/^cameo_http_requests_total\{.*\} (\d+)$/gm)];
    return lines.reduce((sum, [, number]) => sum + Number(number), 0) - asked; // without the metrics requests
}

function print() {
    const row = (name, cells) => console.log([name.padEnd(26), ...cells.map((cell) => cell.padStart(24))].join(''));
    const timed = (name, from, pass, value, digits) =>
        row(name, Object.keys(ways).map((way) => spread(from[way].map((passes) => passes[pass][value]), digits)));
    const count = (name, pass, value, unit = 1) =>
        row(name, Object.keys(ways).map((way) => String(Math.round(counted[way][pass][value] / unit))));
    row('', Object.values(ways));
    for (const pass of ['first', 'again']) {
        if (pass === 'again') row('shown once more:', []);
        timed('seconds', warm, pass, 'seconds', 2);
        if (pass === 'first') timed('seconds to the first face', warm, pass, 'first', 2);
        timed("server's CPU, ms", warm, pass, 'cpu', 0);
        count('requests', pass, 'requests');
        count('KB on the wire', pass, 'bytes', 1000);
    }
    row('server just started:', []);
    timed('seconds', cold, 'first', 'seconds', 2);
    timed("server's CPU, ms", cold, 'first', 'cpu', 0);
}

/** The median, minimum and maximum. */
function spread(values, digits) {
    const sorted = values.toSorted((a, b) => a - b);
    const [least, most] = [sorted.at(0), sorted.at(-1)].map((value) => value.toFixed(digits));
    const middle = sorted[Math.floor(sorted.length / 2)].toFixed(digits);
    return sorted.length > 1 ? `${middle} (${least} to ${most})` : middle;
}
