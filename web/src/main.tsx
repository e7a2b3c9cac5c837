// The page: signs in, reads what the account may do, and shows the view of the address.
import './style.css';
import { render, type ComponentType, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { readAccount, type Account } from './account.ts';
import { messageOf } from './errors.ts';
import { Logo } from './icons.tsx';
import { MyPhoto } from './my_photo.tsx';
import { hrefOf, useRoute, type Route } from './routes.ts';
import { session, type SessionState } from './session.ts';
import { SignIn, SignInAgain } from './sign_in.tsx';
import { chooseLanguage, t, type Key } from './text.ts';
import { Button, Loading, Notice, Photo, StatusRegion } from './ui.tsx';

function useSession(): SessionState {
    const [state, setState] = useState(session.state);
    useEffect(() => session.listen(() => setState(session.state)), []);
    return state;
}

/** A view whose code is loaded when it is first shown. */
function lazy<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>): ComponentType<Props> {
    let loaded: ComponentType<Props> | undefined;
    return function Lazy(props: Props): JSX.Element {
        const [, setDone] = useState(loaded !== undefined);
        const [failure, setFailure] = useState<string>();
        useEffect(() => {
            load().then(
                (module) => {
                    loaded = module.default;
                    setDone(true);
                },
                (error: unknown) => setFailure(messageOf(error)),
            );
        }, []);
        if (failure) return <Notice kind="error">{failure}</Notice>;
        const View = loaded;
        return View ? <View {...props} /> : <Loading />;
    };
}

const People = lazy(() => import('./people.tsx'));
const Person = lazy(() => import('./person.tsx'));
const Bulk = lazy(() => import('./bulk.tsx'));

function View({ route, account }: { route: Route; account: Account }): JSX.Element {
    switch (route.view) {
        case 'people':
            return account.people ? <People account={account} /> : <Refused />;
        case 'person':
            return account.people ? <Person key={route.id} id={route.id} account={account} /> : <Refused />;
        case 'many':
            return account.others ? <Bulk account={account} /> : <Refused />;
        default:
            return <MyPhoto account={account} />;
    }
}

const Refused = (): JSX.Element => <Notice kind="error">{t('common.refused')}</Notice>;

function Navigation({ route, account }: { route: Route; account: Account }): JSX.Element {
    const items: readonly { to: Route; key: Key; shown: boolean }[] = [
        { to: { view: 'me' }, key: 'me.title', shown: true },
        { to: { view: 'people' }, key: 'people.title', shown: account.people },
        { to: { view: 'many' }, key: 'bulk.title', shown: account.others },
    ];
    const here = route.view === 'person' ? 'people' : route.view;
    return (
        <nav aria-label={t('common.navigation')}>
            {items.map(({ to, key, shown }) =>
                shown ? (
                    <a key={key} href={hrefOf(to)} aria-current={to.view === here ? 'page' : undefined}>
                        {t(key)}
                    </a>
                ) : null,
            )}
        </nav>
    );
}

function Application(): JSX.Element {
    const state = useSession();
    const route = useRoute();
    const [account, setAccount] = useState<Account>();
    const [failure, setFailure] = useState<string>();
    useEffect(() => {
        if (state === 'signedOut') setAccount(undefined);
        if (state !== 'signedIn' || account) return;
        readAccount().then(setAccount, (error: unknown) => setFailure(messageOf(error)));
    }, [state]);
    if (failure) return <Failed message={failure} />;
    if (state === 'signedOut') return <SignIn />;
    if (!account) return <Loading />;
    return (
        <>
            <header class="bar">
                <a class="skip" href={hrefOf(route)} onClick={skip}>
                    {t('common.skip')}
                </a>
                <span class="brand">
                    <Logo />
                    Cameo
                </span>
                <Navigation route={route} account={account} />
                <span class="who">
                    <Photo owner="me" name={account.displayName} side={32} size="96x96" />
                    <span class="who-name">{account.displayName}</span>
                    <Button look="plain" onClick={() => void session.signOut()}>
                        {t('session.signOut')}
                    </Button>
                </span>
            </header>
            <main id="main" key={route.view}>
                <View route={route} account={account} />
            </main>
            <StatusRegion />
            {state === 'expired' && <SignInAgain />}
        </>
    );
}

const Failed = ({ message }: { message: string }): JSX.Element => (
    <main class="narrow">
        <h1>Cameo</h1>
        <Notice kind="error">{message}</Notice>
        <Button onClick={() => location.reload()}>{t('common.again')}</Button>
    </main>
);

function skip(event: Event): void {
    event.preventDefault();
    document.querySelector<HTMLElement>('main h1')?.focus();
}

/** A file that is dropped beside a place for it must not replace the page. */
function keepPage(): void {
    for (const name of ['dragover', 'drop'] as const) {
        document.addEventListener(name, (event) => event.preventDefault());
    }
}

async function start(): Promise<void> {
    const root = document.getElementById('app')!;
    keepPage();
    try {
        await Promise.all([chooseLanguage(navigator.languages), session.start()]);
        render(<Application />, root);
    } catch (error) {
        render(<Failed message={messageOf(error)} />, root);
    }
}

void start();
