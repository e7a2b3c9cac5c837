// The files that a person drops or chooses, folders included.

export interface SourceFile {
    /** With its folders: `faces/sales/ada@example.org.jpg`. */
    readonly path: string;
    readonly file: File;
}

export interface Source {
    /** The name of the only folder, else empty. */
    readonly name: string;
    readonly files: readonly SourceFile[];
    /** Files that are no pictures by their name, as `cameo import` counts them. */
    readonly ignored: number;
}

/** The endings that `cameo import` takes: docs/transfer.md. */
const picture = /\.(jpg|jpeg|jpe|jfif|pjpeg|pjp|png|webp|gif|heic|heif|hif|avif)$/i;

/** The name without folders. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Call it within the event: the browser empties its data afterwards. */
export async function readDrop(data: DataTransfer): Promise<Source> {
    const items = [...data.items].filter(({ kind }) => kind === 'file');
    const found = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
    const files: SourceFile[] = [];
    for (const { entry, file } of found) {
        if (entry) await walk(entry, files);
        else if (file) files.push({ path: file.name, file });
    }
    return sourceOf(files);
}

export const readChosen = (files: Iterable<File>): Source =>
    sourceOf([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));

function sourceOf(all: readonly SourceFile[]): Source {
    const files = all.filter(({ path }) => !baseName(path).startsWith('.') && picture.test(path));
    const folders = new Set(all.map(({ path }) => (path.includes('/') ? path.split('/')[0]! : '')));
    const [name = ''] = folders.size === 1 ? folders : [];
    return { name, files, ignored: all.length - files.length };
}

async function walk(entry: FileSystemEntry, files: SourceFile[]): Promise<void> {
    if (entry.isFile) {
        const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
        files.push({ path: entry.fullPath.replace(/^\//, ''), file });
        return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (let some; (some = await readEntries(reader)).length > 0; ) {
        for (const one of some) await walk(one, files);
    }
}

/** Some of a folder, at most 100; none at its end. */
const readEntries = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
    new Promise((done, fail) => reader.readEntries(done, fail));
