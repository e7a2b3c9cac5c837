// The state behind an owner's photo on the page: what the server has, the last change and how to undo it.
import { useEffect, useState } from 'preact/hooks';
import { hasStatus, messageOf } from './errors.ts';
import { readFormer, readRecord, remove, restore, type FormerPhoto, type PhotoRecord } from './owner_photo.ts';
import { t } from './text.ts';
import { clearMessage } from './ui.tsx';

export interface OwnerPhotos {
    readonly record: PhotoRecord;
    readonly former: readonly FormerPhoto[];
}

export type Change = () => Promise<void>;

export interface OwnerModel {
    /** undefined until they are loaded. */
    readonly photos: OwnerPhotos | undefined;
    readonly failure: string | undefined;
    /** Undoes the last change; undefined where there is none or nothing was kept. */
    readonly undo: Change | undefined;
    readonly busy: boolean;
    /** Reads everything again, and forgets the undo. */
    readonly refresh: () => Promise<void>;
    /** Runs a change; the words to tell then, undefined after a failure. After a change with `undoable`, `undo` is set. */
    readonly act: (change: Change, said: string, undoable?: boolean) => Promise<string | undefined>;
}

export function useOwnerPhotos(owner: string, onChange?: (record: PhotoRecord) => void): OwnerModel {
    const [photos, setPhotos] = useState<OwnerPhotos>();
    const [failure, setFailure] = useState<string>();
    const [undo, setUndo] = useState<{ run: Change }>();
    const [busy, setBusy] = useState(false);
    const show = (now: OwnerPhotos, back?: Change): void => {
        setPhotos(now);
        setUndo(back && { run: back });
    };
    const refresh = async (): Promise<void> => {
        setFailure(undefined);
        await load(owner).then(show, (error: unknown) => setFailure(messageOf(error)));
    };
    const fail = async (error: unknown): Promise<void> => {
        if (hasStatus(error, 404, 412)) await refresh(); // another tab or person changed it
        setFailure(hasStatus(error, 412) ? t('photo.changedElsewhere') : messageOf(error));
    };
    const act: OwnerModel['act'] = async (change, said, undoable = true) => {
        const before = photos!.record;
        setBusy(true);
        setFailure(undefined);
        clearMessage();
        try {
            await change();
            const after = await load(owner);
            show(after, undoable ? undoOf(owner, before, after) : undefined);
            onChange?.(after.record);
            return undoable && after.record.etag === before.etag ? t('photo.same') : said;
        } catch (error) {
            await fail(error);
            return undefined;
        } finally {
            setBusy(false);
        }
    };
    useEffect(() => void refresh(), [owner]);
    return { photos, failure, undo: undo?.run, busy, refresh, act };
}

async function load(owner: string): Promise<OwnerPhotos> {
    const [record, former] = await Promise.all([readRecord(owner), readFormer(owner)]);
    return { record, former };
}

/** The photo from before comes back, or the first photo goes. */
function undoOf(owner: string, before: PhotoRecord, { record, former }: OwnerPhotos): Change | undefined {
    const { etag } = record;
    if (etag === before.etag) return undefined;
    if (before.etag === null) return () => remove(owner, etag!);
    const last = former[0];
    const kept = last?.modifiedDateTime === before.modifiedDateTime;
    return last && kept ? () => restore(owner, last.id, etag) : undefined;
}
