// A person's page.
import type { JSX } from 'preact';
import type { Account } from './account.ts';
import { Heading } from './heading.tsx';
import { t } from './text.ts';

export default function Person({ id: _id, account: _account }: { id: string; account: Account }): JSX.Element {
    return <Heading>{t('person.title')}</Heading>;
}
