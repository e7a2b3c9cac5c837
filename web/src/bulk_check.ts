// Whether the server would take a picture, found out before anything is written. What the browser cannot tell, the server
// is asked, so that the reason is its own.
import { send } from './api.ts';
import { leastSide } from './crop.ts';
import { ApiError, hasStatus } from './errors.ts';
import { session } from './session.ts';
import { formatMegabytes, t } from './text.ts';

export type Verdict =
    | { readonly good: true; /** The right way up, in pixels. */ readonly width: number; readonly height: number }
    | { readonly good: false; readonly reason: string };

/** Pictures up to these limits are within those of docs/image.md, whatever their format. */
const surePixels = 26_214_400;
const sureSide = 16_384;
/** The server knows what is no picture by its first bytes. */
const headBytes = 4096;

/** Throws where the server cannot be reached. */
export async function checkPicture(file: File, signal: AbortSignal): Promise<Verdict> {
    const { cropUploadBytes: limit } = session.configuration;
    if (file.size === 0) return refused(t('bulk.empty'));
    if (file.size > limit) {
        return refused(t('bulk.tooLarge', { size: formatMegabytes(file.size), limit: formatMegabytes(limit) }));
    }
    const head = await file.slice(0, headBytes).arrayBuffer().catch(() => undefined);
    if (!head) return refused(t('bulk.unreadable'));
    if (!isPicture(new Uint8Array(head))) return (await askByHead(file, signal)) ?? askServer(file, signal);
    return (await checkHere(file)) ?? askServer(file, signal);
}

const refused = (reason: string): Verdict => ({ good: false, reason });

/** Whether the first bytes are those of a format that the server takes. */
export function isPicture(head: Uint8Array): boolean {
    const text = String.fromCharCode(...head.subarray(0, 12));
    return (
        text.startsWith('\xff\xd8\xff') ||
        text.startsWith('\x89PNG\r\n') ||
        /^GIF8[79]a/.test(text) ||
        /^RIFF....WEBP/s.test(text) ||
        /^....ftyp(hei[cxms]|hev[cx]|mif1|msf1|avif|avis)/s.test(text)
    );
}

/** undefined where the browser does not know the format, the bytes are damaged, or the picture is unusually large. */
async function checkHere(file: File): Promise<Verdict | undefined> {
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    if (!bitmap) return undefined;
    const { width, height } = bitmap;
    bitmap.close();
    if (Math.max(width, height) > sureSide || width * height > surePixels) return undefined;
    return verdictOf(width, height);
}

const verdictOf = (width: number, height: number): Verdict =>
    Math.min(width, height) < leastSide ? refused(t('bulk.tooSmall', { width, height, least: leastSide })) : { good: true, width, height };

/** undefined where the first bytes do not decide. */
async function askByHead(file: File, signal: AbortSignal): Promise<Verdict | undefined> {
    try {
        await send('cameo/v1/preview', { method: 'POST', body: file.slice(0, headBytes), signal });
    } catch (error) {
        if (hasStatus(error, 415)) return refused((error as ApiError).message);
        if (!(error instanceof ApiError)) throw error;
    }
    return undefined;
}

/** POST /cameo/v1/preview stores nothing. */
async function askServer(bytes: Blob, signal: AbortSignal): Promise<Verdict> {
    try {
        const reply = await send('cameo/v1/preview', { method: 'POST', body: bytes, signal });
        await reply.body?.cancel();
        const size = /width=(\d+), height=(\d+)/.exec(reply.headers.get('Cameo-Picture') ?? '');
        return verdictOf(Number(size?.[1] ?? leastSide), Number(size?.[2] ?? leastSide));
    } catch (error) {
        if (error instanceof ApiError && error.status >= 400 && error.status < 500) return refused(error.message);
        throw error;
    }
}
