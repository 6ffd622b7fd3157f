import { invoke, type InvokeArgs } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Backend, BackendEvents } from './backend';
import { asProblem } from './problem';

async function ask<T>(command: string, args?: InvokeArgs): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (refused) {
    throw asProblem(refused);
  }
}

/** The program behind the window. Keys travel as the commands name them. */
export function openBackend(): Promise<Backend> {
  return Promise.resolve({
    async on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void) {
      return listen<BackendEvents[E]>(event, ({ payload }) => handler(payload));
    },
    appState: () => ask('app_state'),
    activity: () => ask('activity'),
    about: () => ask('about'),
    openLink: (url) => ask('open_link', { url }),
    vaultCreate: (vault) => ask('vault_create', vault),
    vaultUnlock: (passphrase) => ask('vault_unlock', { passphrase }),
    vaultUnlockDevice: () => ask('vault_unlock_device'),
    vaultUnlockRecovery: (code) => ask('vault_unlock_recovery', { code }),
    vaultLock: () => ask('vault_lock'),
    vaultVerify: () => ask('vault_verify'),
    vaultBackup: () => ask('vault_backup'),
    vaultRestore: (passphrase) => ask('vault_restore', { passphrase }),
    passphraseStrength: (passphrase) => ask('passphrase_strength', { passphrase }),
    recoveryConfirm: (last_group) => ask('recovery_confirm', { last_group }),
    slotList: () => ask('slot_list'),
    slotAddPassphrase: (slot) => ask('slot_add_passphrase', slot),
    slotAddDevice: () => ask('slot_add_device'),
    slotAddRecovery: () => ask('slot_add_recovery'),
    slotRemove: (id) => ask('slot_remove', { id }),
    credentialList: () => ask('credential_list'),
    credentialShow: (id) => ask('credential_show', { id }),
    credentialSave: ({ id, revision, draft, confirmRebind, form }) =>
      ask('credential_save', { id, revision, draft, confirm_rebind: confirmRebind, form }),
    credentialRemove: (id) => ask('credential_remove', { id }),
    credentialHistory: (id) => ask('credential_history', { id }),
    credentialLint: (draft) => ask('credential_lint', { draft }),
    presetList: () => ask('preset_list'),
    certificateBrowse: () => ask('certificate_browse'),
    certificateRead: (pem) => ask('certificate_read', { pem }),
    identityPick: () => ask('identity_pick'),
    identityOpen: (password) => ask('identity_open', { password }),
    headersParse: (line) => ask('headers_parse', { line }),
    webhookPreview: (payload, name) => ask('webhook_preview', { payload, name }),
    checkRun: (request) => ask('check_run', { request }),
    checkMany: (request) => ask('check_many', { request }),
    checkCancel: (run_id) => ask('check_cancel', { run_id }),
    signInOpen: (run_id) => ask('sign_in_open', { run_id }),
    signInCopy: (run_id) => ask('sign_in_copy', { run_id }),
    signInForget: (form) => ask('sign_in_forget', { form }),
    checkReport: (of) => ask('check_report', { of }),
    checkCopyReport: (of) => ask('check_copy_report', { of }),
    checkSaveTranscript: (of) => ask('check_save_transcript', { of }),
    explainText: (question) => ask('explain_text', question),
    factsStatus: () => ask('facts_status'),
    factsReplace: () => ask('facts_replace'),
    factsRestore: () => ask('facts_restore'),
    readinessShow: (id) => ask('readiness_show', { id }),
    readinessCopy: (id, part) => ask('readiness_copy', { id, part }),
    sunsetList: () => ask('sunset_list'),
    sunsetDraft: (id) => ask('sunset_draft', { id }),
    rotationList: (id) => ask('rotation_list', { id }),
    rotationStart: (place, next) => ask('rotation_start', { place, next }),
    rotationStartCertificate: (place, certificate_pem, key_handle) => ask('rotation_start_certificate', { place, certificate_pem, key_handle }),
    rotationTest: (place, run_id) => ask('rotation_test', { place, run_id }),
    rotationSwitch: (place, how) => ask('rotation_switch', { place, how }),
    rotationReturn: (place) => ask('rotation_return', { place }),
    rotationRevoked: (place) => ask('rotation_revoked', { place }),
    rotationCancel: (place) => ask('rotation_cancel', { place }),
    rotationAddUse: (place, text) => ask('rotation_add_use', { place, text }),
    rotationTick: (place, number, done) => ask('rotation_tick', { place, number, done }),
    mainPasswordChanged: (account) => ask('main_password_changed', { account }),
    inventoryRead: (request) => ask('inventory_read', { request }),
    inventoryShow: (id, within_days) => ask('inventory_show', { id, within_days }),
    inventoryImport: (id, choice) => ask('inventory_import', { id, choice }),
    inventoryMute: (id, app_id, muted) => ask('inventory_mute', { id, app_id, muted }),
    revealOpen: (id, field) => ask('reveal_open', { id, field }),
    revealPending: () => ask('reveal_pending'),
    revealField: (passphrase) => ask('reveal_field', { passphrase }),
    revealCopy: () => ask('reveal_copy'),
    revealClose: () => ask('reveal_close'),
    horizonList: (filter) => ask('horizon_list', { filter }),
    horizonChange: (id, change) => ask('horizon_change', { id, change }),
    horizonExport: (filter, format) => ask('horizon_export', { filter, format }),
    overview: () => ask('overview'),
    eventList: (category, limit) => ask('event_list', { category, limit }),
    eventVerify: () => ask('event_verify'),
    settingsShow: () => ask('settings_show'),
    settingsSave: (settings) => ask('settings_save', { settings }),
    alertsShow: () => ask('alerts_show'),
    alertsSave: (settings) => ask('alerts_save', { settings }),
    alertsSample: () => ask('alerts_sample'),
    alertsWatch: () => ask('alerts_watch'),
    practiceStart: () => ask('practice_start'),
    practiceStop: () => ask('practice_stop'),
    practiceShow: () => ask('practice_show'),
    practiceMailbox: () => ask('practice_mailbox'),
    practiceAdd: () => ask('practice_add'),
  });
}
