// Everybody.
import type { JSX } from 'preact';
import type { Account } from './account.ts';
import { Heading } from './heading.tsx';
import { t } from './text.ts';

export default function People({ account: _account }: { account: Account }): JSX.Element {
    return <Heading>{t('people.title')}</Heading>;
}
