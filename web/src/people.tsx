// Everybody: search, filters, coverage, and the grid of people.
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Account } from './account.ts';
import { send } from './api.ts';
import { saveFile } from './csv.ts';
import { messageOf } from './errors.ts';
import { useHashQuery } from './hash_query.ts';
import { Heading } from './heading.tsx';
import { Icon } from './icons.tsx';
import { Coverage, useCoverage } from './people_coverage.tsx';
import { FilterBar } from './people_filter_bar.tsx';
import { callOfFilters, filterCount, filtersOf, queryOfFilters, type Filters } from './people_filters.ts';
import { Grid } from './people_grid.tsx';
import { isKept, keep, PeopleList, takeKept, type Kept } from './people_list.ts';
import { t } from './text.ts';
import { Button, Notice } from './ui.tsx';

export default function People({ account: _account }: { account: Account }): JSX.Element {
    const [query, setQuery] = useHashQuery();
    const filters = filtersOf(query);
    const key = queryOfFilters(filters).toString();
    const coverage = useCoverage();
    const [restored] = useState(() => isKept(key));
    const change = (part: Partial<Filters>): void => {
        const next = queryOfFilters({ ...filters, ...part });
        // Letters that are typed one after the other are one step for "back".
        const typed = 'search' in part && filters.search !== '' && part.search !== '';
        if (next.toString() !== key) setQuery(next, typed ? 'replace' : 'push');
    };
    return (
        <div class="people">
            <div class="title-row">
                <Heading focus={!restored}>{t('people.title')}</Heading>
                <Download filters={filters} />
            </div>
            <Coverage coverage={coverage} filters={filters} change={change} />
            <FilterBar filters={filters} coverage={coverage} change={change} />
            <Results key={key} listKey={key} filters={filters} clear={() => setQuery(new URLSearchParams(), 'push')} />
        </div>
    );
}

/** Mounted anew for each query. */
function Results({ listKey, filters, clear }: { listKey: string; filters: Filters; clear: () => void }): JSX.Element {
    const found = useMemo((): Pick<Kept, 'list'> & Partial<Kept> => {
        return takeKept(listKey) ?? { list: new PeopleList(callOfFilters(filters)) };
    }, []);
    const { list } = found;
    const active = useRef(found.active ?? 0);
    const [, setVersion] = useState(0);
    useEffect(() => {
        const end = list.listen(() => setVersion((old) => old + 1));
        list.want(0);
        return () => {
            end();
            keep(list, listKey, scrollOf(), active.current);
        };
    }, []);
    const filtered = filters.search.trim() !== '' || filterCount(filters) > 0;
    return (
        <>
            <p role="status" class="muted result-count">
                {list.count === undefined ? t('common.loading') : t(filtered ? 'people.found' : 'people.count', { n: list.count })}
            </p>
            {list.error && (
                <Notice kind="error">
                    <span>{list.error}</span>
                    <Button onClick={() => list.retry()}>{t('common.again')}</Button>
                </Notice>
            )}
            {list.count === 0 && (
                <div class="empty">
                    <p>{t('people.none')}</p>
                    {filtered && <Button onClick={clear}>{t('people.clear')}</Button>}
                </div>
            )}
            {list.count !== undefined && list.count > 0 && <Grid list={list} count={list.count} active={active} restore={found.scroll} />}
        </>
    );
}

/** The view that comes next is shorter, and the browser has scrolled already when this one ends: so it is noted before. */
let lastScroll = 0;
addEventListener('scroll', () => (lastScroll = /^#\/people(\?|$)/.test(location.hash) ? scrollY : lastScroll), { passive: true });
const scrollOf = (): number => lastScroll;

function Download({ filters }: { filters: Filters }): JSX.Element {
    const [state, setState] = useState<{ busy?: boolean; failure?: string }>({});
    const abort = useRef<AbortController>(undefined);
    useEffect(() => () => abort.current?.abort(), []);
    const download = async (): Promise<void> => {
        const { signal } = (abort.current = new AbortController());
        setState({ busy: true });
        try {
            const reply = await send(`cameo/v1/people?${callOfFilters(filters)}`, { headers: { Accept: 'text/csv' }, signal });
            saveFile(`people-${new Date().toISOString().slice(0, 10)}.csv`, await reply.blob());
            setState({});
        } catch (error) {
            if (!signal.aborted) setState({ failure: messageOf(error) });
        }
    };
    return (
        <>
            <Button disabled={state.busy ?? false} onClick={() => void download()}>
                <Icon name="download" />
                {t(state.busy ? 'people.downloading' : 'people.download')}
            </Button>
            {state.failure && <Notice kind="error">{state.failure}</Notice>}
        </>
    );
}
