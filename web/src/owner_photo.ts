// The calls for one owner's photo: docs/cameo-api.md. OWNER is `me` or `users/{id}`.
import { getBlob, getJson, send } from './api.ts';
import { forgetPhotos } from './photos.ts';

export interface PhotoRecord {
    /** Without quotes; null where there is no photo, as all others but `sizes` and `locked`. */
    readonly etag: string | null;
    readonly modifiedDateTime: string | null;
    readonly source: 'api' | 'web' | 'import' | 'demo' | 'restored' | null;
    readonly modifiedBy: string | null;
    readonly width: number | null;
    readonly height: number | null;
    readonly sizes: readonly string[];
    readonly crop: string | null;
    readonly run: string | null;
    readonly locked: boolean;
}

export interface FormerPhoto {
    readonly id: string;
    readonly modifiedDateTime: string;
    readonly source: PhotoRecord['source'];
    readonly modifiedBy: string | null;
    readonly replacedDateTime: string;
    readonly replacedBy: string | null;
    readonly run: string | null;
    readonly width: number;
    readonly height: number;
    readonly sizes: readonly string[];
}

export interface Upload {
    /** The bytes as the person gave them. */
    readonly picture: Blob;
    /** The value of Cameo-Crop. */
    readonly crop: string;
    /** What the person saw: the write fails with 412 if it is no longer so. undefined writes in any case. */
    readonly expected: string | null | undefined;
    readonly run?: string;
    readonly signal?: AbortSignal;
    readonly progress?: (share: number) => void;
}

/** `me`, or the path of a user by id or userPrincipalName. */
export const userPath = (key: string): string => `users/${encodeURIComponent(key)}`;

/** The owner's key for photos.ts. */
export const photoKey = (owner: string): string => decodeURIComponent(owner.replace(/^users\//, ''));

export const readRecord = (owner: string, signal?: AbortSignal): Promise<PhotoRecord> =>
    getJson(`cameo/v1/${owner}/photo`, signal);

export const readFormer = async (owner: string, signal?: AbortSignal): Promise<readonly FormerPhoto[]> =>
    (await getJson<{ value: FormerPhoto[] }>(`cameo/v1/${owner}/formerPhotos`, signal)).value;

/** `size` as in the former photo's `sizes`, or `largest`. */
export const readFormerPicture = (owner: string, id: string, size: string, signal?: AbortSignal): Promise<Blob | undefined> =>
    getBlob(`cameo/v1/${owner}/formerPhotos/${id}/${size}`, signal);

export async function upload(owner: string, { picture, crop, expected, run, signal, progress }: Upload): Promise<void> {
    const headers = {
        'Cameo-Crop': crop,
        'Cameo-Source': 'web',
        ...(run ? { 'Cameo-Run': run } : {}),
        ...conditionOf(expected),
    };
    const call = { method: 'PUT', headers, body: picture, signal };
    await send(`v1.0/${owner}/photo/$value`, progress ? { ...call, progress } : call);
    changed(owner);
}

/** Removes the photo that has this ETag. */
export async function remove(owner: string, etag: string): Promise<void> {
    const headers = { ...conditionOf(etag), 'Cameo-Source': 'web' };
    await send(`v1.0/${owner}/photo/$value`, { method: 'DELETE', headers });
    changed(owner);
}

/** Makes a former photo the photo again, if the present one is still `expected`. */
export async function restore(owner: string, id: string, expected: string | null): Promise<void> {
    const headers = { ...conditionOf(expected), 'Cameo-Source': 'web' };
    await send(`cameo/v1/${owner}/formerPhotos/${id}/restore`, { method: 'POST', headers });
    changed(owner);
}

export async function forget(owner: string, id: string): Promise<void> {
    await send(`cameo/v1/${owner}/formerPhotos/${id}`, { method: 'DELETE' });
}

/** Deletes photo, former photos and their bytes. */
export async function erase(owner: string): Promise<void> {
    await send(`cameo/v1/${owner}/erase`, { method: 'POST' });
    changed(owner);
}

/** The condition under which a write may happen: that ETag, no photo (null), or any (undefined). */
function conditionOf(expected: string | null | undefined): Record<string, string> {
    if (expected === undefined) return {};
    return expected === null ? { 'If-None-Match': '*' } : { 'If-Match': `"${expected}"` };
}

const changed = (owner: string): void => forgetPhotos(photoKey(owner));
