// The views and their addresses: #/me, #/people, #/people/{id}, #/many.
import { codeOf } from './session.ts';
import { useEffect, useState } from 'preact/hooks';

export type Route =
    | { readonly view: 'me' }
    | { readonly view: 'people' }
    | { readonly view: 'person'; readonly id: string }
    | { readonly view: 'many' };

/** An address without a view is `me`. */
export function routeOf(hash: string): Route {
    const [view, id] = hash.replace(/^#\/?/, '').split('?')[0]!.split('/');
    if (view === 'people' && id) return { view: 'person', id: decode(id) };
    if (view === 'people' || view === 'many') return { view };
    return { view: 'me' };
}

export const hrefOf = (route: Route): string =>
    route.view === 'person' ? `#/people/${encodeURIComponent(route.id)}` : `#/${route.view}`;

export function useRoute(): Route {
    const [hash, setHash] = useState(location.hash);
    useEffect(() => {
        // A link that signs in is no route; session.ts has taken its code out of the address.
        const changed = (event: HashChangeEvent): void => {
            if (!codeOf(event.newURL)) setHash(location.hash);
        };
        addEventListener('hashchange', changed);
        return () => removeEventListener('hashchange', changed);
    }, []);
    return routeOf(hash);
}

function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
