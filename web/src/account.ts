// The account that is signed in, and what it may do: found by asking the server, since a token may be opaque.
import { getJson, send } from './api.ts';
import { hasStatus } from './errors.ts';
import { setSelf } from './photos.ts';

export interface Account {
    readonly id: string;
    readonly displayName: string;
    readonly userPrincipalName: string;
    /** May write its own photo. */
    readonly ownPhoto: boolean;
    /** May list everybody. */
    readonly people: boolean;
    /** May write photos of others. */
    readonly others: boolean;
}

interface Me {
    readonly id: string;
    readonly displayName: string | null;
    readonly userPrincipalName: string | null;
}

export async function readAccount(): Promise<Account> {
    const [me, ownPhoto, people, others] = await Promise.all([
        allowed(getJson<Me>('v1.0/me?$select=id,displayName,userPrincipalName')),
        allowed(asked('cameo/v1/me/photo')),
        allowed(asked('cameo/v1/people?top=1')),
        allowed(asked('cameo/v1/runs')),
    ]);
    setSelf(me?.id ?? '');
    return {
        id: me?.id ?? '',
        displayName: me?.displayName ?? me?.userPrincipalName ?? '',
        userPrincipalName: me?.userPrincipalName ?? '',
        ownPhoto: ownPhoto !== undefined,
        people: people !== undefined,
        others: others !== undefined,
    };
}

/** The reply is read to its end: a request whose body is left unread stays open. */
const asked = async (path: string): Promise<string> => (await send(path)).text();

/** undefined where the account lacks the permission. */
async function allowed<T>(call: Promise<T>): Promise<T | undefined> {
    try {
        return await call;
    } catch (error) {
        if (hasStatus(error, 403)) return undefined;
        throw error;
    }
}
