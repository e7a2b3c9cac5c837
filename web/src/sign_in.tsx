// Signing in: at the configured issuer, or by the link of `cameo token --web`.
import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { Logo } from './icons.tsx';
import { codeOf, session } from './session.ts';
import { t } from './text.ts';
import { Button, Dialog, Notice } from './ui.tsx';

export function SignIn(): JSX.Element {
    const { issuer, builtinIssuer } = session.configuration;
    useEffect(() => {
        document.title = `${t('session.title')} – Cameo`;
    }, []);
    return (
        <main class="narrow">
            <span class="brand">
                <Logo />
                Cameo
            </span>
            <h1>{t('session.title')}</h1>
            {session.failure && <Notice kind="error">{session.failure}</Notice>}
            {issuer && (
                <>
                    <p>{t('session.issuer', { issuer: new URL(issuer).host })}</p>
                    <Button look="primary" onClick={() => void session.signIn()}>
                        {t('session.signIn')}
                    </Button>
                </>
            )}
            {builtinIssuer && <ByCode />}
            {!issuer && !builtinIssuer && <Notice kind="warning">{t('session.noIssuer')}</Notice>}
        </main>
    );
}

/** How to get a link, and a field for its code. */
function ByCode(): JSX.Element {
    const [text, setText] = useState('');
    const field = useId();
    const redeem = (event: Event): void => {
        event.preventDefault();
        void session.redeem(codeOf(text) ?? text.trim());
        setText('');
    };
    return (
        <form onSubmit={redeem}>
            <p>{t('session.byLink')}</p>
            <pre class="command" tabIndex={0}>
                <code>cameo token --web --user {t('session.exampleUser')}</code>
            </pre>
            <p>{t('session.once')}</p>
            <label for={field}>{t('session.code')}</label>
            <span class="field-row">
                <input id={field} value={text} autocomplete="off" required onInput={(event) => setText(event.currentTarget.value)} />
                <Button type="submit">{t('session.useCode')}</Button>
            </span>
        </form>
    );
}

/** Over the view of a session that expired, which keeps what it shows. */
export function SignInAgain(): JSX.Element {
    const { issuer, builtinIssuer } = session.configuration;
    const [failure, setFailure] = useState(session.failure);
    useEffect(() => session.listen(() => setFailure(session.failure)), []);
    const signOut = (): void => void session.signOut();
    return (
        <Dialog
            title={t('session.expired')}
            onClose={signOut}
            actions={
                <>
                    <Button onClick={signOut}>{t('session.signOut')}</Button>
                    {issuer && (
                        <Button look="primary" onClick={() => void session.signIn()}>
                            {t('session.signIn')}
                        </Button>
                    )}
                </>
            }
        >
            <p>{t('session.kept')}</p>
            {failure && <Notice kind="error">{failure}</Notice>}
            {builtinIssuer && <ByCode />}
        </Dialog>
    );
}
