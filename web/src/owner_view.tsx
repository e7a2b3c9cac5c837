// One owner's photo with everything that can be done to it: used by "My photo" and by a person's page.
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Editor } from './editor.tsx';
import { FormerPhotos } from './former_photos.tsx';
import { Icon } from './icons.tsx';
import { EraseDialog, ForgetDialog, RemoveDialog } from './owner_dialogs.tsx';
import { useOwnerPhotos, type OwnerModel, type OwnerPhotos } from './owner_model.ts';
import { erase, forget, photoKey, remove, restore, type PhotoRecord } from './owner_photo.ts';
import { PictureButtons, PictureDrop } from './picture_input.tsx';
import { RecordFacts } from './record_facts.tsx';
import { Sizes } from './sizes.tsx';
import { t } from './text.ts';
import { Button, Loading, Notice, Photo, tell } from './ui.tsx';

interface Props {
    /** `me` or `users/{id}`. */
    readonly owner: string;
    readonly name: string;
    readonly userPrincipalName: string;
    /** The owner is the person who is signed in: a lock applies to them. */
    readonly self?: boolean;
    /** Above the facts; the name by default. */
    readonly heading?: string;
    /** More controls beside those for the photo. */
    readonly controls?: (model: OwnerModel) => ComponentChildren;
    /** After each change of the photo. */
    readonly onChange?: (record: PhotoRecord) => void;
}

/** Which dialog is open, and the former photo that it is about. */
type Open = 'remove' | 'erase' | { readonly forget: string } | undefined;

interface Picked {
    readonly file: File;
    readonly count: number;
}

/** Everything that the parts below share. */
interface Parts extends Props {
    readonly model: OwnerModel;
    readonly photos: OwnerPhotos;
    /** The person may change nothing now. */
    readonly disabled: boolean;
    readonly locked: boolean;
    readonly title: RefObject<HTMLHeadingElement | null>;
    readonly undoBox: RefObject<HTMLSpanElement | null>;
    readonly run: (...change: Parameters<OwnerModel['act']>) => void;
    readonly pick: (file: File) => void;
    readonly setOpen: (open: Open) => void;
}

/** Mount it with a `key` for each owner. */
export function OwnerPhoto(props: Props): JSX.Element {
    const model = useOwnerPhotos(props.owner, props.onChange);
    const [picked, setPicked] = useState<Picked>();
    const [refusal, setRefusal] = useState<string>();
    const [open, setOpen] = useState<Open>();
    const title = useRef<HTMLHeadingElement>(null);
    const undoBox = useRef<HTMLSpanElement>(null);
    const [done, setDone] = useState<{ said: string | undefined }>();
    useEffect(() => {
        if (!done) return;
        (undoBox.current?.querySelector('button') ?? title.current)?.focus();
        if (done.said) tell(done.said);
    }, [done]);
    const { photos, failure, busy } = model;
    if (!photos) return failure ? <Notice kind="error">{failure}</Notice> : <Loading />;
    const run: Parts['run'] = async (...change) => {
        setRefusal(undefined);
        setOpen(undefined);
        setPicked(undefined);
        setDone({ said: await model.act(...change) });
    };
    const pick = (file: File): void => {
        setRefusal(undefined);
        setPicked((old) => ({ file, count: (old?.count ?? 0) + 1 }));
    };
    const refuse = (why: string): void => {
        setPicked(undefined);
        setRefusal(why);
    };
    const leave = async (reload: boolean): Promise<void> => {
        setPicked(undefined);
        if (reload) await model.refresh();
        title.current?.focus();
    };
    const locked = (props.self ?? false) && photos.record.locked;
    const parts: Parts = { ...props, model, photos, locked, disabled: locked || busy, title, undoBox, run, pick, setOpen };
    return (
        <>
            {!locked && <PictureDrop onFile={pick} />}
            {failure && <Notice kind="error">{failure}</Notice>}
            {refusal && <Notice kind="error">{refusal}</Notice>}
            {picked ? (
                <Editor
                    key={picked.count}
                    owner={props.owner}
                    file={picked.file}
                    etag={photos.record.etag}
                    onRefused={refuse}
                    onStored={() => run(() => Promise.resolve(), t('photo.stored'))}
                    onClose={(reload) => void leave(reload)}
                />
            ) : (
                <Present {...parts} />
            )}
            <Dialogs {...parts} open={open} />
        </>
    );
}

function Present(parts: Parts): JSX.Element {
    const { owner, name, photos, disabled, run, setOpen } = parts;
    const { record, former } = photos;
    return (
        <>
            <section class="card present">
                <Photo
                    owner={photoKey(owner)}
                    name={name}
                    side={240}
                    etag={record.etag}
                    alt={t(record.etag ? 'photo.of' : 'photo.none', { name })}
                />
                <Facts {...parts} />
            </section>
            <Sizes owner={owner} name={name} record={record} />
            <FormerPhotos
                owner={owner}
                former={former}
                disabled={disabled}
                onRestore={(id) => run(() => restore(owner, id, record.etag), t('photo.restored'))}
                onForget={(id) => setOpen({ forget: id })}
            />
            {(record.etag || former.length > 0) && (
                <section class="section">
                    <h2>{t('erase.title')}</h2>
                    <p class="muted">{t('erase.short')}</p>
                    <div class="actions">
                        <Button look="danger" disabled={disabled} onClick={() => setOpen('erase')}>
                            {t('erase.open')}
                        </Button>
                    </div>
                </section>
            )}
        </>
    );
}

function Facts(parts: Parts): JSX.Element {
    const { name, heading = name, photos, self, userPrincipalName, locked, title } = parts;
    return (
        <div class="section facts">
            <h2 ref={title} tabIndex={-1}>
                {heading}
            </h2>
            <RecordFacts record={photos.record} userPrincipalName={userPrincipalName} self={self ?? false} />
            {locked && (
                <Notice kind="info">
                    <Icon name="lock" />
                    <span>{t('photo.locked')}</span>
                </Notice>
            )}
            <Controls {...parts} />
            {!locked && <p class="muted hint">{t('photo.dropHint')}</p>}
        </div>
    );
}

function Controls({ photos: { record }, model, disabled, undoBox, run, pick, setOpen, controls }: Parts): JSX.Element {
    return (
        <div class="actions">
            <PictureButtons label={t(record.etag ? 'photo.change' : 'photo.add')} disabled={disabled} onFile={pick} />
            {record.etag && (
                <Button disabled={disabled} onClick={() => setOpen('remove')}>
                    <Icon name="bin" />
                    {t('photo.remove')}
                </Button>
            )}
            {model.undo && (
                <span ref={undoBox}>
                    <Button disabled={disabled} onClick={() => run(model.undo!, t('photo.undone'), false)}>
                        <Icon name="undo" />
                        {t('photo.undo')}
                    </Button>
                </span>
            )}
            {controls?.(model)}
        </div>
    );
}

function Dialogs({ owner, photos, open, run, setOpen }: Parts & { open: Open }): JSX.Element | null {
    const onClose = (): void => setOpen(undefined);
    if (open === 'remove') {
        const onConfirm = (): void => run(() => remove(owner, photos.record.etag!), t('photo.removed'));
        return <RemoveDialog {...{ onConfirm, onClose }} />;
    }
    if (open === 'erase') {
        return <EraseDialog onConfirm={() => run(() => erase(owner), t('erase.done'), false)} onClose={onClose} />;
    }
    if (open) {
        const { forget: id } = open;
        return <ForgetDialog onConfirm={() => run(() => forget(owner, id), t('former.deleted'), false)} onClose={onClose} />;
    }
    return null;
}
