// What is asked before a photo is removed, erased, or a former one deleted.
import type { JSX } from 'preact';
import { session } from './session.ts';
import { t } from './text.ts';
import { Confirm } from './ui.tsx';

interface Props {
    readonly onConfirm: () => void;
    readonly onClose: () => void;
}

export function RemoveDialog(props: Props): JSX.Element {
    const days = session.configuration.formerPhotoDays;
    return (
        <Confirm title={t('remove.title')} action={t('photo.remove')} danger {...props}>
            <p>{days > 0 ? t('remove.kept', { n: days }) : t('remove.notKept')}</p>
        </Confirm>
    );
}

export const ForgetDialog = (props: Props): JSX.Element => (
    <Confirm title={t('former.deleteTitle')} action={t('former.delete')} danger {...props}>
        <p>{t('former.deleteText')}</p>
    </Confirm>
);

export const EraseDialog = (props: Props): JSX.Element => (
    <Confirm title={t('erase.title')} action={t('erase.confirm')} danger {...props}>
        <p>{t('erase.what')}</p>
        <p>{t('erase.stays')}</p>
    </Confirm>
);
