// Who is signed in: docs/web.md. The access token is kept in memory only, so a reload signs in again.
import { ApiError, readError } from './errors.ts';
import type { OidcSession } from './oidc.ts';

/** GET /cameo/v1/web: docs/cameo-api.md. */
export interface WebConfiguration {
    readonly version: string;
    readonly issuer: string | null;
    readonly clientId: string | null;
    readonly scopes: readonly string[];
    readonly builtinIssuer: boolean;
    readonly uploadBytes: number;
    readonly cropUploadBytes: number;
    readonly formerPhotoDays: number;
}

/** `expired`: signed in before, and the token was refused; the page keeps what it shows. */
export type SessionState = 'starting' | 'signedOut' | 'signedIn' | 'expired';

/** The folder of the page, with a slash at the end: API paths are relative to it. */
export const baseUrl = (): URL => new URL('.', location.href.split('#')[0]);

export class Session {
    configuration!: WebConfiguration;
    state: SessionState = 'starting';
    /** Why signing in failed, as the server or the issuer says it. */
    failure: string | undefined;
    #token: string | undefined;
    #oidc: OidcSession | undefined;
    #renewal: Promise<boolean> | undefined;
    #listeners = new Set<() => void>();

    /** Reads the configuration, and redeems the code of the address, if it has one. */
    async start(): Promise<void> {
        const code = takeCode();
        addEventListener('hashchange', () => this.#openLink(takeCode()));
        const reply = await fetch(new URL('cameo/v1/web', baseUrl()));
        if (!reply.ok) throw await readError(reply);
        this.configuration = (await reply.json()) as WebConfiguration;
        if (code) return this.redeem(code);
        await this.#startOidc();
    }

    /** Trades a one-time code for a token. */
    async redeem(code: string): Promise<void> {
        const reply = await fetch(new URL('cameo/v1/sign-in', baseUrl()), {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ code }),
        });
        if (!reply.ok) return this.#fail(await readError(reply));
        this.#signedIn(((await reply.json()) as { accessToken: string }).accessToken);
    }

    /** Sends the browser to the configured issuer; a session that expired opens a window, so that the page keeps its state. */
    async signIn(): Promise<void> {
        try {
            const oidc = await this.#loadOidc();
            if (this.state === 'expired') this.#signedIn(await oidc.signInByWindow());
            else await oidc.signIn();
        } catch (error) {
            this.#fail(error);
        }
    }

    async signOut(): Promise<void> {
        this.#token = undefined;
        this.#change('signedOut');
        await this.#oidc?.signOut();
    }

    get token(): string | undefined {
        return this.#token;
    }

    /**
     * After a 401: true once there is a new token. It comes from the refresh token, else from the person, who signs in
     * again in a dialog; false if they sign out instead. Callers at the same time share one renewal.
     */
    renew(refused: string | undefined): Promise<boolean> {
        if (this.#token !== refused) return Promise.resolve(this.#token !== undefined);
        this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
        return this.#renewal;
    }

    /** Calls `listener` after each change of state; returns the function that ends it. */
    listen(listener: () => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** A link that is opened in the tab of the page changes only the fragment. */
    #openLink(code: string | undefined): void {
        if (!code) return;
        if (this.state === 'signedIn') this.#change('signedOut'); // the link may be another person's
        void this.redeem(code);
    }

    async #renew(): Promise<boolean> {
        const token = await this.#oidc?.renew();
        if (token) {
            this.#token = token;
            return true;
        }
        if (this.state !== 'signedIn') return false;
        this.#change('expired');
        return new Promise((done) => {
            const end = this.listen(() => {
                if (this.state === 'expired') return;
                end();
                done(this.state === 'signedIn');
            });
        });
    }

    async #startOidc(): Promise<void> {
        const query = new URLSearchParams(location.search);
        const comesBack = query.has('state') && (query.has('code') || query.has('error'));
        if (!this.configuration.issuer || !comesBack) return this.#change('signedOut');
        try {
            this.#signedIn(await (await this.#loadOidc()).finish());
        } catch (error) {
            this.#fail(error);
        }
    }

    async #loadOidc(): Promise<OidcSession> {
        if (!this.#oidc) {
            const { OidcSession } = await import('./oidc.ts');
            this.#oidc = new OidcSession(this.configuration, baseUrl().href);
        }
        return this.#oidc;
    }

    #signedIn(token: string): void {
        this.#token = token;
        this.failure = undefined;
        this.#change('signedIn');
    }

    #fail(error: unknown): void {
        this.failure = error instanceof ApiError || error instanceof Error ? error.message : String(error);
        this.#change(this.state === 'expired' ? 'expired' : 'signedOut');
    }

    #change(state: SessionState): void {
        this.state = state;
        for (const listener of this.#listeners) listener();
    }
}

/** The code of a link of `cameo token --web`; it leaves the address, and so the history, before anything else. */
function takeCode(): string | undefined {
    const code = codeOf(location.hash);
    if (code) history.replaceState(null, '', baseUrl().href);
    return code;
}

/** The code in a link or a fragment, or the text itself where it has no other form. */
export function codeOf(text: string): string | undefined {
    return /#code=([\w-]+)/.exec(text)?.[1];
}

export const session = new Session();
