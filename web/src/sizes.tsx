// A photo at each size that it has; one of them in its true size on request.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { hdSizes } from './crop.ts';
import { photoKey, type PhotoRecord } from './owner_photo.ts';
import { formatList, t } from './text.ts';
import { Dialog, Photo } from './ui.tsx';

interface Props {
    readonly owner: string;
    readonly name: string;
    readonly record: PhotoRecord;
}

/** The largest side in the row; a larger size is shown reduced. */
const mostSide = 96;

export function Sizes({ owner, name, record }: Props): JSX.Element | null {
    const [open, setOpen] = useState<string>();
    if (!record.etag) return null;
    const missing = hdSizes.map((side) => `${side}x${side}`).filter((size) => !record.sizes.includes(size));
    return (
        <section class="section">
            <h2>{t('sizes.title')}</h2>
            <ul class="sizes">
                {record.sizes.map((size) => (
                    <li key={size}>
                        <button type="button" class="size" onClick={() => setOpen(size)}>
                            <Sized {...{ owner, name, record, size }} most={mostSide} />
                            <span>{shown(size)}</span>
                        </button>
                    </li>
                ))}
            </ul>
            {missing.length > 0 && <p class="muted">{t('sizes.missing', { sizes: formatList(missing.map(shown)), n: missing.length })}</p>}
            {open && (
                <Dialog title={shown(open)} onClose={() => setOpen(undefined)} wide>
                    <div class="true-size">
                        <Sized {...{ owner, name, record, size: open }} most={Infinity} />
                    </div>
                </Dialog>
            )}
        </section>
    );
}

const Sized = ({ owner, name, record, size, most }: Props & { size: string; most: number }): JSX.Element => (
    <Photo
        owner={photoKey(owner)}
        name={name}
        size={size}
        side={Math.min(parseInt(size), most)}
        etag={record.etag}
        alt={most > mostSide ? t('photo.of', { name }) : ''}
        round={most === mostSide}
    />
);

const shown = (size: string): string => size.replace('x', ' × ');
