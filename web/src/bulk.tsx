// Many photos at once.
import type { JSX } from 'preact';
import type { Account } from './account.ts';
import { Heading } from './heading.tsx';
import { t } from './text.ts';

export default function Bulk({ account: _account }: { account: Account }): JSX.Element {
    return <Heading>{t('bulk.title')}</Heading>;
}
