// One owner's photo with everything that can be done to it: used by "My photo" and by a person's page.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Editor } from './editor.tsx';
import { hasStatus, messageOf } from './errors.ts';
import { FormerPhotos } from './former_photos.tsx';
import { Icon } from './icons.tsx';
import { erase, forget, readFormer, readRecord, remove, restore, type FormerPhoto, type PhotoRecord } from './owner_photo.ts';
import { PictureInput } from './picture_input.tsx';
import { session } from './session.ts';
import { Sizes } from './sizes.tsx';
import { formatTime, t } from './text.ts';
import { Button, Confirm, Loading, Notice, Photo, tell, useLoad } from './ui.tsx';

interface Props {
    /** `me` or `users/{id}`. */
    readonly owner: string;
    readonly name: string;
    readonly userPrincipalName: string;
    /** The owner is the person who is signed in: a lock applies to them. */
    readonly self?: boolean;
    /** More controls beside those for the photo. */
    readonly children?: ComponentChildren;
    /** After each change of the photo. */
    readonly onChange?: (record: PhotoRecord) => void;
}

interface Photos {
    readonly record: PhotoRecord;
    readonly former: readonly FormerPhoto[];
}

/** How the last change is undone; it needs no more input. */
type Undo = () => Promise<void>;

const load = async (owner: string, signal?: AbortSignal): Promise<Photos> => {
    const [record, former] = await Promise.all([readRecord(owner, signal), readFormer(owner, signal)]);
    return { record, former };
};

/** The key of an owner's photo in memory. */
const cacheKey = (owner: string): string => decodeURIComponent(owner.replace(/^users\//, ''));
