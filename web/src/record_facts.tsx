// Where a photo came from, when, and by whom.
import type { JSX } from 'preact';
import type { PhotoRecord } from './owner_photo.ts';
import { formatTime, t } from './text.ts';

interface Props {
    readonly record: PhotoRecord;
    readonly userPrincipalName: string;
    /** Whether the reader is the owner. */
    readonly self: boolean;
}

export function RecordFacts({ record, userPrincipalName, self }: Props): JSX.Element {
    if (!record.etag) return <p>{t(self ? 'photo.noneOwn' : 'photo.noneYet')}</p>;
    const by = self && record.modifiedBy === userPrincipalName ? t('photo.you') : record.modifiedBy;
    const facts = [
        [t('photo.changedAt'), record.modifiedDateTime && formatTime(record.modifiedDateTime)],
        [t('photo.source'), record.source && t(`source.${record.source}`)],
        [t('photo.by'), by],
        [t('photo.largest'), `${record.width} × ${record.height}`],
    ];
    return (
        <dl class="facts-list">
            {facts.map(([name, value]) =>
                value ? (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ) : null,
            )}
        </dl>
    );
}
