// The photos that were replaced or removed and are kept for a while.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { readFormerPicture, type FormerPhoto } from './owner_photo.ts';
import { session } from './session.ts';
import { formatTime, t } from './text.ts';
import { Button, Picture } from './ui.tsx';

interface Props {
    readonly owner: string;
    readonly former: readonly FormerPhoto[];
    readonly disabled: boolean;
    readonly onRestore: (id: string) => void;
    readonly onForget: (id: string) => void;
}

export function FormerPhotos({ former, ...rest }: Props): JSX.Element | null {
    if (former.length === 0) return null;
    return (
        <section class="section">
            <h2>{t('former.title')}</h2>
            <p class="muted">{t(rest.owner === 'me' ? 'former.kept' : 'person.formerKept', { n: session.configuration.formerPhotoDays })}</p>
            <ul class="former">
                {former.map((photo) => (
                    <Former key={photo.id} photo={photo} {...rest} />
                ))}
            </ul>
        </section>
    );
}

type FormerProps = Omit<Props, 'former'> & { readonly photo: FormerPhoto };

function Former({ owner, photo, disabled, onRestore, onForget }: FormerProps): JSX.Element {
    const blob = useFormerPicture(owner, photo);
    const time = formatTime(photo.modifiedDateTime);
    return (
        <li class="card">
            <Picture blob={blob} name="" side={96} alt={t('former.of', { time })} />
            <div>
                <p class="former-time">{time}</p>
                <p class="muted">{photo.source ? t(`source.${photo.source}`) : ''}</p>
                <p class="muted">{t('former.replaced', { time: formatTime(photo.replacedDateTime) })}</p>
                <div class="actions">
                    <Button look="plain" disabled={disabled} aria-label={t('former.restoreThis', { time })} onClick={() => onRestore(photo.id)}>
                        {t('former.restore')}
                    </Button>
                    <Button look="plain" disabled={disabled} aria-label={t('former.deleteThis', { time })} onClick={() => onForget(photo.id)}>
                        {t('former.delete')}
                    </Button>
                </div>
            </div>
        </li>
    );
}

function useFormerPicture(owner: string, { id, sizes }: FormerPhoto): Blob | undefined {
    const [blob, setBlob] = useState<Blob>();
    useEffect(() => {
        const abort = new AbortController();
        const size = sizes.find((one) => parseInt(one) >= 240) ?? 'largest';
        readFormerPicture(owner, id, size, abort.signal).then(
            (read) => abort.signal.aborted || setBlob(read),
            () => undefined, // it ended meanwhile; the list shows it without a picture
        );
        return () => abort.abort();
    }, [owner, id]);
    return blob;
}
