// The controls that narrow the list of people.
import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { getJson } from './api.ts';
import { readCoverage, type CoverageReply } from './people_coverage.tsx';
import { filterCount, type Filters, type PhotoFilter } from './people_filters.ts';
import { Picker, type Option } from './picker.tsx';
import { compareNames, t } from './text.ts';
import { Button, useLoad, type Loaded } from './ui.tsx';

interface Props {
    readonly filters: Filters;
    readonly coverage: Loaded<CoverageReply>;
    readonly change: (part: Partial<Filters>) => void;
}

export function FilterBar({ filters, coverage, change }: Props): JSX.Element {
    const [open, setOpen] = useState(false);
    const panel = useId();
    const set = filterCount(filters);
    const clear = (): void =>
        change({ department: undefined, officeLocation: undefined, group: undefined, photo: undefined, changedSince: undefined });
    return (
        <search class="filter-bar">
            <Search text={filters.search} onSearch={(search) => change({ search })} />
            <button type="button" class="button filter-toggle" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
                {set ? t('filter.titleSet', { n: set }) : t('filter.title')}
            </button>
            <div id={panel} class={`filters ${open ? 'open' : ''}`}>
                <Departments filters={filters} coverage={coverage} change={change} />
                <Offices filters={filters} change={change} />
                <Groups group={filters.group} change={change} />
                <PhotoState photo={filters.photo} change={change} />
                <ChangedSince day={filters.changedSince} change={change} />
                {set > 0 && (
                    <Button look="plain" onClick={clear}>
                        {t('filter.clear')}
                    </Button>
                )}
            </div>
        </search>
    );
}

/** Milliseconds after the last letter. */
const debounce = 250;

function Search({ text, onSearch }: { text: string; onSearch: (text: string) => void }): JSX.Element {
    const [typed, setTyped] = useState(text);
    const sent = useRef(text);
    const latest = useRef(onSearch);
    latest.current = onSearch;
    const field = useId();
    useEffect(() => {
        if (text !== sent.current) setTyped((sent.current = text)); // "back", or a filter was cleared
    }, [text]);
    useEffect(() => {
        if (typed === sent.current) return;
        const timer = setTimeout(() => latest.current((sent.current = typed)), debounce);
        return () => clearTimeout(timer);
    }, [typed]);
    return (
        <span class="search-field">
            <label for={field}>{t('filter.search')}</label>
            <input
                id={field}
                type="search"
                value={typed}
                autocomplete="off"
                spellcheck={false}
                placeholder={t('filter.searchHint')}
                onInput={(event) => setTyped(event.currentTarget.value)}
            />
        </span>
    );
}

const shownValue = (value: string | undefined): string | undefined => (value === '' ? t('coverage.noName') : value);

function Departments({ filters, coverage, change }: Props): JSX.Element {
    return (
        <Picker
            label={t('filter.department')}
            chosen={shownValue(filters.department)}
            all={t('filter.any')}
            find={async (text, signal) => optionsOf(coverage.data ?? (await readCoverage('department', signal)), text)}
            onChoose={(department) => change({ department })}
        />
    );
}

const Offices = ({ filters, change }: Omit<Props, 'coverage'>): JSX.Element => (
    <Picker
        label={t('filter.office')}
        chosen={shownValue(filters.officeLocation)}
        all={t('filter.any')}
        find={async (text, signal) => optionsOf(await readCoverage('officeLocation', signal), text)}
        onChoose={(officeLocation) => change({ officeLocation })}
    />
);

function optionsOf({ value }: CoverageReply, text: string): Option[] {
    const lower = text.toLocaleLowerCase();
    const options = value.map(({ name, people }) => ({
        value: name ?? '',
        label: name ?? t('coverage.noName'),
        detail: t('people.count', { n: people }),
    }));
    return options
        .filter(({ label }) => label.toLocaleLowerCase().includes(lower))
        .sort((one, other) => compareNames(one.label, other.label));
}

interface Group {
    readonly id: string;
    readonly displayName: string | null;
}

const groupQuery = '$select=id,displayName&$top=51';

async function findGroups(text: string, signal: AbortSignal): Promise<Option[]> {
    // Quotes and backslashes would end the text of $search.
    const words = text.replace(/["\\]/g, ' ').trim();
    const search = words ? `&$search=${encodeURIComponent(`"displayName:${words}"`)}` : '';
    const { value } = await getJson<{ value: Group[] }>(`v1.0/groups?${groupQuery}${search}`, signal);
    return value.map(({ id, displayName }) => ({ value: id, label: displayName ?? id }));
}

function Groups({ group, change }: { group: string | undefined; change: Props['change'] }): JSX.Element {
    const { data } = useLoad(async (signal): Promise<Group | undefined> => {
        if (!group) return undefined;
        return getJson<Group>(`v1.0/groups/${encodeURIComponent(group)}?$select=id,displayName`, signal);
    }, [group]);
    return (
        <Picker
            label={t('filter.group')}
            chosen={group && ((data?.id === group ? data.displayName : undefined) ?? group)}
            all={t('filter.any')}
            find={findGroups}
            onChoose={(chosen) => change({ group: chosen })}
        />
    );
}

const photoStates = [
    ['', 'filter.any'],
    ['any', 'filter.withPhoto'],
    ['none', 'filter.without'],
    ['small', 'filter.small'],
] as const;

function PhotoState({ photo, change }: { photo: PhotoFilter | undefined; change: Props['change'] }): JSX.Element {
    const field = useId();
    return (
        <span class="filter-field">
            <label for={field}>{t('filter.photo')}</label>
            <select
                id={field}
                value={photo ?? ''}
                onChange={(event) => change({ photo: (event.currentTarget.value || undefined) as PhotoFilter | undefined })}
            >
                {photoStates.map(([value, key]) => (
                    <option key={value} value={value} selected={value === (photo ?? '')}>
                        {t(key)}
                    </option>
                ))}
            </select>
        </span>
    );
}

function ChangedSince({ day, change }: { day: string | undefined; change: Props['change'] }): JSX.Element {
    const field = useId();
    return (
        <span class="filter-field">
            <label for={field}>{t('filter.changedSince')}</label>
            <input
                id={field}
                type="date"
                value={day ?? ''}
                onChange={(event) => change({ changedSince: event.currentTarget.value || undefined })}
            />
        </span>
    );
}
