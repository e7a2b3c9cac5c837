// Opens a picture that a person chose, so that the page can show and crop it.
import { send } from './api.ts';
import { leastSide } from './crop.ts';
import { session } from './session.ts';
import { formatMegabytes, t } from './text.ts';

export interface OpenPicture {
    /** The bytes as chosen: they are what is uploaded. */
    readonly original: Blob;
    readonly name: string;
    /** The right way up; it may have fewer pixels than the original. */
    readonly shown: ImageBitmap;
    /** The original's size, the right way up: crops are in its pixels. */
    readonly width: number;
    readonly height: number;
}

/** What a file dialog offers; the server decides by the bytes. */
export const acceptedTypes = 'image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,image/avif,.heic,.heif,.avif';

/** A bitmap of more pixels is reduced: phones have little memory for them. */
const mostShownPixels = 32_000_000;

/** Throws an Error with a sentence for the person. The browser opens the picture, else the server renders it. */
export async function openPicture(file: Blob, signal?: AbortSignal): Promise<OpenPicture> {
    const { cropUploadBytes } = session.configuration;
    if (file.size === 0) throw new Error(t('edit.empty'));
    if (file.size > cropUploadBytes) {
        const sizes = { size: formatMegabytes(file.size), limit: formatMegabytes(cropUploadBytes) };
        throw new Error(t('edit.tooLarge', sizes));
    }
    const picture = (await openHere(file)) ?? (await openByServer(file, signal));
    if (Math.min(picture.width, picture.height) < leastSide) {
        picture.shown.close();
        throw new Error(t('edit.tooSmall', { width: picture.width, height: picture.height, least: leastSide }));
    }
    return { ...picture, original: file, name: file instanceof File ? file.name : '' };
}

type Shown = Pick<OpenPicture, 'shown' | 'width' | 'height'>;

/** undefined where the browser does not know the format or the bytes are damaged. */
async function openHere(file: Blob): Promise<Shown | undefined> {
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    if (!bitmap) return undefined;
    const { width, height } = bitmap;
    const scale = Math.sqrt(mostShownPixels / (width * height));
    if (scale >= 1) return { shown: bitmap, width, height };
    const shown = await createImageBitmap(bitmap, { resizeWidth: Math.round(width * scale), resizeQuality: 'high' });
    bitmap.close();
    return { shown, width, height };
}

/** POST /cameo/v1/preview: its error says what is wrong with the picture. */
async function openByServer(file: Blob, signal?: AbortSignal): Promise<Shown> {
    const reply = await send('cameo/v1/preview', { method: 'POST', body: file, signal });
    const size = /width=(\d+), height=(\d+)/.exec(reply.headers.get('Cameo-Picture') ?? '');
    const shown = await createImageBitmap(await reply.blob());
    return { shown, width: Number(size?.[1] ?? shown.width), height: Number(size?.[2] ?? shown.height) };
}
