// My photo: what it is, changing, removing, undoing, former photos, erasing.
import type { JSX } from 'preact';
import type { Account } from './account.ts';
import { Heading } from './heading.tsx';
import { OwnerPhoto } from './owner_view.tsx';
import { t } from './text.ts';
import { Notice, Photo } from './ui.tsx';

export function MyPhoto({ account }: { account: Account }): JSX.Element {
    return (
        <>
            <Heading>{t('me.title')}</Heading>
            {account.ownPhoto ? (
                <OwnerPhoto owner="me" name={account.displayName} userPrincipalName={account.userPrincipalName} self />
            ) : (
                <ReadOnly account={account} />
            )}
        </>
    );
}

const ReadOnly = ({ account }: { account: Account }): JSX.Element => (
    <section class="card present">
        <Photo owner="me" name={account.displayName} side={240} alt={t('photo.of', { name: account.displayName })} />
        <div class="section">
            <h2>{account.displayName}</h2>
            <Notice kind="info">{t('me.readOnly')}</Notice>
        </div>
    </section>
);
