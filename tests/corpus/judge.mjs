// Uploads one picture file and judges the answer and the renditions.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { call, get } from '../api/lib/http.mjs';

/**
 * The largest mean error of a channel, in levels of 255, at which a rendition counts as that of the reference. Where
 * coding as JPEG alone loses more, as with noise or with three pixels, that loss counts instead.
 */
export const tolerance = 6;
/** [image] wall_seconds of docs/configuration.md. */
const secondsInWorker = 15;
const hdSizes = [648, 504, 432, 360, 240, 120, 96, 64, 48];
const extensions = /\.(jpe?g|jfif|jpe|png|apng|gif|webp|hei[cf]s?|hif|avifs?|bmp|tiff?|ico|jp2|j2k|jxl|psd|tga|p[bgp]m)$/i;

/** The codes with which docs/http.md refuses a picture. */
const rules = new Set([
    'ValidationInvalidImage',
    'ValidationImageTooLarge',
    'ValidationWidthTooSmall',
    'ValidationHeightTooSmall',
    'UnsupportedMediaType',
    'RequestEntityTooLarge',
]);

/** Whether the first bytes are those of a format that Cameo takes. */
function isTakenFormat(bytes) {
    const head = bytes.toString('latin1', 0, 12);
    return /^(\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....WEBP|....ftyp(heic|heix|hevc|mif1|msf1|avif|avis))/s.test(head);
}

/** The picture files under `folder`, by name or by first bytes: their paths below it, each content once. */
export function findPictures(folder, seen = new Set()) {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    return paths.sort().filter((path) => {
        if (statSync(path).size === 0) return false;
        const bytes = readFileSync(path);
        if (!extensions.test(path) && !isTakenFormat(bytes)) return false;
        const hash = createHash('sha256').update(bytes).digest('hex');
        return !seen.has(hash) && seen.add(hash);
    });
}

/** The owner's largest photo and its largest square size, as files in `folder`. */
async function readRenditions(server, owner, folder) {
    const list = await get(server, `${owner.path}/photos`, server.admin);
    const ids = list.json().value.map(({ id }) => id);
    const square = hdSizes.map((side) => `${side}x${side}`).find((id) => ids.includes(id));
    const wanted = new Set([ids.at(-1), square].filter((id) => id !== undefined));
    return Promise.all(
        [...wanted].map(async (id) => {
            const answer = await get(server, `${owner.path}/photos/${id}/$value`, server.admin);
            if (answer.status !== 200) throw new Error(`GET ${id}: ${answer.status}`);
            const path = join(folder, `${id}.jpg`);
            writeFileSync(path, answer.body);
            return path;
        }),
    );
}

async function judgeTaken(server, owner, path, reference, folder) {
    const renditions = await readRenditions(server, owner, folder);
    const compared = await reference.compare(path, renditions);
    if (compared.unreadable) return { verdict: 'unread', detail: compared.unreadable };
    if (compared.size) return { verdict: 'different', error: 255, detail: `size ${compared.size}` };
    const differs = compared.renditions.some(({ error, coding }) => error > Math.max(tolerance, coding));
    const error = Math.max(...compared.renditions.map((one) => one.error));
    const detail = renditions.map((one, at) => `${basename(one, '.jpg')} ${compared.renditions[at].error}`).join(', ');
    return { verdict: differs ? 'different' : 'same', error, detail };
}

/** More than `wall_seconds` although `cpu_seconds` are not used up: the machine was busy, so the upload is repeated once. */
const isLate = ({ status, text }) => status === 503 && /in the time allowed/.test(text);

async function judgeRefused(answer, path, reference, isOfTakenFormat) {
    const { code, message } = answer.json().error;
    const detail = `${answer.status} ${code}: ${message}`;
    if (answer.status >= 500 || !rules.has(code) || /processor time/.test(message)) return { verdict: 'broken', detail };
    const decides = code === 'ValidationInvalidImage' || (code === 'UnsupportedMediaType' && isOfTakenFormat);
    const readable = decides && !(await reference.compare(path, [])).unreadable;
    return { verdict: readable ? 'readable' : 'refused', code, detail };
}

/**
 * Uploads the file as the photo of `owner`, who has photoStorage `directory`. verdict:
 * `same` as the reference's, `different`, `unread` (taken, but the reference cannot decode it), `refused` by a rule,
 * `readable` (refused as damaged or unsupported, but the reference decodes it), `broken` (any other answer, or too slow).
 */
export async function judge(server, owner, path, reference, folder) {
    const bytes = readFileSync(path);
    let began = performance.now();
    try {
        const headers = { 'Content-Type': 'application/octet-stream' };
        const upload = () => call(server, 'PUT', owner.photo, { token: server.admin, headers, body: bytes });
        let answer = await upload();
        const repeated = isLate(answer);
        if (repeated) {
            began = performance.now();
            answer = await upload();
        }
        const seconds = (performance.now() - began) / 1000;
        const judged =
            answer.status === 200
                ? await judgeTaken(server, owner, path, reference, folder)
                : await judgeRefused(answer, path, reference, isTakenFormat(bytes));
        if (seconds > secondsInWorker) return { ...judged, repeated, seconds, verdict: 'broken', detail: `${seconds.toFixed(1)} s; ${judged.detail}` };
        return { ...judged, repeated, seconds };
    } catch (error) {
        return { verdict: 'broken', seconds: (performance.now() - began) / 1000, detail: `${error.message}` };
    }
}
