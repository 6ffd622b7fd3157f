import type { App } from '../app/app.svelte';

/** Starts the practice servers, adds their records, and opens the first practice mail server. */
export async function tryPractice(app: App): Promise<boolean> {
  const opened = await app.attempt(async () => {
    await app.backend.practiceStart();
    const added = await app.backend.practiceAdd();
    await app.refreshState();
    await app.rows.reload();
    const known = added.length > 0 ? added : app.rows.all.filter((row) => row.tags.includes('practice'));
    const mail = known.find((row) => row.type === 'mail_server');
    app.settingUp = false;
    await app.navigate('credentials', mail ? { id: mail.id } : {});
    return true;
  });
  return opened ?? false;
}
