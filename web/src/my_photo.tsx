// My photo.
import type { JSX } from 'preact';
import type { Account } from './account.ts';
import { Heading } from './heading.tsx';
import { t } from './text.ts';

export function MyPhoto({ account: _account }: { account: Account }): JSX.Element {
    return <Heading>{t('me.title')}</Heading>;
}
