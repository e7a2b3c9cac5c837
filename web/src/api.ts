// The Graph client of the page. Paths are relative to the page: `v1.0/me`, `cameo/v1/people`.
import { ApiError, errorOf, readError } from './errors.ts';
import { baseUrl, session } from './session.ts';
import { readBulk, type BulkPhoto } from './bulk_reply.ts';

export interface Call {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Blob | string;
    readonly signal?: AbortSignal | undefined;
    /** Called with the share of the body that was sent, 0 to 1; such a call goes by XMLHttpRequest. */
    readonly progress?: (share: number) => void;
}

/** Retry-After waits in one call, and their longest in seconds; beyond them the caller gets the error. */
const longestWait = 30;
const mostWaits = 5;

/** The reply of a call, 2xx or 304; any other is thrown as ApiError. */
export async function send(path: string, call: Call = {}): Promise<Response> {
    let renewed = false;
    for (let waits = 0; ; ) {
        const token = session.token;
        const reply = await once(path, call, token);
        if (reply.ok || reply.status === 304) return reply;
        const error = await readError(reply);
        if (error.status === 401 && !renewed && (await session.renew(token))) {
            renewed = true;
        } else if (retryable(error) && waits++ < mostWaits) {
            await pause(error.retryAfter!, call.signal);
        } else {
            throw error;
        }
    }
}

const retryable = ({ status, retryAfter }: ApiError): boolean =>
    (status === 429 || status === 503) && retryAfter !== undefined && retryAfter <= longestWait;

function once(path: string, call: Call, token: string | undefined): Promise<Response> {
    const url = new URL(path, baseUrl());
    const headers = { ...call.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    if (call.progress) return upload(url, call, headers, call.progress);
    const { method = 'GET', body = null, signal = null } = call;
    // The page keeps photos and their ETags itself (photos.ts).
    return fetch(url, { method, headers, body, signal, cache: 'no-store' });
}

/** fetch tells nothing about the progress of an upload. */
function upload(url: URL, call: Call, headers: Record<string, string>, progress: (share: number) => void): Promise<Response> {
    return new Promise((done, fail) => {
        const request = new XMLHttpRequest();
        request.open(call.method ?? 'PUT', url);
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
        request.onload = () => done(replyOf(request));
        request.onerror = () => fail(new TypeError('Failed to fetch'));
        request.onabort = () => fail(new DOMException('aborted', 'AbortError'));
        call.signal?.addEventListener('abort', () => request.abort(), { once: true });
        if (call.signal?.aborted) request.onabort(new ProgressEvent('abort'));
        else request.send(call.body ?? null);
    });
}

function replyOf(request: XMLHttpRequest): Response {
    const headers = new Headers();
    for (const name of ['Content-Type', 'ETag', 'Retry-After']) {
        const value = request.getResponseHeader(name);
        if (value) headers.set(name, value);
    }
    const { status, statusText } = request;
    const body = [204, 205, 304].includes(status) ? null : request.responseText;
    return new Response(body, { status, statusText, headers });
}

function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((done, fail) => {
        const timer = setTimeout(done, seconds * 1000);
        signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            fail(new DOMException('aborted', 'AbortError'));
        }, { once: true });
    });
}

/** GET of a JSON document. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
    return (await send(path, { signal })).json() as Promise<T>;
}

/** Sends a JSON body; undefined for a reply without one. */
export async function sendJson<T>(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const headers = { 'Content-Type': 'application/json' };
    const reply = await send(path, { method, headers, body: JSON.stringify(body), signal });
    return (reply.status === 204 ? undefined : await reply.json()) as T;
}

/** GET of a picture; undefined for 404. */
export async function getBlob(path: string, signal?: AbortSignal): Promise<Blob | undefined> {
    try {
        return await (await send(path, { signal })).blob();
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
    }
}

/** The photos of up to 1,000 owners while they arrive (docs/bulk.md); a part that is an error has its ApiError. */
export async function* bulkPhotos(
    kind: 'users' | 'groups' | 'teams',
    ids: readonly string[],
    size: string | undefined,
    ifNoneMatch: Readonly<Record<string, string>> = {},
): AsyncGenerator<BulkPhoto & { error?: ApiError }> {
    const body = JSON.stringify({ kind, ids, ...(size ? { size } : {}), ifNoneMatch });
    const headers = { 'Content-Type': 'application/json' };
    const reply = await send('cameo/v1/photos', { method: 'POST', headers, body });
    for await (const photo of readBulk(reply.body!)) {
        yield photo.status === 200 || photo.status === 304 ? photo : { ...photo, error: partError(photo) };
    }
}

const partError = ({ status, bytes }: BulkPhoto): ApiError =>
    errorOf(status, new TextDecoder().decode(bytes), null, '');
