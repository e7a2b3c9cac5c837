// Signing in at a configured issuer: authorization code with PKCE. Tokens are in memory only; sessionStorage has
// the state of a sign-in on its way (state, nonce, code verifier), since that must survive the redirect.
import { InMemoryWebStorage, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import type { WebConfiguration } from './session.ts';

const windowName = 'cameo-sign-in';

export class OidcSession {
    readonly #manager: UserManager;

    constructor(configuration: WebConfiguration, page: string) {
        this.#manager = new UserManager({
            authority: configuration.issuer!,
            client_id: configuration.clientId!,
            redirect_uri: page,
            post_logout_redirect_uri: page,
            scope: configuration.scopes.join(' '),
            userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
            stateStore: new WebStorageStateStore({ store: sessionStorage }),
            automaticSilentRenew: false,
            monitorSession: false,
            loadUserInfo: false,
            popupWindowTarget: windowName,
        });
    }

    /** Leaves the page; the issuer comes back to it with a code. The view is remembered in the state. */
    signIn(): Promise<void> {
        return this.#manager.signinRedirect({ state: location.hash });
    }

    async signInByWindow(): Promise<string> {
        return (await this.#manager.signinPopup()).access_token;
    }

    /** Trades the code of the address for a token. In the window of signInByWindow it tells the page and never ends. */
    async finish(): Promise<string> {
        if (window.opener && window.name === windowName) {
            await this.#manager.signinPopupCallback();
            return new Promise(() => undefined);
        }
        const address = location.href;
        history.replaceState(null, '', this.#manager.settings.redirect_uri);
        const user = (await this.#manager.signinRedirectCallback(address)) as User & { state?: unknown };
        if (typeof user.state === 'string' && user.state) location.replace(user.state);
        return user.access_token;
    }

    /** A new token by the refresh token; undefined where there is none or the issuer refuses it. */
    async renew(): Promise<string | undefined> {
        const user = await this.#manager.getUser();
        if (!user?.refresh_token) return undefined;
        const renewed = await this.#manager.signinSilent().catch(() => null);
        return renewed?.access_token;
    }

    /** Ends the session at the issuer too; the issuer comes back to the page. */
    async signOut(): Promise<void> {
        await this.#manager.signoutRedirect().catch(() => this.#manager.removeUser());
    }
}
