// The query of the address behind the view, `#/people?search=ada`: "back" and a copied link keep what it says.
import { useEffect, useState } from 'preact/hooks';

export type SetQuery = (next: URLSearchParams, how: 'push' | 'replace') => void;

export const queryOf = (hash: string): URLSearchParams => new URLSearchParams(hash.split('?').slice(1).join('?'));

export function useHashQuery(): readonly [URLSearchParams, SetQuery] {
    const [query, setQuery] = useState(() => queryOf(location.hash));
    useEffect(() => {
        const changed = (): void => setQuery(queryOf(location.hash));
        addEventListener('hashchange', changed);
        return () => removeEventListener('hashchange', changed);
    }, []);
    return [query, write];
}

function write(next: URLSearchParams, how: 'push' | 'replace'): void {
    const text = next.toString();
    const hash = location.hash.split('?')[0] + (text ? `?${text}` : '');
    if (how === 'push') history.pushState(null, '', hash);
    else history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange')); // the two calls above send none
}
