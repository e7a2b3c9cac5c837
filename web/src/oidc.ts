// Signing in at a configured issuer: authorization code with PKCE. Tokens are in memory only; sessionStorage has
// the state of a sign-in on its way (state, nonce, code verifier), since that must survive the redirect.
import { OidcClient, WebStorageStateStore, type SigninResponse } from 'oidc-client-ts';
import type { WebConfiguration } from './session.ts';
import { t } from './text.ts';

/** A window that was opened to sign in sends its address here; the page that opened it has the state. */
const channelName = 'cameo-sign-in';

export class OidcSession {
    readonly #client: OidcClient;
    readonly #page: string;
    #tokens: SigninResponse | undefined;

    constructor(configuration: WebConfiguration, page: string) {
        this.#page = page;
        this.#client = new OidcClient({
            authority: configuration.issuer!,
            client_id: configuration.clientId!,
            redirect_uri: page,
            post_logout_redirect_uri: page,
            scope: configuration.scopes.join(' '),
            stateStore: new WebStorageStateStore({ store: sessionStorage }),
        });
    }

    /** Leaves the page; the issuer comes back to it with a code. The view is remembered in the state. */
    async signIn(): Promise<void> {
        location.assign((await this.#client.createSigninRequest({ state: location.hash })).url);
    }

    /** The window is opened first, since browsers allow that only in a click, and so that it gets no copy of the state. */
    async signInByWindow(): Promise<string> {
        const opened = window.open('', '', 'popup,width=480,height=720');
        if (!opened) throw new Error(t('session.windowBlocked'));
        const channel = new BroadcastChannel(channelName);
        const address = new Promise<string>((done) => (channel.onmessage = ({ data }) => done(String(data))));
        opened.location.href = (await this.#client.createSigninRequest({})).url;
        try {
            return this.#keep(await this.#client.processSigninResponse(await address));
        } finally {
            channel.close();
        }
    }

    /** Trades the code of the address for a token; the view is again the one from before. */
    async finish(): Promise<string> {
        const address = location.href;
        history.replaceState(null, '', this.#page);
        if (!(await this.#isOwn(address))) return this.#handOver(address);
        const response = await this.#client.processSigninResponse(address);
        if (typeof response.userState === 'string') history.replaceState(null, '', this.#page + response.userState);
        return this.#keep(response);
    }

    /** A new token by the refresh token; undefined where there is none or the issuer refuses it. */
    async renew(): Promise<string | undefined> {
        const { refresh_token, id_token, session_state, scope = '', profile } = this.#tokens ?? {};
        if (!refresh_token || !profile) return undefined;
        const known = { refresh_token, id_token: id_token!, session_state: session_state ?? null, scope, profile };
        const request = this.#client.useRefreshToken({ state: known });
        return request.then(
            (response) => this.#keep(response),
            () => undefined,
        );
    }

    /** Ends the session at the issuer too, which comes back to the page. An issuer without such an address keeps it. */
    async signOut(): Promise<void> {
        const id_token_hint = this.#tokens?.id_token;
        this.#tokens = undefined;
        const request = await this.#client.createSignoutRequest(id_token_hint ? { id_token_hint } : {}).catch(() => undefined);
        if (request) location.assign(request.url);
    }

    /** Whether this window began the sign-in that came back. */
    async #isOwn(address: string): Promise<boolean> {
        const id = new URL(address).searchParams.get('state') ?? '';
        return (await this.#client.settings.stateStore.get(id)) !== null;
    }

    /** Closes this window, if a page opened it; else the sign-in is of another time. */
    #handOver(address: string): Promise<never> {
        new BroadcastChannel(channelName).postMessage(address);
        return new Promise((_, fail) => {
            setTimeout(() => fail(new Error(t('session.stale'))), 1000);
            close();
        });
    }

    #keep(response: SigninResponse): string {
        const refresh_token = response.refresh_token ?? this.#tokens?.refresh_token;
        this.#tokens = Object.assign(response, refresh_token ? { refresh_token } : {});
        return response.access_token;
    }
}
