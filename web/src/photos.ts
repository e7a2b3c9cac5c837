// The photos that the page has in memory, by owner, size and ETag. Requests made within a moment share one bulk call.
import { bulkPhotos, send } from './api.ts';
import { ApiError, hasStatus } from './errors.ts';

export interface CachedPhoto {
    readonly etag: string | undefined;
    readonly blob: Blob;
}

export interface PhotoRequest {
    /** `me`, or the id of a user. */
    readonly owner: string;
    /** `96x96`; undefined is the largest. */
    readonly size?: string | undefined;
    /** The ETag that the photo has now, if the caller knows it, with or without quotes: a cached photo with it needs no request. */
    readonly etag?: string | undefined;
    readonly signal?: AbortSignal | undefined;
}

interface Waiting extends PhotoRequest {
    readonly done: (photo: CachedPhoto | undefined) => void;
    readonly fail: (error: unknown) => void;
}

const mostPhotos = 4000;
const mostInCall = 500;
/** How long a request waits for others, in milliseconds. */
const gather = 25;

const cache = new Map<string, CachedPhoto>();
const listeners = new Set<(owners: readonly string[]) => void>();
let waiting: Waiting[] = [];
let self = '';

const keyOf = ({ owner, size }: PhotoRequest): string => `${owner} ${size ?? ''}`;
const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`);

/** The photo, undefined where the owner has none. A request whose signal aborts before its call is sent ends with AbortError. */
export async function getPhoto(request: PhotoRequest): Promise<CachedPhoto | undefined> {
    const known = cache.get(keyOf(request));
    if (known && request.etag && known.etag === quoted(request.etag)) return known;
    if (request.owner === 'me') return getOwn(request, known);
    return new Promise((done, fail) => {
        if (waiting.push({ ...request, done, fail }) === 1) setTimeout(flush, gather);
    });
}

/** Forgets the owner's photos, after a change, and tells it to those who show them. */
export function forgetPhotos(owner: string): void {
    const owners = owner === self || owner === 'me' ? ['me', self] : [owner];
    for (const key of cache.keys()) if (owners.some((one) => key.startsWith(`${one} `))) cache.delete(key);
    for (const listener of listeners) listener(owners);
}

/** Calls `listener` with the owners whose photos were changed by this page; returns the function that ends it. */
export function onPhotosChanged(listener: (owners: readonly string[]) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/** The id that `me` stands for. */
export function setSelf(id: string): void {
    self = id;
}

async function getOwn(request: PhotoRequest, known: CachedPhoto | undefined): Promise<CachedPhoto | undefined> {
    const path = request.size ? `v1.0/me/photos/${request.size}/$value` : 'v1.0/me/photo/$value';
    const headers = known?.etag ? { 'If-None-Match': known.etag } : {};
    try {
        const reply = await send(path, { headers, signal: request.signal });
        if (reply.status === 304 && known) return known;
        return keep(request, reply.headers.get('ETag') ?? undefined, await reply.blob());
    } catch (error) {
        if (hasStatus(error, 404)) return drop(request);
        throw error;
    }
}

async function flush(): Promise<void> {
    const wanted = waiting.filter(({ signal, fail }) => {
        if (signal?.aborted) fail(new DOMException('aborted', 'AbortError'));
        return !signal?.aborted;
    });
    waiting = [];
    const sizes = Map.groupBy(wanted, ({ size }) => size);
    for (const [size, requests] of sizes) {
        for (let at = 0; at < requests.length; at += mostInCall) {
            void fetchMany(size, requests.slice(at, at + mostInCall));
        }
    }
}

async function fetchMany(size: string | undefined, requests: readonly Waiting[]): Promise<void> {
    const open = Map.groupBy(requests, ({ owner }) => owner);
    try {
        const ids = [...open.keys()];
        for await (const { id, status, etag, type, bytes, error } of bulkPhotos('users', ids, size, etagsOf(requests))) {
            const request = open.get(id)?.[0];
            if (!request) continue;
            const known = cache.get(keyOf(request));
            const settle = (act: (one: Waiting) => void): void => open.get(id)!.forEach(act);
            if (status === 304 && known) settle(({ done }) => done(known));
            else if (status === 404) settle(({ done }) => done(drop(request)));
            else if (error) settle(({ fail }) => fail(error));
            else {
                const photo = keep(request, etag, new Blob([bytes], { type: type ?? 'image/jpeg' }));
                settle(({ done }) => done(photo));
            }
            open.delete(id);
        }
        throw new ApiError(0, '', 'the reply lacks a photo');
    } catch (error) {
        for (const left of open.values()) for (const { fail } of left) fail(error);
    }
}

function etagsOf(requests: readonly Waiting[]): Record<string, string> {
    const known = requests.map((one) => [one.owner, cache.get(keyOf(one))?.etag] as const);
    return Object.fromEntries(known.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

function keep(request: PhotoRequest, etag: string | undefined, blob: Blob): CachedPhoto {
    const photo = { etag, blob };
    cache.delete(keyOf(request));
    cache.set(keyOf(request), photo);
    if (cache.size > mostPhotos) cache.delete(cache.keys().next().value!);
    return photo;
}

function drop(request: PhotoRequest): undefined {
    cache.delete(keyOf(request));
}
