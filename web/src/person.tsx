// A person's page.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Account } from './account.ts';
import { getJson, sendJson } from './api.ts';
import { messageOf } from './errors.ts';
import { Heading } from './heading.tsx';
import { Icon } from './icons.tsx';
import type { OwnerModel } from './owner_model.ts';
import { userPath, type PhotoRecord } from './owner_photo.ts';
import { OwnerPhoto } from './owner_view.tsx';
import { keptQuery, updateKept, type Person as Row } from './people_list.ts';
import { hrefOf } from './routes.ts';
import { t } from './text.ts';
import { Button, Loading, Notice, Photo, tell, useLoad } from './ui.tsx';

interface User {
    readonly id: string;
    readonly displayName: string | null;
    readonly userPrincipalName: string;
    readonly mail: string | null;
    readonly jobTitle: string | null;
    readonly department: string | null;
    readonly officeLocation: string | null;
    readonly accountEnabled: boolean | null;
}

const properties = 'id,displayName,userPrincipalName,mail,jobTitle,department,officeLocation,accountEnabled';

export default function Person({ id, account }: { id: string; account: Account }): JSX.Element {
    const { data: user, error, reload } = useLoad((signal) => getJson<User>(`v1.0/${userPath(id)}?$select=${properties}`, signal), [id]);
    if (error && !user) {
        return (
            <>
                <Back />
                <Heading>{t('person.title')}</Heading>
                <Notice kind="error">
                    <span>{error}</span>
                    <Button onClick={reload}>{t('common.again')}</Button>
                </Notice>
            </>
        );
    }
    if (!user) return <Loading />;
    const name = user.displayName || user.userPrincipalName;
    return (
        <>
            <Back />
            <div class="section">
                <Heading>{name}</Heading>
                {user.jobTitle && <p class="job-title">{user.jobTitle}</p>}
                <Facts user={user} />
                {user.accountEnabled === false && <Notice kind="warning">{t('person.disabled')}</Notice>}
                {user.id === account.id && <p class="muted">{t('person.you')}</p>}
            </div>
            {account.others ? <Writable user={user} name={name} self={user.id === account.id} /> : <ReadOnly user={user} name={name} />}
        </>
    );
}

/** The list as it was left. */
const Back = (): JSX.Element => (
    <a class="back" href={hrefOf({ view: 'people' }) + keptQuery()}>
        <Icon name="left" />
        {t('person.back')}
    </a>
);

function Facts({ user }: { user: User }): JSX.Element {
    const facts = [
        [t('person.account'), user.userPrincipalName],
        [t('person.mail'), user.mail === user.userPrincipalName ? null : user.mail],
        [t('person.department'), user.department],
        [t('person.office'), user.officeLocation],
    ] as const;
    return (
        <dl class="facts-list">
            {facts.map(([term, value]) =>
                value ? (
                    <div key={term}>
                        <dt>{term}</dt>
                        <dd>{value}</dd>
                    </div>
                ) : null,
            )}
        </dl>
    );
}

interface PhotoProps {
    readonly user: User;
    readonly name: string;
}

function Writable({ user, name, self }: PhotoProps & { self: boolean }): JSX.Element {
    const owner = userPath(user.id);
    return (
        <OwnerPhoto
            owner={owner}
            name={name}
            userPrincipalName={user.userPrincipalName}
            self={self}
            heading={t('person.photo')}
            onChange={(record) => updateKept(user.id, rowOf(record))}
            controls={(model) => <Lock owner={owner} id={user.id} model={model} />}
        />
    );
}

/** The part of a person's row that a photo's record has. */
const rowOf = ({ etag, width, height, modifiedDateTime, source, locked }: PhotoRecord): Partial<Row> => ({
    locked,
    photo: etag ? { etag, width: width!, height: height!, modifiedDateTime: modifiedDateTime!, source } : null,
});

function Lock({ owner, id, model }: { owner: string; id: string; model: OwnerModel }): JSX.Element {
    const [failure, setFailure] = useState<string>();
    const [busy, setBusy] = useState(false);
    const { locked } = model.photos!.record;
    const toggle = async (): Promise<void> => {
        setBusy(true);
        setFailure(undefined);
        try {
            await sendJson('PATCH', `cameo/v1/${owner}/photo`, { locked: !locked });
            await model.refresh();
            updateKept(id, { locked: !locked });
            tell(t(locked ? 'person.unlockDone' : 'person.lockDone'));
        } catch (error) {
            setFailure(messageOf(error));
        }
        setBusy(false);
    };
    return (
        <>
            <Button disabled={busy || model.busy} aria-describedby="lock-hint" onClick={() => void toggle()}>
                <Icon name={locked ? 'unlock' : 'lock'} />
                {t(locked ? 'person.unlock' : 'person.lock')}
            </Button>
            <span id="lock-hint" class="muted hint lock-hint">
                {t(locked ? 'person.isLocked' : 'person.lockHint')}
            </span>
            {failure && <Notice kind="error">{failure}</Notice>}
        </>
    );
}

const ReadOnly = ({ user, name }: PhotoProps): JSX.Element => (
    <section class="card present">
        <Photo owner={user.id} name={name} side={240} alt={t('photo.of', { name })} />
        <div class="section">
            <p class="muted">{t('person.readOnly')}</p>
        </div>
    </section>
);
