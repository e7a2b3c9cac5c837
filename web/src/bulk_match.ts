// Which person each file is for: POST /cameo/v1/runs/match, by the rules of `cameo import`.
import { sendJson } from './api.ts';
import { baseName, type SourceFile } from './bulk_files.ts';

export interface Owner {
    readonly id: string;
    readonly displayName: string | null;
    readonly userPrincipalName: string;
    readonly hasPhoto: boolean;
}

export interface Match {
    /** `ambiguous`: two people have that name. `duplicate`: two files are for this person. */
    readonly state: 'matched' | 'unmatched' | 'ambiguous' | 'duplicate';
    readonly owner: Owner | null;
}

const mostNames = 1000;

/** The matches of `files`, in their order. */
export async function matchFiles(files: readonly SourceFile[], pattern: string, signal: AbortSignal): Promise<Match[]> {
    const names = [...new Set(files.map(({ path }) => baseName(path)))];
    const found = new Map<string, Match>();
    for (let at = 0; at < names.length; at += mostNames) {
        const body = { names: names.slice(at, at + mostNames), pattern };
        const { value } = await sendJson<{ value: (Match & { name: string })[] }>('POST', 'cameo/v1/runs/match', body, signal);
        for (const { name, state, owner } of value) found.set(name, { state, owner });
    }
    return withDuplicates(files.map(({ path }) => found.get(baseName(path)) ?? { state: 'unmatched', owner: null }));
}

/** One call sees the names of that call only; of two files for one person none is stored. */
export function withDuplicates(matches: readonly Match[]): Match[] {
    const counts = new Map<string, number>();
    for (const { owner } of matches) if (owner) counts.set(owner.id, (counts.get(owner.id) ?? 0) + 1);
    return matches.map((match) =>
        match.state === 'matched' && counts.get(match.owner!.id)! > 1 ? { ...match, state: 'duplicate' } : match,
    );
}
